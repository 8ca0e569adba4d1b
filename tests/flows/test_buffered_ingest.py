"""With NATS in front the same endpoint answers after JetStream holds the events; a worker stores them once (RULES E1, E2, E6)."""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from device_ingest import store
from device_ingest.jetstream import JetStream
from device_ingest.jetstream.buffer import EVENT, EVENTS
from hub.flows.receive_events.store_buffered import store_batch
from tests.flows.desk_kit import Desk
from tests.flows.gate_kit import carded, device, guarded, reason, send, timeline, verdicts
from tests.flows.kit import Hub
from tests.ingest_kit import batch
from tests.nats_kit import Cluster, nats_servers, until


async def ready(buffer: JetStream) -> JetStream:
    await until(lambda: not buffer.trouble())
    return buffer


@pytest.fixture
async def nats(tmp_path: Path) -> AsyncIterator[Cluster]:
    async with nats_servers(tmp_path / "nats") as made:
        yield made


@pytest.fixture
async def desk(hub: Hub, nats: Cluster) -> AsyncIterator[Desk]:
    buffer = JetStream(nats.servers, replicas=3)
    await buffer.start()
    hub.change(buffer=await ready(buffer))
    yield await guarded(hub)
    await buffer.close()


async def stored(desk: Desk) -> int:
    """Empties the buffer as a worker does; how many rows there are then."""
    buffer = desk.hub.deps.buffer
    assert buffer is not None
    while (left := await buffer.backlog()) and (left.waiting or left.handed_out):
        await store_batch(desk.hub.deps, buffer)
    return await desk.hub.deps.db.read(store.count)


@pytest.mark.rule("E1")
async def test_an_event_is_told_stored_before_the_database_has_it_and_shown_after(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    await carded(desk)
    good, far = gate.passed(hub.clock()), gate.passed(hub.clock().replace(year=2063))
    body = batch(good, far, {"bad": 1}, good)
    assert await verdicts(await send(hub, gate, body)) == ["stored", "quarantined", "rejected", "duplicate"]
    assert await hub.deps.db.read(store.count) == 0
    assert await stored(desk) == 1
    assert len(await timeline(desk)) == 1
    assert await hub.rows("SELECT reason FROM ingest_quarantine") == [("future",)]
    state = (await hub.deps.db.read(lambda: store.of_devices([gate.id])))[gate.id]
    assert state.heard_at == hub.clock()


@pytest.mark.rule("E2")
async def test_a_repeat_is_a_duplicate_and_another_content_reaches_the_quarantine(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    first, other = gate.passed(hub.clock(), id_="a"), gate.passed(hub.clock(), id_="a", direction="out")
    assert await verdicts(await send(hub, gate, batch(first))) == ["stored"]
    assert await verdicts(await send(hub, gate, batch(first, other))) == ["duplicate", "conflict"]
    assert await stored(desk) == 1
    assert await verdicts(await send(hub, gate, batch(gate.passed(hub.clock(), id_="a", door="x")))) == ["stored"]
    assert await stored(desk) == 1
    assert await hub.rows("SELECT COUNT(*) FROM ingest_quarantine") == [(2,)]


@pytest.mark.rule("E2")
async def test_equal_messages_at_once_are_stored_once(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    body = batch(*(gate.passed(hub.clock()) for _ in range(50)))
    told = [await verdicts(answer) for answer in await asyncio.gather(*(send(hub, gate, body) for _ in range(6)))]
    assert sum(one.count("stored") for one in told) == 50
    assert await stored(desk) == 50


@pytest.mark.rule("E6")
async def test_a_replayed_signature_is_refused_by_the_servers_memory(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk, "rfc9421")
    body = batch(gate.passed(hub.clock()))
    path, headers = gate.message(body, hub.clock())
    client = hub.app.test_client()
    assert await verdicts(await client.post(path, data=body, headers=headers)) == ["stored"]
    assert await reason(await client.post(path, data=body, headers=headers)) == (401, "replay")
    assert await stored(desk) == 1


@pytest.mark.rule("E1")
async def test_what_is_handed_out_and_not_stored_comes_again_and_is_not_doubled(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    buffer = hub.deps.buffer
    assert buffer is not None
    await verdicts(await send(hub, gate, batch(*(gate.passed(hub.clock()) for _ in range(3)))))
    taken = await buffer.take(10, wait_s=1)
    await hub.deps.db.write(lambda: store.append([one.report for one in taken if one.report]))
    await buffer.again(taken, after_s=0)
    assert await stored(desk) == 3


@pytest.mark.rule("E1")
async def test_the_largest_event_passes_through_and_keeps_all_it_said(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    noise = base64.b85encode(secrets.token_bytes(835_000)).decode()
    body = batch(gate.passed(hub.clock(), id_="large", note=noise), gate.passed(hub.clock(), id_="small"))
    assert 1_040_000 < len(body) <= 1024 * 1024
    assert await verdicts(await send(hub, gate, body)) == ["stored", "stored"]
    assert await stored(desk) == 2
    assert await verdicts(await send(hub, gate, body)) == ["duplicate", "duplicate"]
    found = await hub.deps.db.read(store.export)
    assert next(one for one in found if one.id == "large").data["note"] == noise


async def test_what_nobody_can_read_is_kept_aside_and_blocks_nothing(desk: Desk, nats: Cluster) -> None:
    hub, gate = desk.hub, await device(desk)
    buffer: Any = hub.deps.buffer
    await buffer._publisher.publish(EVENT, [("k", b"\xff\x00nonsense")], within_s=2)
    await verdicts(await send(hub, gate, batch(gate.passed(hub.clock()))))
    assert await stored(desk) == 1
    assert await hub.rows("SELECT reason FROM ingest_quarantine") == [("unreadable",)]


async def test_a_full_stream_is_told_with_retry_after_and_takes_again_when_emptied(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    buffer: Any = hub.deps.buffer
    info = await buffer._js.stream_info(EVENTS)
    await buffer._js.update_stream(info.config, max_msgs=2)
    answer = await send(hub, gate, batch(*(gate.passed(hub.clock(), id_=f"{n}") for n in range(3))))
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert int(answer.headers["Retry-After"]) > 0
    assert await stored(desk) == 2
    again = await send(hub, gate, batch(*(gate.passed(hub.clock(), id_=f"{n}") for n in range(3))))
    assert again.status_code == 200
    assert await stored(desk) == 3


async def test_servers_that_went_away_are_told_at_once_and_come_back(desk: Desk, nats: Cluster) -> None:
    hub, gate = desk.hub, await device(desk)
    await nats.nodes[0].end()
    body = batch(gate.passed(hub.clock()))
    async with asyncio.timeout(7):
        answer = await send(hub, gate, body)
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
    assert "NATS" in hub.deps.buffer.trouble()  # type: ignore[union-attr]  # the fixture gave one
    await nats.nodes[0].start()
    await ready(hub.deps.buffer)  # type: ignore[arg-type]  # the same
    assert await verdicts(await send(hub, gate, body)) in (["stored"], ["duplicate"])
    assert await stored(desk) == 1


async def test_without_its_servers_a_hub_starts_and_says_what_is_missing() -> None:
    buffer = JetStream(["nats://127.0.0.1:1"], replicas=3)
    await buffer.start()
    await asyncio.sleep(0)
    assert "NATS" in buffer.trouble()
    assert await buffer.backlog() is None
    await buffer.close()
