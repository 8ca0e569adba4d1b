"""A text leaves once: whatever a gateway says or does not say, and whenever the process ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.kit.calls.breaker import Paused
from connectors.kit.errors import AccessDenied, AuthExpired, Drifted, RateLimited, Rejected, TimedOut, Unavailable
from connectors.kit.notice import TextState
from hub.flows.send_texts import send_due
from hub.store.written import texts
from hub.store.written.texts import NewText, TextStage
from tests.flows.kit import Hub
from tests.flows.text_kit import FakeGateway

PHONE, TEXT = "+79131234567", "ПИН для терминала: 4821"


def with_gateways(hub: Hub, *gateways: FakeGateway) -> None:
    hub.change(texts={one.name: one for one in gateways})


async def put(hub: Hub, *, secret: bool = True, minutes: int = 10) -> str:
    new = NewText(kind="pin", about="c1", phone=PHONE, text=TEXT, person="p1", secret=secret, life=timedelta(minutes=minutes))
    return await hub.deps.db.write(lambda: texts.put(hub.deps.keys, new, now=hub.clock()))


async def state(hub: Hub, id_: str) -> TextStage:
    found = await hub.deps.db.read(lambda: texts.get(hub.deps.keys, id_))
    assert found is not None
    return found.state


async def rounds(hub: Hub, count: int, seconds: float = 30) -> None:
    for _ in range(count):
        await send_due(hub.deps)
        hub.clock.go(seconds=seconds)


async def test_it_is_sent_followed_and_delivered(hub: Hub) -> None:
    gate = FakeGateway()
    with_gateways(hub, gate)
    id_ = await put(hub)
    await rounds(hub, 1)
    assert (gate.sent, await state(hub, id_)) == ([(PHONE, TEXT)], TextStage.QUEUED)
    gate.now(TextState.SENT)
    await rounds(hub, 1)
    assert await state(hub, id_) is TextStage.SENT
    gate.now(TextState.DELIVERED)
    await rounds(hub, 2)
    assert await state(hub, id_) is TextStage.DELIVERED
    asked = gate.asked
    await rounds(hub, 2)
    assert gate.asked == asked, "what has arrived is not asked about"


@pytest.mark.security("7")
async def test_phone_and_text_are_sealed_and_a_secret_one_is_gone_once_it_left(hub: Hub) -> None:
    gate = FakeGateway()
    with_gateways(hub, gate)
    secret, plain = await put(hub), await put(hub, secret=False)
    stored = str(await hub.rows("SELECT phone, text FROM sent_text"))
    assert PHONE[1:] not in stored and "4821" not in stored
    await rounds(hub, 1)
    assert await hub.rows(f"SELECT text IS NULL, phone IS NULL FROM sent_text WHERE id = '{secret}'") == [(True, False)]
    gate.now(TextState.DELIVERED)
    await rounds(hub, 1)
    assert await hub.rows(f"SELECT text IS NULL, phone IS NULL FROM sent_text WHERE id = '{secret}'") == [(True, True)]
    assert await hub.rows(f"SELECT text IS NULL FROM sent_text WHERE id = '{plain}'") == [(False,)]


@pytest.mark.parametrize(
    "error",
    [
        RateLimited("smsc", after_s=60), AuthExpired("smsc"), AccessDenied("smsc", "3"), Paused("smsc", "paused"),
        Unavailable("smsc", "ConnectError"),
    ],
    ids=lambda error: error.code + type(error).__name__,
)  # fmt: skip
async def test_the_next_gateway_is_asked_where_the_first_surely_sent_nothing(hub: Hub, error: Exception) -> None:
    first, second = FakeGateway(fails=[error]), FakeGateway(name="smsru", finds=False)  # type: ignore[list-item] # each of them is one of the eight
    with_gateways(hub, first, second)
    id_ = await put(hub)
    await rounds(hub, 1)
    assert (first.sent, len(second.sent), await state(hub, id_)) == ([], 1, TextStage.QUEUED)
    assert await hub.rows("SELECT gateway FROM sent_text") == [("smsru",)]


@pytest.mark.parametrize("error", [TimedOut("smsc"), Unavailable("smsc", "503"), Drifted("smsc", "$")], ids=lambda error: error.code)
async def test_a_lost_answer_makes_no_second_text_where_the_gateway_finds_it(hub: Hub, error: Exception) -> None:
    gate, other = FakeGateway(loses=lambda: error), FakeGateway(name="smsru", finds=False)  # type: ignore[arg-type,return-value] # as above
    with_gateways(hub, gate, other)
    id_ = await put(hub)
    await rounds(hub, 1)
    assert await state(hub, id_) is TextStage.UNSURE
    gate.loses = None
    await rounds(hub, 1)
    assert (len(gate.sent), other.sent, await state(hub, id_)) == (1, [], TextStage.QUEUED)


async def test_a_text_that_never_came_to_be_is_sent_anew(hub: Hub) -> None:
    gate = FakeGateway(fails=[TimedOut("smsc")])
    with_gateways(hub, gate)
    id_ = await put(hub)
    await rounds(hub, 3)
    assert (len(gate.sent), await state(hub, id_)) == (1, TextStage.QUEUED)


async def test_where_nothing_can_be_found_out_the_text_is_lost_and_not_sent_twice(hub: Hub) -> None:
    gate = FakeGateway(name="smsru", finds=False, loses=lambda: TimedOut("smsru"))
    with_gateways(hub, gate)
    id_ = await put(hub)
    await rounds(hub, 4)
    assert (len(gate.sent), await state(hub, id_)) == (1, TextStage.LOST)


async def test_a_process_that_ends_between_row_and_answer_leaves_it_to_be_looked_for(hub: Hub) -> None:
    gate = FakeGateway()
    with_gateways(hub, gate)
    id_ = await put(hub)
    assert await hub.deps.db.write(lambda: texts.asked(id_, "smsc", now=hub.clock()))
    hub.clock.go(seconds=61)
    await rounds(hub, 2)
    assert (len(gate.sent), await state(hub, id_)) == (1, TextStage.QUEUED)


async def test_what_the_gateway_refuses_for_good_has_failed(hub: Hub) -> None:
    gate, other = FakeGateway(fails=[Rejected("smsc", "7")]), FakeGateway(name="smsru")
    with_gateways(hub, gate, other)
    id_ = await put(hub)
    await rounds(hub, 3)
    assert (await state(hub, id_), other.sent) == (TextStage.FAILED, [])
    assert await hub.rows("SELECT reason, text IS NULL, phone IS NULL FROM sent_text") == [("smsc:7", True, True)]


async def test_without_a_gateway_it_waits_and_a_pin_that_is_too_late_is_not_sent(hub: Hub) -> None:
    with_gateways(hub)
    id_ = await put(hub)
    await rounds(hub, 2, seconds=120)
    assert await state(hub, id_) is TextStage.WAITING
    gate = FakeGateway()
    with_gateways(hub, gate)
    hub.clock.go(minutes=10)
    await rounds(hub, 1)
    assert (gate.sent, await state(hub, id_)) == ([], TextStage.EXPIRED)


async def test_a_state_told_late_takes_nothing_back(hub: Hub) -> None:
    gate = FakeGateway()
    with_gateways(hub, gate)
    id_ = await put(hub)
    await rounds(hub, 1)
    before = await hub.deps.db.read(lambda: texts.get(hub.deps.keys, id_))
    gate.now(TextState.DELIVERED)
    await rounds(hub, 1)
    assert before is not None
    await hub.deps.db.write(lambda: texts.turn(before, TextStage.SENT, now=hub.clock()))
    assert await state(hub, id_) is TextStage.DELIVERED


async def test_a_word_that_nobody_documented_is_asked_about_again_and_given_up_in_two_days(hub: Hub) -> None:
    gate = FakeGateway()
    with_gateways(hub, gate)
    id_ = await put(hub)
    await rounds(hub, 1)
    gate.now(TextState.UNKNOWN, "99")
    await rounds(hub, 3, seconds=1000)
    assert (await state(hub, id_), gate.asked) == (TextStage.SENT, 3)
    hub.clock.go(days=2)
    await rounds(hub, 2)
    assert (await state(hub, id_), gate.asked) == (TextStage.SENT, 3)


async def test_whoever_erases_the_own_record_is_not_written_to(hub: Hub) -> None:
    gate = FakeGateway()
    with_gateways(hub, gate)
    await put(hub)
    await hub.deps.db.write(lambda: texts.forget("p1"))
    await rounds(hub, 2)
    assert gate.sent == []
