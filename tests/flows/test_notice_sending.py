"""A notice leaves by the first free way that works, an SMS only where it is wanted and can be paid (RULES F2, F4)."""

from __future__ import annotations

import pytest

from connectors.kit.channel import Gone, NotSent
from connectors.kit.errors import ConnectorError, RateLimited, Rejected, TimedOut
from connectors.kit.notice import TextState
from hub.ledger.model import Purpose
from hub.ledger.store.paid import notices as settings
from hub.store import preferences
from hub.store.preferences import Preferences
from tests.flows.kit import Hub
from tests.flows.notice_kit import EMAIL, PHONE, reached

SMS = 50
"""What one SMS about a pass costs in the free tariff."""


class _Died(RuntimeError):
    """Nobody catches it."""


async def test_an_email_goes_to_the_confirmed_address_and_names_nobody(hub: Hub) -> None:
    here = await reached(hub, "email")
    await here.wish("email")
    event = await here.passed()
    assert await here.said(event, "email") == ("pending", "")
    await here.rounds()
    assert here.channels["email"].told == [(EMAIL, "Ребёнок: вход в 15:59")]
    assert await here.said(event, "email") == ("sent", "")


@pytest.mark.rule("F4")
async def test_the_nickname_that_the_parent_chose_is_the_only_name(hub: Hub) -> None:
    here = await reached(hub, "push")
    chosen = Preferences(nicknames={here.child: "Зайчик"})
    await hub.deps.db.write(lambda: preferences.save(hub.deps.keys, here.me, chosen, now=hub.clock()))
    await here.wish("push")
    await here.passed(direction="out")
    await here.rounds()
    (sent,) = here.channels["push"].sent
    assert sent.text.reveal() == "Зайчик: выход в 15:59"
    assert "Орлов" not in repr(sent) and sent.event


@pytest.mark.rule("F2")
@pytest.mark.feature("F014")
async def test_an_sms_is_paid_when_the_gateway_took_it(hub: Hub) -> None:
    here = await reached(hub, kop=1_000)
    await here.wish("sms", kop=SMS)
    event = await here.passed()
    assert await here.money() == [("top_up", 1_000)]
    await here.rounds(5)
    assert here.sms.sent == [(PHONE, "Ребёнок: вход в 15:59")]
    item = next(one for one in await here.log() if one["channel"] == "sms")
    assert (item["event_id"], item["decision"], item["rule"], item["price_kop"]) == (event, "sent", "", SMS)
    statement = (await here.family.statement(Purpose.NOTICES))["items"][-1]
    assert (statement["kind"], statement["amount_kop"], statement["transaction_id"]) == ("notice_pass", -SMS, item["transaction_id"])
    assert statement["cause"]["event"] == event


@pytest.mark.rule("F2")
async def test_without_money_no_sms_goes_and_nothing_is_owed(hub: Hub) -> None:
    here = await reached(hub)
    await here.wish("sms", kop=SMS)
    event = await here.passed()
    await here.rounds()
    assert (here.sms.sent, await here.said(event, "sms"), await here.money()) == ([], ("not_sent", "no_funds"), [])


@pytest.mark.rule("F2")
async def test_two_sms_at_once_do_not_promise_the_same_money_twice(hub: Hub) -> None:
    here = await reached(hub, kop=SMS)
    await here.wish("sms", kop=SMS)
    first, second = await here.passed(ago_s=60), await here.passed(direction="out")
    await here.rounds(6)
    assert len(here.sms.sent) == 1
    assert {await here.said(first, "sms"), await here.said(second, "sms")} == {("sent", ""), ("not_sent", "no_funds")}


@pytest.mark.rule("F2")
async def test_what_could_not_be_delivered_is_paid_back(hub: Hub) -> None:
    here = await reached(hub, kop=1_000)
    await here.wish("sms", kop=SMS)
    event = await here.passed()
    await here.rounds(5)
    here.sms.now(TextState.FAILED)
    await here.rounds(8, seconds=30)
    assert await here.said(event, "sms") == ("not_sent", "undeliverable")
    assert [kop for _, kop in await here.money()] == [1_000, -SMS, SMS]


@pytest.mark.rule("F2")
async def test_an_sms_that_no_operator_took_yet_is_not_called_handed_over(hub: Hub) -> None:
    here = await reached(hub, kop=1_000)
    here.sms.fails = [RateLimited("smsc", "9", after_s=30), TimedOut("smsc")]
    here.sms.finds = False
    await here.wish("sms", kop=SMS)
    event = await here.passed()

    async def text() -> str:
        return str(next(one["text"] for one in await here.log() if (one["event_id"], one["channel"]) == (event, "sms")))

    await here.rounds(1)
    assert "ещё не принял" in await text() and await here.said(event, "sms") == ("pending", "")
    here.hub.clock.go(seconds=40)
    await here.rounds(1)
    assert "не подтвердил" in await text() and await here.money() == [("top_up", 1_000)]


@pytest.mark.rule("F2")
async def test_a_gateway_that_refuses_takes_no_money(hub: Hub) -> None:
    here = await reached(hub, kop=1_000)
    here.sms.fails = [Rejected("smsc", "6")]
    await here.wish("sms", kop=SMS)
    event = await here.passed()
    await here.rounds(5)
    assert (await here.said(event, "sms"), await here.money()) == (("not_sent", "undeliverable"), [("top_up", 1_000)])


@pytest.mark.rule("F2")
async def test_the_month_has_a_cap(hub: Hub) -> None:
    here = await reached(hub, kop=1_000)
    await here.wish("sms", kop=SMS)
    contract = (await here.family.contracts())[0]["id"]
    await hub.deps.db.write(lambda: settings.put_cap(contract, 70, by="t", now=hub.clock()))
    first = await here.passed(ago_s=60)
    await here.rounds(5)
    second = await here.passed(direction="out")
    await here.rounds(5)
    assert [await here.said(one, "sms") for one in (first, second)] == [("sent", ""), ("not_sent", "cap")]


@pytest.mark.rule("E6")
async def test_nobody_pays_for_the_word_of_a_device_that_does_not_sign(hub: Hub) -> None:
    here = await reached(hub, "email", kop=1_000)
    for channel, kop in (("sms", SMS), ("email", 0)):
        await here.wish(channel, kop=kop)
    event = await here.passed(of=here.weak)
    await here.rounds(5)
    assert (await here.said(event, "sms"), await here.money()) == (("not_sent", "weak_device"), [("top_up", 1_000)])
    assert "не подтверждено" in here.channels["email"].told[0][1]


@pytest.mark.rule("F2")
async def test_an_sms_follows_where_a_push_was_not_seen_and_not_where_mail_arrived(hub: Hub) -> None:
    here = await reached(hub, "push", "email", kop=1_000)
    for channel, kop in (("push", 0), ("sms", SMS)):
        await here.wish(channel, kop=kop)
    event = await here.passed()
    await here.rounds(3)
    assert (await here.said(event, "push"), await here.said(event, "sms")) == (("sent", ""), ("pending", "fallback"))
    await here.rounds(6, seconds=20)
    assert (len(here.sms.sent), await here.said(event, "sms")) == (1, ("sent", ""))
    await here.wish("email")
    event = await here.passed()
    await here.rounds(4, seconds=60)
    assert await here.said(event, "email") == ("sent", "")
    assert (len(here.sms.sent), await here.said(event, "sms")) == (1, ("not_sent", "fallback_not_needed"))


@pytest.mark.rule("F1")
async def test_a_way_that_failed_before_another_arrived_says_that_it_failed(hub: Hub) -> None:
    here = await reached(hub, "push", "email")
    for channel in ("push", "email"):
        await here.wish(channel)
    here.channels["push"].fails = [NotSent("push", "down")] * 9
    event = await here.passed()
    await here.rounds(8, seconds=10)
    assert await here.said(event, "email") == ("sent", "")
    assert await here.said(event, "push") == ("not_sent", "channel_down")


@pytest.mark.rule("F2")
@pytest.mark.parametrize(
    ("error", "rule"),
    [(Gone("push", "410"), "no_address"), (Rejected("push", "x"), "undeliverable"), (TimedOut("email"), "unsure")],
)
async def test_a_way_that_failed_for_good_gives_way_to_the_next_at_once(hub: Hub, error: ConnectorError, rule: str) -> None:
    way = "email" if rule == "unsure" else "push"
    here = await reached(hub, way, kop=1_000)
    for channel, kop in ((way, 0), ("sms", SMS)):
        await here.wish(channel, kop=kop)
    here.channels[way].fails = [error]
    event = await here.passed()
    await here.rounds(5)
    assert (await here.said(event, way), await here.said(event, "sms")) == (("not_sent", rule), ("sent", ""))


async def test_a_way_that_is_down_is_tried_again(hub: Hub) -> None:
    here = await reached(hub, "email")
    here.channels["email"].fails = [NotSent("email", "refused"), NotSent("email", "refused")]
    await here.wish("email")
    event = await here.passed()
    await here.rounds(2)
    assert await here.said(event, "email") == ("pending", "channel_down")
    await here.rounds(3, seconds=10)
    assert (await here.said(event, "email"), len(here.channels["email"].sent)) == (("sent", ""), 1)


async def test_a_dead_push_subscription_is_not_asked_again(hub: Hub) -> None:
    here = await reached(hub, "push")
    here.channels["push"].fails = [Gone("push", "410")]
    await here.wish("push")
    await here.passed(ago_s=60)
    await here.rounds()
    event = await here.passed()
    await here.rounds()
    assert (await here.said(event, "push"), len(here.channels["push"].asked)) == (("not_sent", "no_address"), 1)


async def test_a_pass_that_could_not_be_told_within_its_minutes_is_told_to_nobody(hub: Hub) -> None:
    here = await reached(hub, "email")
    await here.wish("email")
    event = await here.passed()
    hub.clock.go(minutes=16)
    await here.rounds()
    assert (await here.said(event, "email"), here.channels["email"].sent) == (("not_sent", "expired"), [])


async def test_a_process_that_died_after_taking_a_notice_leaves_it_to_another(hub: Hub) -> None:
    here = await reached(hub, "email")
    await here.wish("email")
    await here.passed()
    here.channels["email"].loses = lambda: _Died("the process ends between the call and its note")
    with pytest.raises(_Died):
        await here.rounds(1)
    here.channels["email"].loses = None
    await here.rounds(2)
    assert len(here.channels["email"].asked) == 1
    hub.clock.go(seconds=61)
    await here.rounds(1)
    first, again = here.channels["email"].asked
    assert first.id == again.id, "the channel knows a repeat by its id"


async def test_what_was_switched_off_after_it_was_decided_does_not_go(hub: Hub) -> None:
    here = await reached(hub, "email")
    await here.wish("email")
    event = await here.passed()
    await here.wish("email", enabled=False)
    await here.rounds()
    assert (await here.said(event, "email"), here.channels["email"].sent) == (("not_sent", "channel_off"), [])
