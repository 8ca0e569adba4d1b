"""A contract ends once, whoever asks; its remainder waits with a term, late money joins, a benefit goes to the budget (RULES D9)."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from hub.flows.payout import close
from hub.flows.payout.ending import follow_endings, warn_of_terms
from hub.ledger.errors import AccountClosed
from hub.ledger.model import Floor, Purpose
from hub.ledger.posting import benefit_grant
from hub.ledger.rules import REFUND_FLOOR
from hub.ledger.store import holds
from hub.ledger.store.agreements import closing
from hub.store.wishes import top_ups
from identity.model import PersonId
from identity.store import person
from identity.store.school.tables import LeftRow
from tests.flows.contract_kit import DOCUMENT, VERSION, accepted, ask, card_of, desk, drafted, fill, living, said, whole, work
from tests.flows.kit import Hub
from tests.flows.money_kit import SCHOOL, Family, stranger
from tests.unit.ledger import kit as ledger

pytestmark = [pytest.mark.rule("D9"), pytest.mark.feature("F156")]
NUMBER = "0270390000"


async def kinds(town: Family) -> list[str]:
    return [one["kind"] for one in (await (await town.browser.get("/api/v1/me/notices")).get_json())["items"]]


async def end(town: Family, contract: str, status: int = 200) -> dict[str, Any]:
    return await said(await ask(town.browser, f"/contracts/{contract}/close"), status)


async def test_the_remainder_waits_ten_days_and_everybody_knows(hub: Hub) -> None:
    town, card = await living(hub)
    await accepted(town, card.id)
    await fill(town, meal=10_000, services=2_500, notices=50)
    done = await end(town, card.id)
    (payout,) = done["payouts"]
    assert (done["state"], payout["state"], payout["amount_kop"], payout["days_left"], payout["may_choose"]) == (
        "closing",
        "open",
        12_550,
        10,
        True,
    )
    assert payout["last_day"] == "2026-11-28"
    accounts = (await town.contracts())[0]["accounts"]
    assert [(one["balance_kop"], one["closed"], one["may_top_up"]) for one in accounts] == [(0, True, False)] * 4
    assert await kinds(town) == ["payout_open", *[one for one in await kinds(town) if one != "payout_open"]]
    rows = await hub.rows("SELECT SUM(amount_kop) FROM ledger_entry WHERE account = 'clearing:payout'")
    assert rows == [(12_550,)]
    row = (await town.statement())["items"][-1]
    assert (row["kind"], row["amount_kop"], row["closing_kop"], row["text"]) == ("payout", -10_000, 0, "Выплата остатка")
    await whole(hub)


async def test_ten_asking_at_once_end_it_once(hub: Hub) -> None:
    town, card = await living(hub)
    await fill(town, meal=10_000)
    answers = await asyncio.gather(*(ask(town.browser, f"/contracts/{card.id}/close") for _ in range(10)))
    told = [await said(one) for one in answers]
    assert {one["state"] for one in told} == {"closing"}
    assert await hub.rows("SELECT COUNT(*), SUM(amount_kop) FROM payout") == [(1, 10_000)]
    assert (await kinds(town)).count("payout_open") == 1
    await whole(hub)


async def test_the_payer_and_the_school_at_once_end_it_once(hub: Hub) -> None:
    town, card = await living(hub)
    office = await desk(hub)
    await fill(town, meal=10_000)
    one, other = await asyncio.gather(
        ask(town.browser, f"/contracts/{card.id}/close"), ask(office.nina, f"/office/contracts/{card.id}/end", reason="школа закрыта")
    )
    assert (one.status_code, other.status_code) == (200, 204)
    assert await hub.rows("SELECT COUNT(*), SUM(amount_kop) FROM payout") == [(1, 10_000)]
    await whole(hub)


async def test_a_contract_without_money_is_over_at_once_and_a_draft_too(hub: Hub) -> None:
    town, card = await living(hub)
    assert await end(town, card.id) == {"id": card.id, "state": "closed", "payouts": []}
    assert await end(town, card.id) == {"id": card.id, "state": "closed", "payouts": []}
    _, draft = await drafted(hub, town.browser)
    assert (await end(town, draft))["state"] == "closed"
    assert (await ask(town.browser, f"/contracts/{draft}/accept", offer_version=VERSION, agreed=True)).status_code == 409


async def test_a_debt_is_paid_in_first(hub: Hub) -> None:
    town, card = await living(hub)
    await town.put(ledger.meal(town.own[Purpose.MEAL], 8_500, floor=Floor(kop=-17_000, rule="test")))
    refused = await end(town, card.id, 409)
    assert (refused["type"].rsplit("/", 1)[-1], refused["debt_kop"]) == ("contract_state", 8_500)
    await fill(town, meal=8_500)
    assert (await end(town, card.id))["state"] == "closed"


async def test_what_is_held_stays_until_it_is_let_go(hub: Hub) -> None:
    town, card = await living(hub)
    await fill(town, meal=10_000)
    now = hub.clock()
    held = town.own[Purpose.MEAL].id
    await hub.deps.db.write(lambda: holds.hold("h1", held, 3_000, floor=REFUND_FLOOR, until=now + timedelta(hours=1), now=now))
    (payout,) = (await end(town, card.id))["payouts"]
    assert payout["amount_kop"] == 7_000
    await work(hub)
    assert await hub.rows("SELECT amount_kop FROM payout") == [(7_000,)]
    await hub.deps.db.write(lambda: holds.release("h1", now=hub.clock()))
    await work(hub)
    assert await hub.rows("SELECT amount_kop, state FROM payout") == [(10_000, "open")]
    await whole(hub)


async def test_late_money_joins_and_opens_what_was_over(hub: Hub) -> None:
    town, card = await living(hub)
    await fill(town, meal=10_000)
    await end(town, card.id)
    await fill(town, notices=500)
    await work(hub)
    assert await hub.rows("SELECT amount_kop FROM payout") == [(10_500,)]
    assert (await card_of(hub, NUMBER)).state.value == "closing"
    await whole(hub)


async def test_money_after_the_end_makes_a_payout_of_its_own(hub: Hub) -> None:
    town, card = await living(hub)
    assert (await end(town, card.id))["state"] == "closed"
    hub.clock.go(days=20)
    await fill(town, meal=700)
    await work(hub)
    await town.browser.sign_in()
    found = (await said(await town.browser.get(f"/api/v1/contracts/{card.id}/payouts")))["items"]
    assert [(one["amount_kop"], one["reason"], one["days_left"]) for one in found] == [(700, "деньги пришли после конца договора", 10)]
    assert (await card_of(hub, NUMBER)).state.value == "closing"
    assert "payout_open" in await kinds(town)
    await whole(hub)


async def test_a_payment_under_way_keeps_the_contract_open(hub: Hub) -> None:
    town, card = await living(hub)
    await hub.deps.db.write(lambda: _pending(hub, town))
    assert (await end(town, card.id))["state"] == "closing"


def _pending(hub: Hub, town: Family) -> None:
    now = hub.clock()
    made = top_ups.TopUpCard(
        id="w1", account=town.id(), child=town.child, person="p", provider="bank", method="", amount_kop=1, fee_kop=0, state="pending",
        word="", problem="", provider_id=None, pay_url=None, txn=None, refunded_kop=0, tries=0, created_at=now, asked_at=None,
    )  # fmt: skip
    top_ups.begin(made, ask_after=now)


@pytest.mark.rule("A11", "A5a", "A17")
async def test_who_is_held_or_was_restricted_ends_nothing(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    town, card = await living(hub)
    await fill(town, meal=1_000)
    with monkeypatch.context() as patched:
        patched.setattr("hub.flows.money.payer.held_by_merge", lambda *_, **__: True)
        assert (await end(town, card.id, 409))["type"].endswith("/held_by_merge")
    with monkeypatch.context() as patched:
        patched.setattr("hub.flows.money.payer.is_restricted", lambda *_, **__: True)
        assert (await end(town, card.id, 403))["type"].endswith("/forbidden")
    hub.clock.go(minutes=6)
    assert (await end(town, card.id, 403))["type"].endswith("/not_fresh")
    assert await hub.rows("SELECT COUNT(*) FROM payout") == [(0,)]


async def test_the_school_ends_one_and_the_family_hears_why(hub: Hub) -> None:
    town, card = await living(hub)
    office = await desk(hub)
    await fill(town, meal=1_000)
    assert (await ask(office.nina, f"/office/contracts/{card.id}/end", reason=" ")).status_code == 400
    assert (await ask(office.nina, f"/office/contracts/{card.id}/end", reason="договор с поставщиком закончен")).status_code == 204
    assert (await said(await town.browser.get(f"/api/v1/contracts/{card.id}")))["ends"] == "школа прекратила договор"
    assert "payout_open" in await kinds(town)
    assert (await ask(office.nina, "/office/contracts/nothing/end", reason="причина")).status_code == 404
    boris = await stranger(hub)
    assert (await ask(boris, f"/office/contracts/{card.id}/end", reason="причина")).status_code == 403


async def test_a_pupil_who_left_is_followed(hub: Hub) -> None:
    town, _ = await living(hub)
    await fill(town, meal=1_000)
    await work(hub)
    assert (await card_of(hub, NUMBER)).state.value == "active"
    at = hub.clock()
    await hub.deps.db.write(lambda: _left(hub, town.child, at))
    await work(hub)
    await work(hub)
    assert (await card_of(hub, NUMBER)).state.value == "closing"
    assert await hub.rows("SELECT amount_kop, reason FROM payout") == [(1_000, "pupil_left")]
    assert await hub.deps.db.read(lambda: closing.of_leavers(limit=5)) == []
    await whole(hub)


def _left(hub: Hub, child: str, at: Any) -> None:
    LeftRow.create(id="l1", child=child, school=SCHOOL, klass="6А", reason="", left_on="2026-11-18", said_by="n", created_at=at)
    assert person(hub.deps.keys, PersonId(child)) is not None


async def test_a_school_ends_all_its_contracts_by_two_signatures(hub: Hub) -> None:
    town, _ = await living(hub)
    office = await desk(hub)
    await fill(town, meal=1_000)
    for path, browser, status in (
        ("/office/contracts/ending", office.nina, 204),
        ("/office/contracts/ending", office.oleg, 409),
        ("/office/contracts/ending/sign", office.nina, 403),
    ):
        assert (await ask(browser, path, document=DOCUMENT)).status_code == status
    await follow_endings(hub.deps)
    assert (await card_of(hub, NUMBER)).state.value == "active"
    assert (await ask(office.oleg, "/office/contracts/ending/sign")).status_code == 204
    while await follow_endings(hub.deps):
        pass
    assert (await card_of(hub, NUMBER)).state.value == "closing"
    assert await hub.rows("SELECT amount_kop, reason FROM payout") == [(1_000, "school_all")]
    assert await hub.rows("SELECT state, ended FROM contract_ending") == [("done", 1)]
    await whole(hub)


async def test_a_proposal_is_taken_back_before_the_second_signature(hub: Hub) -> None:
    await living(hub)
    office = await desk(hub)
    await ask(office.nina, "/office/contracts/ending", document=DOCUMENT)
    assert (await ask(office.oleg, "/office/contracts/ending/drop")).status_code == 204
    assert (await ask(office.oleg, "/office/contracts/ending/sign")).status_code == 404
    hub.clock.go(minutes=6)
    assert (await ask(office.nina, "/office/contracts/ending", document=DOCUMENT)).status_code == 403


async def test_the_payer_is_warned_before_the_term_and_after_it(hub: Hub) -> None:
    town, card = await living(hub)
    await fill(town, meal=1_000)
    await end(town, card.id)
    hub.clock.go(days=6)
    await warn_of_terms(hub.deps)
    await town.browser.sign_in()
    assert "payout_choose" not in await kinds(town)
    hub.clock.go(days=2)
    await warn_of_terms(hub.deps)
    await warn_of_terms(hub.deps)
    await town.browser.sign_in()
    assert (await kinds(town)).count("payout_choose") == 1
    hub.clock.go(days=3)
    await warn_of_terms(hub.deps)
    await warn_of_terms(hub.deps)
    await town.browser.sign_in()
    assert (await kinds(town)).count("payout_overdue") == 1


async def test_a_benefit_left_over_goes_to_the_budget_and_never_to_the_parent(hub: Hub) -> None:
    town, card = await living(hub)
    await fill(town, meal=1_000)
    await town.put(benefit_grant(ledger.act(scope="benefit"), town.own[Purpose.MEAL_BENEFIT], amount_kop=4_000))
    (payout,) = (await end(town, card.id))["payouts"]
    assert payout["amount_kop"] == 1_000
    assert await hub.rows("SELECT SUM(amount_kop) FROM ledger_entry WHERE account = 'budget:benefit'") == [(0,)]
    await whole(hub)


async def test_an_ended_contract_takes_no_new_charge(hub: Hub) -> None:
    town, card = await living(hub)
    await fill(town, meal=1_000)
    await end(town, card.id)
    await fill(town, meal=5_000)
    with pytest.raises(AccountClosed):
        await town.put(ledger.meal(town.own[Purpose.MEAL], 100))
    await work(hub)
    assert await hub.rows("SELECT amount_kop FROM payout") == [(6_000,)]
    assert await close.sweep_ended(hub.deps, closed=False) is False
