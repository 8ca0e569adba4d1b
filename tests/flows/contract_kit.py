"""Families with drafts and living contracts, a school's two officers, and the words that come before a contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from quart import Response

from hub.flows.payout import close
from hub.ledger.agreements.offers import usual_on
from hub.ledger.model import Purpose
from hub.ledger.store import checking, contracts, terms
from hub.ledger.store.agreements import papers
from hub.ledger.store.contracts import ContractCard
from hub.store.school import schools
from hub.store.school.schools import OfficerCard
from identity.sealing import Keys
from tests.flows.kit import START, Browser, Hub, kid, parent
from tests.flows.money_kit import HELD, SCHOOL, Family, family
from tests.unit.ledger import kit as ledger

VERSION = usual_on(START.date()).version
BIK, ACCOUNT = "044525225", "40817810938160925982"
DOCUMENT = {"kind": "Приказ", "number": "7", "date": "2026-11-01"}
NINA, OLEG = kid(0, "").snils, kid(2, "").snils


@dataclass
class Desk:
    """Two officers of the family's school."""

    nina: Browser
    oleg: Browser


async def ask(browser: Browser, path: str, **body: Any) -> Response:
    return await browser.send("POST", f"/api/v1{path}", json=body)


async def said(answer: Response, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, await answer.get_data(as_text=True)
    found: dict[str, Any] = await answer.get_json() if status != 204 else {}
    return found


async def agree(browser: Browser, child: str, word: str = "given") -> None:
    """The consent that comes before a contract."""
    listed = (await (await browser.get("/api/v1/consents")).get_json())["items"]
    one = next(item for item in listed if item["subject"]["id"] == child and item["purpose"] == "contract")
    answer = await ask(browser, "/consents", subject=child, purpose="contract", version=one["text"]["version"], word=word)
    assert answer.status_code in (200, 201), await answer.get_data(as_text=True)


async def drafted(hub: Hub, browser: Browser) -> tuple[str, str]:
    """The child and the draft that the school has made."""

    def unit(child: str) -> str:
        for purpose in Purpose:
            terms.put_terms(SCHOOL, purpose, (START - timedelta(days=5000)).date(), HELD)
        return papers.draft(hub.deps.keys, school=SCHOOL, child=child, class_name="6А", now=hub.clock()).id

    child = str((await browser.me())["children"][0]["id"])
    return child, await hub.deps.db.write(lambda: unit(child))


async def living(hub: Hub) -> tuple[Family, ContractCard]:
    town = await family(hub)
    return town, await card_of(hub, "0270390000")


async def card_of(hub: Hub, number: str) -> ContractCard:
    found = await hub.deps.db.read(lambda: contracts.numbered(number))
    assert found is not None
    return found


async def accepted(town: Family, contract: str) -> dict[str, Any]:
    await agree(town.browser, town.child)
    return await said(await ask(town.browser, f"/contracts/{contract}/accept", offer_version=VERSION, agreed=True))


async def fill(town: Family, **kop: int) -> None:
    for name, amount in kop.items():
        await town.put(ledger.top_up(town.own[Purpose(name)], amount, at=town.hub.clock()))


async def desk(hub: Hub, first: str = "nina") -> Desk:
    """`first` is the code by whose account the first officer comes, where that is somebody who is there already."""
    assert NINA and OLEG

    def load(keys: Keys) -> None:
        officers = [
            OfficerCard(school=SCHOOL, role="school_admin", snils=one.digits, names=("Ким", name, ""))
            for one, name in ((NINA, "Нина"), (OLEG, "Олег"))
        ]
        schools.put_officers(keys, officers, now=hub.clock())

    await hub.deps.db.write(lambda: load(hub.deps.keys))
    made = []
    for code, snils in ((first, NINA), ("oleg", OLEG)):
        if code not in hub.esia.claims:
            hub.esia.claims[code] = parent(f"of {code}", last_name="Ким", first_name=code, snils=snils, children=())
        browser = hub.browser()
        await browser.sign_in(code)
        made.append(browser)
    return Desk(*made)


async def work(hub: Hub) -> None:
    """The worker's turns that follow contracts to their end."""
    await close.follow_leavers(hub.deps)
    await close.sweep_ended(hub.deps, closed=False)
    await close.sweep_ended(hub.deps, closed=True)


async def whole(hub: Hub) -> None:
    """The books are right, whatever was done."""
    assert not await hub.deps.db.read(checking.faults)


async def closed(town: Family, **kop: int) -> dict[str, Any]:
    """The open payout of a contract that its payer has ended."""
    await fill(town, **kop)
    return await end(town)


async def end(town: Family) -> dict[str, Any]:
    contract = (await town.contracts())[0]["id"]
    done = await said(await ask(town.browser, f"/contracts/{contract}/close"))
    found: dict[str, Any] = done["payouts"][0]
    return found


async def way(town: Family, payout: str, status: int = 200, **body: Any) -> dict[str, Any]:
    return await said(await ask(town.browser, f"/payouts/{payout}/way", **body), status)


async def to_bank(town: Family, payout: str, status: int = 200, **changes: str) -> dict[str, Any]:
    return await way(town, payout, status, **{"way": "requisites", "bik": BIK, "account": ACCOUNT, **changes})
