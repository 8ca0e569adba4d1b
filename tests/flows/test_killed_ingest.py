"""A hub killed at any moment: what it acknowledged is there once, each meal is debited and told once (RULES E1, E2, D7, F1)."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.flows.charge_tills import charge_tills
from hub.flows.notices import follow_events
from hub.store.database import stamp
from hub.store.school.devices import DeviceKind
from identity.sealing import Keys, new_master_key
from tests.flows.debit_kit import Canteen
from tests.flows.kit import PUBLIC, Hub
from tests.flows.till_kit import receipt, till, tilled
from tests.ingest_kit import Played, batch
from tests.killed_kit import Killed, killable
from tests.unit.hub.kit import environment

pytestmark = pytest.mark.timeout(120)
KILLS, KOP, MESSAGES, EACH = 4, 100, 20, 10
RETRY_S = 0.02


@dataclass
class Maker:
    """Sends as docs/devices.md tells: in order, each message again until it is answered with 200."""

    device: Played
    url: str
    acknowledged: list[str] = field(default_factory=list)
    again: int = 0

    async def send(self, events: Sequence[dict[str, Any]]) -> None:
        body = batch(*events)
        async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
            while True:
                path, headers = self.device.message(body, datetime.now(UTC))
                try:
                    answer = await client.post(f"{self.url}{path}", content=body, headers=headers)
                except httpx.HTTPError:
                    answer = None
                if answer is not None and answer.status_code == 200:
                    assert {one["verdict"] for one in answer.json()["verdicts"]} <= {"stored", "duplicate"}
                    self.acknowledged += [str(one["id"]) for one in events]
                    return
                assert answer is None or answer.status_code == 503, answer.text
                self.again += 1
                await asyncio.sleep(RETRY_S)


@pytest.fixture
async def master(hub: Hub) -> str:
    """The stage stands at this day's time, under a key that a process can be given too."""
    hub.clock.at = datetime.now(UTC) - timedelta(minutes=1)
    key = new_master_key()
    hub.change(keys=Keys.from_master(key))
    await hub.deps.db.write(lambda: stamp.put("real", now=hub.clock()))
    return key


@pytest.fixture
async def canteen(hub: Hub, master: str) -> Canteen:
    return await tilled(hub)


def env(hub: Hub, master: str, folder: Path) -> dict[str, str]:
    given = {"HUB_MASTER_KEY": master, "HUB_PUBLIC_URL": PUBLIC, "HUB_POLLING": "0"}
    if hub.deps.db.kind == "postgres":
        given["HUB_DATABASE_URL"] = hub.deps.db.url
    return environment(folder, **given)


async def killing(hub: Killed, chance: random.Random) -> None:
    """Some answers later, or in the middle of starting."""
    for number in range(KILLS):
        if number % 3 < 2:
            await hub.answers()
        await asyncio.sleep(chance.uniform(0.0, 0.5))
        await hub.kill()
        await hub.start()
    await hub.answers()


@pytest.mark.rule("E1")
@pytest.mark.rule("E2")
@pytest.mark.rule("D7")
@pytest.mark.parametrize("seed", [7])
async def test_a_hub_killed_at_random_loses_nothing_and_doubles_nothing(canteen: Canteen, master: str, tmp_path: Path, seed: int) -> None:
    hub = canteen.hub
    gate, cashier = await till(hub, kind=DeviceKind.TURNSTILE), await till(hub)
    before = await canteen.left()
    async with killable(env(hub, master, tmp_path)) as process:
        await process.start()
        doors, sales = Maker(gate, process.url), Maker(cashier, process.url)
        kills = asyncio.create_task(killing(process, random.Random(seed)))
        number = 0
        while not kills.done() or number < MESSAGES:
            passes = [gate.passed(hub.clock(), id_=f"p{number}-{one}") for one in range(EACH)]
            meal = receipt(cashier, hub, id_=f"m{number}", kop=KOP, items=[{"title": "Чай", "price_kop": KOP}])
            await asyncio.gather(doors.send(passes), sales.send([meal]))
            number += 1
        await kills
        await process.kill()
    while await charge_tills(hub.deps) or await follow_events(hub.deps):
        pass
    kept = [str(id_) for (id_,) in await hub.rows("SELECT id FROM ingest_event")]
    assert sorted(kept) == sorted(doors.acknowledged + sales.acknowledged)
    assert len(kept) == len(set(kept)) == number * (EACH + 1)
    assert doors.again + sales.again >= KILLS / 2
    charged = [str(key) for (key,) in await hub.rows(f"SELECT key FROM ledger_txn WHERE scope = 'device:{cashier.id}'")]
    assert sorted(charged) == sorted(sales.acknowledged)
    assert await canteen.left() == before - number * KOP
    decided = await hub.rows("SELECT person, child, source, event, kind FROM notice_decision AS d JOIN notice_pair AS p ON p.id = d.pair")
    assert len(decided) == len(set(decided)), "each person hears of each happening once"
    assert {str(event) for *_, event, _ in decided} == set(kept)


AT_THE_CURSOR = """
import device_ingest.store as store
move_on = store.move_on
store.move_on = lambda reader, **to: os.kill(os.getpid(), signal.SIGKILL) if reader == "charge_tills" else move_on(reader, **to)
"""


@pytest.mark.rule("D7")
async def test_a_worker_killed_between_the_debit_and_its_cursor_debits_once(canteen: Canteen, master: str, tmp_path: Path) -> None:
    hub = canteen.hub
    cashier = await till(hub)
    body = batch(receipt(cashier, hub, kop=KOP))
    path, headers = cashier.message(body, hub.clock())
    assert (await hub.app.test_client().post(path, data=body, headers=headers)).status_code == 200
    debits = f"SELECT COUNT(*) FROM ledger_txn WHERE scope = 'device:{cashier.id}'"
    async with killable(env(hub, master, tmp_path), before=AT_THE_CURSOR) as process:
        await process.start()
        await process.ended()
        assert await hub.rows(debits) == [(0,)]
    while await charge_tills(hub.deps):
        pass
    assert await hub.rows(debits) == [(1,)]
