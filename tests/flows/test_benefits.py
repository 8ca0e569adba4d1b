"""Benefit meals: asked with a document, decided for a time, granted from the budget, and what is left goes back to it (RULES D2; F149)."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from hub.flows.contracts import follow_benefits
from hub.ledger.model import Purpose
from hub.ledger.rules import BENEFIT_FLOOR
from hub.ledger.store.contracts import ContractCard
from tests.flows.contract_kit import DOCUMENT, ask, card_of, desk, drafted, living, said, whole
from tests.flows.kit import Hub, kid, parent
from tests.flows.money_kit import Family, stranger
from tests.unit.ledger import kit as ledger

pytestmark = [pytest.mark.rule("D2"), pytest.mark.feature("F149")]
ASKED = {"document_kind": "Справка", "document_number": "12", "document_date": "2026-10-01"}


async def asked(town: Family, contract: str, status: int = 201) -> dict[str, Any]:
    return await said(await ask(town.browser, f"/contracts/{contract}/benefit", **ASKED), status)


async def granted(hub: Hub, *, since: int = 0, days: int = 30, kop: int = 50_000) -> tuple[Family, ContractCard, Any, str]:
    town, card = await living(hub)
    office = await desk(hub)
    made = await asked(town, card.id)
    today = hub.clock().date()
    body = {"since": str(today + timedelta(days=since)), "until": str(today + timedelta(days=since + days)), "amount_kop": kop}
    assert (await ask(office.nina, f"/office/benefits/{made['id']}/grant", **body)).status_code == 204
    return town, card, office, made["id"]


async def purse(town: Family) -> int:
    found = (await town.contracts())[0]["accounts"]
    return next(int(one["balance_kop"]) for one in found if one["purpose"] == "meal_benefit")


async def seen(town: Family, contract: str) -> dict[str, Any]:
    found: dict[str, Any] = (await said(await town.browser.get(f"/api/v1/contracts/{contract}")))["benefits"][0]
    return found


async def test_the_schools_decision_opens_the_second_account_and_the_family_sees_it(hub: Hub) -> None:
    town, card, office, id_ = await granted(hub)
    found = await seen(town, card.id)
    assert (found["state"], found["basis"], found["decided_by"], found["amount_kop"]) == (
        "granted", "Справка № 12 от 01.10.2026", "Ким nina Игоревна", 50_000,
    )  # fmt: skip
    assert (found["since"], found["until"]) == ("2026-11-18", "2026-12-18")
    assert await purse(town) == 50_000
    rows = await hub.rows("SELECT account, amount_kop FROM ledger_entry WHERE account = 'budget:benefit'")
    assert rows == [("budget:benefit", -50_000)]
    kinds = [one["kind"] for one in (await (await town.browser.get("/api/v1/me/notices")).get_json())["items"]]
    assert "benefit_granted" in kinds
    (line,) = (await said(await office.oleg.get("/api/v1/office/benefits")))["holding"]
    assert (line["benefit"]["id"], line["may"]) == (id_, True)
    log = (await (await town.browser.get(f"/api/v1/children/{town.child}/access-log")).get_json())["items"]
    assert {"benefit.asked", "benefit.granted", "office.benefits"} <= {one["action"] for one in log}
    (sealed,) = await hub.rows("SELECT basis FROM contract_benefit")
    assert "Справка" not in sealed[0]
    await whole(hub)


async def test_a_draft_gets_its_second_account_with_the_decision(hub: Hub) -> None:
    town, _ = await living(hub)
    office = await desk(hub)
    _, contract = await drafted(hub, town.browser)
    made = await asked(town, contract)
    body = {"since": "2026-11-18", "until": "2026-12-18", "amount_kop": 0}
    assert (await ask(office.nina, f"/office/benefits/{made['id']}/grant", **body)).status_code == 204
    every = {one["id"]: one for one in await town.contracts()}
    assert "meal_benefit" in {one["purpose"] for one in every[contract]["accounts"]}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"until": "2026-11-17"}, 400),
        ({"since": "2026-12-01", "until": "2026-11-30"}, 400),
        ({"until": "2028-11-18"}, 400),
        ({"amount_kop": -1}, 422),
        ({"amount_kop": 10**12}, 422),
        ({"since": "завтра"}, 400),
    ],
)
async def test_a_decision_that_cannot_be_is_none(hub: Hub, changes: dict[str, Any], status: int) -> None:
    town, card = await living(hub)
    office = await desk(hub)
    made = await asked(town, card.id)
    body = {"since": "2026-11-18", "until": "2026-12-18", "amount_kop": 1_000} | changes
    assert (await ask(office.nina, f"/office/benefits/{made['id']}/grant", **body)).status_code == status
    assert (await seen(town, card.id))["state"] == "asked"
    assert await purse(town) == 0


async def test_two_officers_at_once_grant_once(hub: Hub) -> None:
    town, card = await living(hub)
    office = await desk(hub)
    made = await asked(town, card.id)
    body = {"since": "2026-11-18", "until": "2026-12-18", "amount_kop": 1_000}
    answers = await asyncio.gather(
        *(ask(one, f"/office/benefits/{made['id']}/grant", **body) for one in (office.nina, office.oleg, office.nina))
    )
    assert sorted(one.status_code for one in answers) == [204, 409, 409]
    assert await purse(town) == 1_000


async def test_one_application_at_a_time_and_a_refusal_says_why(hub: Hub) -> None:
    town, card = await living(hub)
    office = await desk(hub)
    made = await asked(town, card.id)
    await asked(town, card.id, 409)
    path = f"/office/benefits/{made['id']}/refuse"
    assert (await ask(office.nina, path, reason="")).status_code == 400
    assert (await ask(office.nina, path, reason="справка просрочена")).status_code == 204
    found = await seen(town, card.id)
    assert (found["state"], found["reason"]) == ("refused", "справка просрочена")
    await asked(town, card.id)


async def test_a_benefit_that_begins_later_is_granted_on_its_day_and_ends_after_its_last(hub: Hub) -> None:
    town, card, _, _ = await granted(hub, since=3, days=2, kop=9_000)
    await follow_benefits(hub.deps)
    assert await purse(town) == 0
    hub.clock.go(days=3)
    await follow_benefits(hub.deps)
    await follow_benefits(hub.deps)
    await town.browser.sign_in()
    assert await purse(town) == 9_000
    await town.put(ledger.meal(town.own[Purpose.MEAL_BENEFIT], 4_000, at=hub.clock(), floor=BENEFIT_FLOOR))
    hub.clock.go(days=2)
    await follow_benefits(hub.deps)
    assert await hub.rows("SELECT state FROM contract_benefit") == [("granted",)], "the last day is a day too"
    hub.clock.go(days=1)
    await follow_benefits(hub.deps)
    await town.browser.sign_in()
    assert (await purse(town), (await seen(town, card.id))["state"]) == (0, "ended")
    assert await hub.rows("SELECT SUM(amount_kop) FROM ledger_entry WHERE account = 'budget:benefit'") == [(-4_000,)]
    await whole(hub)


async def test_more_is_granted_once_for_one_form_and_an_end_returns_the_rest(hub: Hub) -> None:
    town, card, office, id_ = await granted(hub, kop=1_000)
    for _ in range(2):
        assert (await ask(office.nina, f"/office/benefits/{id_}/add", amount_kop=500, form="f1")).status_code == 204
    assert (await ask(office.nina, f"/office/benefits/{id_}/add", amount_kop=0, form="f2")).status_code == 422
    assert await purse(town) == 1_500
    assert (await ask(office.oleg, f"/office/benefits/{id_}/end", reason="ученик переведён")).status_code == 204
    assert (await purse(town), (await seen(town, card.id))["reason"]) == (0, "ученик переведён")
    assert (await ask(office.nina, f"/office/benefits/{id_}/add", amount_kop=500, form="f3")).status_code == 409
    await whole(hub)


async def test_the_end_of_the_contract_ends_it_and_the_parent_gets_nothing_of_it(hub: Hub) -> None:
    town, card, _, _ = await granted(hub, kop=9_000)
    done = await said(await ask(town.browser, f"/contracts/{card.id}/close"))
    assert (done["state"], done["payouts"]) == ("closed", [])
    assert (await seen(town, card.id))["state"] == "ended"
    assert await hub.rows("SELECT SUM(amount_kop) FROM ledger_entry WHERE account = 'budget:benefit'") == [(0,)]
    await asked(town, card.id, 409)
    await whole(hub)


async def test_the_office_enters_what_a_family_brought(hub: Hub) -> None:
    town, card = await living(hub)
    office = await desk(hub)
    assert (await ask(office.nina, "/office/benefits", number=card.number, document=DOCUMENT)).status_code == 204
    assert (await seen(town, card.id))["basis"] == "Приказ № 7 от 01.11.2026"
    for number in ("0000000000", "", "9" * 40):
        assert (await ask(office.nina, "/office/benefits", number=number, document=DOCUMENT)).status_code == 404


@pytest.mark.rule("B5")
async def test_nobody_decides_for_the_own_child_and_a_stranger_sees_none(hub: Hub) -> None:
    hub.esia.claims["anna"] = parent(snils=kid(0, "").snils)
    town, card = await living(hub)
    office = await desk(hub, "anna")
    made = await asked(town, card.id)
    body = {"since": "2026-11-18", "until": "2026-12-18", "amount_kop": 1_000}
    assert (await said(await ask(office.nina, f"/office/benefits/{made['id']}/grant", **body), 403))["type"].endswith("/own_family")
    boris = await stranger(hub)
    for id_ in (card.id, "0" * 32):
        assert (await ask(boris, f"/contracts/{id_}/benefit", **ASKED)).status_code == 404
    assert (await ask(boris, f"/office/benefits/{made['id']}/grant", **body)).status_code == 403
    assert (await card_of(hub, card.number)).state.value == "active"


async def test_the_pages_of_a_benefit(hub: Hub) -> None:
    town, card = await living(hub)
    office = await desk(hub)
    page = await (await town.browser.get(f"/contracts/{card.id}/benefit", Accept="text/html")).get_data(as_text=True)
    assert "Льготное питание: заявление" in page
    form = {"csrf_token": town.browser.csrf, **ASKED}
    headers = {"Host": "localhost:8000", "Origin": "http://localhost:8000", "Accept": "text/html"}
    answer = await town.browser.client.post(f"/contracts/{card.id}/benefit", form=form, headers=headers)
    assert answer.status_code == 303
    queue = await (await office.nina.get("/office/benefits", Accept="text/html")).get_data(as_text=True)
    assert "Справка № 12" in queue and "Назначить" in queue
    (id_,) = [row[0] for row in await hub.rows("SELECT id FROM contract_benefit")]
    form = {"csrf_token": office.nina.csrf, "since": "2026-11-18", "until": "2026-12-18", "amount": "1 000,50"}
    answer = await office.nina.client.post(f"/office/benefits/{id_}/grant", form=form, headers=headers)
    assert answer.status_code == 303 and answer.headers["Location"] == "/office/benefits?done=granted"
    assert await purse(town) == 100_050
    assert "Назначено с" in await (await town.browser.get(f"/contracts/{card.id}", Accept="text/html")).get_data(as_text=True)
