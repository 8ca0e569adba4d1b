"""Automatic top-up: by a stored word and a kept card, once at a time, within the cap, never twice, off with one tap (RULES A14, D3, D4)."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from connectors.kit.errors import AuthExpired, Rejected, TimedOut, Unavailable
from connectors.kit.payment import PaymentState
from hub.flows.autopay import charge_due, unbind_ended
from hub.flows.autopay.words import VERSION
from hub.store.wishes import top_ups
from tests.flows.autopay_kit import CARD, DAY_S, automatic
from tests.flows.kit import Hub

PENDING, PAID, DECLINED = PaymentState.PENDING, PaymentState.PAID, PaymentState.DECLINED


@pytest.mark.rule("D12")
@pytest.mark.rule("A14")
async def test_the_first_payment_makes_the_card_kept_and_the_rule_active(hub: Hub) -> None:
    town = await automatic(hub)
    made = await town.turn_on()
    assert (made["state"], made["pay_url"], made["total_kop"], made["card"]) == ("waiting", "https://bank.example/pay", 52_500, "")
    (order,) = town.bank.told
    assert (order.client, order.amount_kop, order.binding) == (made["top_up"], 52_500, "")
    town.bank.pay_first()
    await town.turns()
    found = await town.rule(made["id"])
    assert (found["state"], found["card"], found["pay_url"], await town.balance()) == ("active", CARD, None, 50_000)
    assert await town.told() == ["autopay_on"]
    assert (found["consent"]["version"], "525,00" in found["consent"]["text"].replace("\u00a0", " ")) == (VERSION, True)
    ((sealed,),) = await hub.rows("SELECT binding FROM autopay_rule")
    assert "B-secret-1" not in str(sealed)


async def test_a_low_balance_is_topped_up_once_a_day(hub: Hub) -> None:
    town = await automatic(hub)
    rule = await town.active()
    await town.turns(DAY_S)
    assert town.bank.charged == []
    await town.spend_all_but(9_999)
    for _ in range(3):
        await town.turns()
    ((order, binding),) = town.bank.charged
    assert (order.amount_kop, binding, order.client) == (52_500, "B-secret-1", "")
    assert await town.balance() == 59_999
    await town.spend_all_but(0)
    await town.turns()
    assert len(town.bank.charged) == 1
    await town.turns(DAY_S)
    found = await town.rule(rule["id"])
    assert (len(town.bank.charged), found["spent_kop"], [one["outcome"] for one in found["tries"]]) == (2, 105_000, ["paid", "paid"])
    assert await town.told() == ["autopay_done", "autopay_done", "autopay_on"]


async def test_at_the_threshold_itself_nothing_is_charged(hub: Hub) -> None:
    town = await automatic(hub)
    await town.active()
    await town.spend_all_but(10_000)
    await town.turns(DAY_S)
    assert town.bank.charged == []


async def test_its_number_stands_before_the_bank_is_called(hub: Hub) -> None:
    town = await automatic(hub)
    await town.active()
    await town.spend_all_but(0)
    town.bank.no_charge = TimedOut("bank")
    await town.turns(DAY_S)
    ((order, _),) = town.bank.charged
    assert await hub.rows("SELECT id, state FROM top_up WHERE state = 'pending'") == [(order.id, "pending")]


@pytest.mark.rule("D4")
@pytest.mark.parametrize("lost", [TimedOut("bank"), Unavailable("bank")])
async def test_a_lost_answer_is_asked_about_and_never_charged_twice(hub: Hub, lost: Any) -> None:
    town = await automatic(hub)
    rule = await town.active()
    await town.spend_all_but(0)
    town.bank.lost_charge = lost
    await town.turns(DAY_S)
    assert (await town.rule(rule["id"]))["text"].startswith("Списание идёт")
    town.bank.lost_charge = None
    for _ in range(3):
        await town.turns()
    assert (len(town.bank.charged), await town.balance()) == (1, 50_000)
    assert len(await hub.rows("SELECT id FROM ledger_txn WHERE kind = 'top_up'")) == 2


@pytest.mark.rule("D4")
async def test_what_is_pending_is_waited_for_over_days(hub: Hub) -> None:
    town = await automatic(hub)
    await town.active()
    await town.spend_all_but(0)
    town.bank.says = PENDING
    for _ in range(4):
        await town.turns(DAY_S)
    assert (len(town.bank.charged), await town.balance()) == (1, 0)
    town.bank.put("C1", PAID)
    await town.notice(id="C1")
    await town.turns()
    assert await town.balance() == 50_000


async def test_two_workers_at_once_charge_once(hub: Hub) -> None:
    town = await automatic(hub)
    await town.active()
    await town.spend_all_but(0)
    hub.clock.go(seconds=DAY_S)
    await asyncio.gather(*(charge_due(hub.deps) for _ in range(5)))
    assert (len(town.bank.charged), await town.balance()) == (1, 50_000)


@pytest.mark.parametrize("how", ["answer", "error"])
async def test_a_decline_is_told_once_and_tried_the_next_day_and_three_pause_the_rule(hub: Hub, how: str) -> None:
    town = await automatic(hub)
    rule = await town.active()
    await town.spend_all_but(0)
    town.bank.says = DECLINED
    town.bank.no_charge = Rejected("bank", "51") if how == "error" else None
    for day in range(1, 6):
        await town.turns(DAY_S)
        await town.turns()
        assert len(town.bank.charged) == min(day, 3)
    found = await town.rule(rule["id"])
    assert (found["state"], found["why"], found["spent_kop"]) == ("paused", "declined", 0)
    assert "три раза подряд" in found["text"]
    assert await town.told() == ["autopay_paused", "autopay_declined", "autopay_declined", "autopay_on"]


async def test_a_success_between_declines_begins_the_count_anew(hub: Hub) -> None:
    town = await automatic(hub)
    rule = await town.active()
    for says in (DECLINED, DECLINED, PAID, DECLINED, DECLINED):
        await town.spend_all_but(0)
        town.bank.says = says
        await town.turns(DAY_S)
    found = await town.rule(rule["id"])
    assert (found["state"], found["declines"], len(town.bank.charged)) == ("active", 2, 5)


async def test_a_shop_that_the_bank_does_not_take_is_nobodys_decline(hub: Hub) -> None:
    town = await automatic(hub)
    rule = await town.active()
    await town.spend_all_but(0)
    town.bank.no_charge = AuthExpired("bank")
    for _ in range(5):
        await town.turns(DAY_S)
    assert ((await town.rule(rule["id"]))["state"], await town.told()) == ("active", ["autopay_on"])
    town.bank.no_charge = None
    await town.turns(DAY_S)
    assert await town.balance() == 50_000


async def test_a_charge_thought_declined_that_was_taken_after_all_is_not_repeated(hub: Hub) -> None:
    town = await automatic(hub)
    rule = await town.active()
    await town.spend_all_but(0)
    town.bank.says = DECLINED
    await town.turns(DAY_S)
    town.bank.put("C1", PAID)
    await town.notice(id="C1")
    town.bank.says = PAID
    await town.spend_all_but(0)
    await town.turns(DAY_S)
    assert (len(town.bank.charged), (await town.rule(rule["id"]))["declines"]) == (1, 0)


async def test_the_months_cap_holds_and_is_told_once(hub: Hub) -> None:
    town = await automatic(hub)
    rule = await town.active(cap_kop=60_000)
    for _ in range(3):
        await town.spend_all_but(0)
        await town.turns(DAY_S)
    found = await town.rule(rule["id"])
    assert (len(town.bank.charged), found["spent_kop"], found["state"]) == (1, 52_500, "active")
    assert await town.told() == ["autopay_capped", "autopay_done", "autopay_on"]
    await town.turns(31 * DAY_S)
    assert len(town.bank.charged) == 2


async def test_a_fee_that_grew_needs_a_new_word(hub: Hub) -> None:
    town = await automatic(hub)
    rule = await town.active()
    await town.spend_all_but(0)
    await hub.deps.db.write(lambda: top_ups.put_fee("bank", "card", date(2026, 1, 1), 600))
    await town.turns(DAY_S)
    found = await town.rule(rule["id"])
    assert (town.bank.charged, found["state"], found["why"]) == ([], "paused", "fee_changed")
    browser, path = town.family.browser, f"/api/v1/autopay/{rule['id']}/resume"
    await browser.sign_in()
    stale = await browser.send("POST", path, json={"consent": VERSION, "accepted_total_kop": 52_500})
    assert (stale.status_code, (await stale.get_json())["total_kop"]) == (409, 53_000)
    good = await browser.send("POST", path, json={"consent": VERSION, "accepted_total_kop": 53_000})
    assert (good.status_code, (await good.get_json())["state"]) == (200, "active")
    await town.turns(DAY_S)
    assert town.bank.charged[0][0].amount_kop == 53_000
    assert await hub.rows("SELECT COUNT(*) FROM autopay_consent WHERE withdrawn_at IS NOT NULL") == [(1,)]


@pytest.mark.rule("A14")
async def test_off_is_one_tap_at_once_and_the_bank_forgets_the_card(hub: Hub) -> None:
    town = await automatic(hub)
    rule = await town.active()
    await town.spend_all_but(0)
    for _ in range(2):
        answer = await town.family.browser.send("DELETE", f"/api/v1/autopay/{rule['id']}")
        assert (answer.status_code, (await answer.get_json())["state"]) == (200, "ended")
    town.bank.no_unbind = Unavailable("bank")
    await town.turns(DAY_S)
    assert await hub.rows("SELECT binding IS NULL, unbind_tries FROM autopay_rule") == [(0, 1)]
    town.bank.no_unbind = None
    await town.turns(600)
    assert (town.bank.charged, town.bank.forgotten) == ([], [(rule["top_up"], "B-secret-1")])
    assert await hub.rows("SELECT binding, unbind_at FROM autopay_rule") == [(None, None)]
    assert await hub.rows("SELECT COUNT(*) FROM autopay_consent WHERE withdrawn_at IS NULL") == [(0,)]


async def test_a_bank_that_cannot_forget_leaves_nothing_here_to_charge_with(hub: Hub) -> None:
    town = await automatic(hub)
    rule = await town.active()
    town.bank.no_unbind = Rejected("bank", "cannot")
    await town.family.browser.send("DELETE", f"/api/v1/autopay/{rule['id']}")
    await unbind_ended(hub.deps)
    assert await hub.rows("SELECT binding, unbind_at FROM autopay_rule") == [(None, None)]


async def test_off_before_the_first_payment_unbinds_what_that_payment_kept(hub: Hub) -> None:
    town = await automatic(hub)
    made = await town.turn_on()
    await town.family.browser.send("DELETE", f"/api/v1/autopay/{made['id']}")
    town.bank.pay_first()
    await town.turns()
    await town.turns(600)
    assert (town.bank.forgotten, await town.balance()) == ([(made["top_up"], "B-secret-1")], 50_000)
    assert (await town.rule(made["id"]))["state"] == "ended"


async def test_off_while_a_charge_is_under_way_lets_its_money_arrive(hub: Hub) -> None:
    town = await automatic(hub)
    rule = await town.active()
    await town.spend_all_but(0)
    town.bank.says = PENDING
    await town.turns(DAY_S)
    await town.family.browser.send("DELETE", f"/api/v1/autopay/{rule['id']}")
    await town.turns()
    assert town.bank.forgotten == []
    town.bank.put("C1", PAID)
    await town.turns()
    await town.turns(600)
    assert (await town.balance(), len(town.bank.forgotten), (await town.rule(rule["id"]))["state"]) == (50_000, 1, "ended")


async def test_a_declined_first_payment_ends_the_rule_and_a_new_one_may_be_made(hub: Hub) -> None:
    town = await automatic(hub)
    made = await town.turn_on()
    town.bank.put("P1", DECLINED)
    await town.turns()
    assert ((await town.rule(made["id"]))["why"], await town.told()) == ("first_failed", ["autopay_ended"])
    await town.family.browser.sign_in()
    assert (await town.turn_on())["state"] == "waiting"


async def test_paid_without_a_card_there_is_nothing_to_charge(hub: Hub) -> None:
    town = await automatic(hub)
    made = await town.turn_on()
    town.bank.pay_first(binding="")
    for _ in range(6):
        await town.turns()
    assert ((await town.rule(made["id"]))["why"], await town.balance()) == ("not_kept", 50_000)


async def test_a_second_rule_waits_for_the_first_to_be_off_and_an_unpaid_one_gives_way(hub: Hub) -> None:
    town = await automatic(hub)
    former = await town.turn_on()
    made = await town.turn_on()
    assert (await town.rule(former["id"]))["why"] == "replaced"
    town.bank.pay_first("P2")
    await town.turns()
    assert (await town.rule(made["id"]))["state"] == "active"
    await town.turn_on(status=409)
    assert len(await hub.rows("SELECT id FROM autopay_rule WHERE state <> 'ended'")) == 1
