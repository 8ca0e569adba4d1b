"""A real hub with NATS: it starts without its servers, says so, takes events when they come, and a killed one loses none (RULES E1)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.store.database import stamp
from identity.sealing import Keys, new_master_key
from tests.flows.gate_kit import device, guarded
from tests.flows.kit import PUBLIC, Hub
from tests.ingest_kit import Played, batch
from tests.killed_kit import Killed, killable
from tests.nats_kit import nats_servers, until
from tests.unit.hub.kit import environment

pytestmark = [pytest.mark.timeout(120), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, timeout=10, headers={"Host": "localhost:8000"}) as made:
        yield made


async def ready(client: httpx.AsyncClient, process: Killed) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"{process.url}/readyz")).json()
    return found


async def post(client: httpx.AsyncClient, process: Killed, gate: Played, body: bytes) -> httpx.Response:
    path, headers = gate.message(body, datetime.now(UTC))
    return await client.post(f"{process.url}{path}", content=body, headers=headers)


@pytest.mark.rule("E1")
async def test_it_starts_without_nats_takes_events_with_it_and_stores_them_after_a_kill(
    hub: Hub, tmp_path: Path, client: httpx.AsyncClient
) -> None:
    hub.clock.at = datetime.now(UTC) - timedelta(minutes=1)
    master = new_master_key()
    hub.change(keys=Keys.from_master(master))
    await hub.deps.db.write(lambda: stamp.put("real", now=hub.clock()))
    gate = await device(await guarded(hub))
    async with nats_servers(tmp_path / "nats") as nats:
        await nats.nodes[0].end()
        env = environment(
            tmp_path, HUB_MASTER_KEY=master, HUB_PUBLIC_URL=PUBLIC, HUB_POLLING="0", HUB_NATS_URL=",".join([*nats.servers, nats.servers[0]])
        )
        async with killable(env) as process:
            await process.start()
            await process.answers()
            found = await ready(client, process)
            assert not found["ready"] and "NATS" in found["checks"]["nats"] and found["checks"]["database"] == "ok"
            refused = await post(client, process, gate, batch(gate.passed(hub.clock(), id_="first")))
            assert refused.status_code == 503 and int(refused.headers["Retry-After"]) > 0
            await nats.nodes[0].start()

            async def well() -> bool:
                return bool((await ready(client, process))["ready"])

            await until(well)
            for number in range(20):
                body = batch(*(gate.passed(hub.clock(), id_=f"{number}-{one}") for one in range(25)))
                assert (await post(client, process, gate, body)).status_code == 200
                if number == 10:
                    await process.kill()
                    await process.start()
                    await process.answers()
                    await until(well)
            text = (await client.get(f"{process.url}/metrics")).text
            assert "hub_ingest_buffer_up 1.0" in text

            async def stored() -> bool:
                return (await hub.rows("SELECT COUNT(*) FROM ingest_event"))[0] == (500,)

            await until(stored)
            await asyncio.gather(process.kill(), return_exceptions=True)
    assert await hub.rows("SELECT COUNT(DISTINCT id) FROM ingest_event") == [(500,)]
