"""Three servers hold each event; one of them is killed in the middle: lost 0, doubled 0 (RULES E1, E2)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from device_ingest import store
from device_ingest.jetstream import JetStream
from device_ingest.jetstream.buffer import EVENTS
from hub.flows.receive_events.store_buffered import store_buffered
from tests.flows.gate_kit import device, guarded, send
from tests.flows.kit import Hub
from tests.ingest_kit import Played, batch
from tests.nats_kit import nats_servers, until

pytestmark = pytest.mark.timeout(120)
MESSAGES, EACH = 30, 50


async def insist(hub: Hub, gate: Played, body: bytes) -> list[str]:
    """As docs/devices.md tells a maker: the same message again until it is taken."""
    told: list[str] = []

    async def taken() -> bool:
        answer = await send(hub, gate, body)
        assert answer.status_code in (200, 503), await answer.get_data(as_text=True)
        if answer.status_code == 503:
            assert int(answer.headers["Retry-After"]) > 0
            return False
        told.extend(one["verdict"] for one in (await answer.get_json())["verdicts"])
        return True

    await until(taken)
    return told


@pytest.mark.rule("E1")
@pytest.mark.rule("E2")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_node_killed_in_the_middle_loses_nothing_and_doubles_nothing(hub: Hub, tmp_path: Path) -> None:
    async with nats_servers(tmp_path / "nats", size=3) as nats:
        buffer = JetStream(nats.servers, replicas=3)
        await buffer.start()
        await until(lambda: not buffer.trouble())
        hub.change(buffer=buffer)
        gate = await device(await guarded(hub))
        working = asyncio.create_task(store_buffered(hub.deps))
        acknowledged: set[str] = set()
        leader = ""
        for number in range(MESSAGES):
            if number == MESSAGES // 3:
                info = await buffer._js.stream_info(EVENTS)
                assert info.cluster is not None and info.config.num_replicas == 3
                leader = info.cluster.leader or ""
                await nats.named(leader).end()
            if number == 2 * MESSAGES // 3:
                await nats.named(leader).start()
            events = [gate.passed(hub.clock(), id_=f"{number}-{one}") for one in range(EACH)]
            told = await insist(hub, gate, batch(*events))
            assert set(told) <= {"stored", "duplicate"}
            acknowledged |= {str(event["id"]) for event in events}

        async def emptied() -> bool:
            left = await buffer.backlog()
            return left is not None and not (left.waiting or left.handed_out)

        await until(emptied)
        kept = [str(id_) for (id_,) in await hub.rows("SELECT id FROM ingest_event")]
        hub.deps.stopping.set()
        await working
        await buffer.close()
    assert len(kept) == len(set(kept)) == MESSAGES * EACH
    assert acknowledged == set(kept)
    assert await hub.deps.db.read(store.count) == MESSAGES * EACH
