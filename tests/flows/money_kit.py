"""A family with a contract: the parent's browser, the child, the accounts, and short ways to put money there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hub.ledger.model import Posting, Purpose
from hub.ledger.posting import Own
from hub.ledger.rules import Policy
from hub.ledger.store import contracts, terms
from hub.ledger.store.contracts import NewContract
from hub.ledger.store.terms import TermsCard
from hub.ledger.store.writing import Posted, post
from hub.store.school import schools
from hub.store.school.schools import SchoolCard
from tests.flows.kit import START, Browser, Hub, kid, parent

SCHOOL = "1023800000017"
ZONE = "Asia/Krasnoyarsk"
HELD = TermsCard(holder_name="ООО «Агент»", holder_inn="7700000016", legal_basis="договор", policy=Policy.FEED)


@dataclass
class Family:
    hub: Hub
    browser: Browser
    child: str
    own: dict[Purpose, Own]

    def id(self, purpose: Purpose = Purpose.MEAL) -> str:
        return self.own[purpose].id

    async def put(self, made: Posting) -> Posted:
        return await self.hub.deps.db.write(lambda: post(made, now=self.hub.clock()))

    async def contracts(self) -> list[dict[str, Any]]:
        answer = await self.browser.get("/api/v1/contracts")
        assert answer.status_code == 200, await answer.get_data(as_text=True)
        found: list[dict[str, Any]] = (await answer.get_json())["items"]
        return found

    async def statement(self, purpose: Purpose = Purpose.MEAL, **query: str) -> dict[str, Any]:
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        answer = await self.browser.get(f"/api/v1/accounts/{self.id(purpose)}/statement?{asked}")
        assert answer.status_code == 200, await answer.get_data(as_text=True)
        found: dict[str, Any] = await answer.get_json()
        return found


def open_for(hub: Hub, number: str, *, snils: str = "08765430300", last: str = "Орлов", first: str = "Пётр", held: bool = True) -> None:
    """In the caller's unit: a school with terms, and a contract that waits for its child."""
    now = hub.clock()
    schools.put_school(SchoolCard(ogrn=SCHOOL, inn="3808000000", legal_name="Школа 5", short_name="Школа 5", zone=ZONE), now=now)
    if held:
        for purpose in Purpose:
            terms.put_terms(SCHOOL, purpose, (START - timedelta(days=5000)).date(), HELD)
    new = NewContract(number=number, school=SCHOOL, class_name="6А", purposes=tuple(Purpose), pupil=(last, first, ""), snils=snils)
    contracts.open_contract(hub.deps.keys, new, now=now)


async def family(hub: Hub, number: str = "0270390000") -> Family:
    """Anna with Pyotr, and the contract that the school opened for him."""
    await hub.deps.db.write(lambda: open_for(hub, number))
    browser = hub.browser()
    await browser.sign_in()
    child = (await browser.me())["children"][0]["id"]
    await browser.get("/api/v1/contracts")
    card = await hub.deps.db.read(lambda: contracts.numbered(number))
    assert card is not None
    return Family(hub, browser, child, {one.purpose: Own(id=one.id, purpose=one.purpose) for one in card.accounts})


async def stranger(hub: Hub) -> Browser:
    """Another parent with another child."""
    hub.esia.claims["boris"] = parent("2000", last_name="Быков", first_name="Борис", snils=None, children=(kid(2, "Иван", last="Быков"),))
    browser = hub.browser()
    await browser.sign_in("boris")
    return browser
