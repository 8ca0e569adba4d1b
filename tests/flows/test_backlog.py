"""A device that comes back with a backlog stands in nobody's way: others pass between its parts (RULES E1)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from device_ingest import envelope
from device_ingest.envelope.cloud_events import A_PART
from device_ingest.store import Message, append
from hub.flows.receive_events import receive, sinks
from tests.flows.desk_kit import Desk
from tests.flows.gate_kit import carded, device, guarded, send, timeline, verdicts
from tests.flows.kit import Hub
from tests.ingest_kit import Played, batch

pytestmark = [pytest.mark.rule("E1")]
MANY = 2 * A_PART + 40


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    made = await guarded(hub)
    await carded(made)
    return made


def _backlog(gate: Played, now: datetime, count: int = MANY) -> Sequence[dict[str, Any]]:
    return [gate.passed(now + timedelta(milliseconds=one)) for one in range(count)]


async def test_a_single_event_is_kept_while_a_large_message_waits_for_its_turn_to_be_read(desk: Desk, monkeypatch: Any) -> None:
    monkeypatch.setattr(receive, "READ_AT_ONCE", 10_000)
    hub, gate = desk.hub, await device(desk)
    memory = hub.deps.memory
    async with memory.one_read:
        large = asyncio.ensure_future(send(hub, gate, batch(*_backlog(gate, hub.clock()))))
        assert await verdicts(await send(hub, gate, batch(gate.passed(hub.clock())))) == ["stored"]
        assert not large.done() and len(await timeline(desk)) == 1
    assert await verdicts(await large) == ["stored"] * MANY


async def test_others_have_their_turn_between_the_parts_of_a_large_message(desk: Desk, monkeypatch: Any) -> None:
    monkeypatch.setattr(receive, "READ_AT_ONCE", 10_000)
    hub, gate = desk.hub, await device(desk)
    order: list[str] = []
    parts = envelope.read_in_parts

    def noted(*given: Any, **more: Any) -> Any:
        for part in parts(*given, **more):
            order.append("part")
            asyncio.get_running_loop().call_soon(order.append, "other")
            yield part

    monkeypatch.setattr(envelope, "read_in_parts", noted)
    assert await verdicts(await send(hub, gate, batch(*_backlog(gate, hub.clock())))) == ["stored"] * MANY
    assert order == ["part", "other"] * 3


async def test_verdicts_of_a_large_message_stand_in_its_order(desk: Desk, monkeypatch: Any) -> None:
    monkeypatch.setattr(receive, "READ_AT_ONCE", 10_000)
    hub, gate = desk.hub, await device(desk)
    said = [*_backlog(gate, hub.clock())]
    said[A_PART + 5], said[-1] = {"no": "event"}, said[0]
    told = (await (await send(hub, gate, batch(*said))).get_json())["verdicts"]
    assert [one["index"] for one in told] == list(range(MANY))
    wanted = {A_PART + 5: "rejected", MANY - 1: "duplicate"}
    assert [one["verdict"] for one in told] == [wanted.get(at, "stored") for at in range(MANY)]


async def test_a_single_event_is_kept_while_the_writer_rests_between_the_parts_of_a_large_message(desk: Desk, monkeypatch: Any) -> None:
    hub, gate = desk.hub, await device(desk)
    resting, go_on = asyncio.Event(), asyncio.Event()

    async def rest(_seconds: float) -> None:
        resting.set()
        await go_on.wait()

    monkeypatch.setattr(sinks, "rest", rest)
    sizes = _written(monkeypatch)
    await verdicts(await send(hub, gate, batch(gate.passed(hub.clock()))))
    large = asyncio.ensure_future(send(hub, gate, batch(*_backlog(gate, hub.clock()))))
    await resting.wait()
    assert await verdicts(await send(hub, gate, batch(gate.passed(hub.clock())))) == ["stored"]
    go_on.set()
    assert await verdicts(await large) == ["stored"] * MANY
    assert sizes[:3] == [1, sinks.A_PART, 1] and sum(sizes) == MANY + 2 and max(sizes) == sinks.A_PART


async def test_where_no_single_events_come_a_large_message_is_written_at_once(desk: Desk, monkeypatch: Any) -> None:
    hub, gate = desk.hub, await device(desk)
    sizes = _written(monkeypatch)
    assert await verdicts(await send(hub, gate, batch(*_backlog(gate, hub.clock())))) == ["stored"] * MANY
    assert sizes == [MANY]


def _written(monkeypatch: Any) -> list[int]:
    """Fills with the events of each commit."""
    sizes: list[int] = []

    def noted(messages: Sequence[Message]) -> Any:
        sizes.append(sum(len(one.said) for one in messages))
        return append(messages)

    monkeypatch.setattr(sinks, "append", noted)
    return sizes
