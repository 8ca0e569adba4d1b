"""The log of events ends: after two school years, with the child's record; and it goes along in the own file (RULES A14, A18)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from device_ingest import store
from device_ingest.jetstream import JetStream
from hub.flows.end_events import end_events, kept_since
from hub.flows.leave.passes import forget_passes
from hub.store.school import carriers
from tests.flows.console_kit import open_console
from tests.flows.desk_kit import Desk
from tests.flows.gate_kit import carded, device, guarded, send, timeline, verdicts
from tests.flows.kit import Hub
from tests.ingest_kit import batch


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await guarded(hub)


@pytest.mark.rule("A18")
@pytest.mark.parametrize(
    ("now", "since"),
    [
        ("2026-11-18T09:00:00+00:00", "2025-09-01T00:00:00+03:00"),
        ("2027-08-31T20:59:59+00:00", "2025-09-01T00:00:00+03:00"),
        ("2027-08-31T21:00:00+00:00", "2026-09-01T00:00:00+03:00"),
    ],
)
def test_the_running_school_year_and_the_one_before_are_kept(now: str, since: str) -> None:
    assert kept_since(datetime.fromisoformat(now)) == datetime.fromisoformat(since)


@pytest.mark.rule("A18")
async def test_passes_go_with_their_keys_when_the_next_school_year_is_over(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    body = batch(*(gate.passed(hub.clock()) for _ in range(3)))
    await verdicts(await send(hub, gate, body))
    hub.clock.at = datetime(2028, 8, 31, 20, 59, tzinfo=UTC)
    assert await end_events(hub.deps) is False
    assert await hub.deps.db.read(store.count) == 3
    hub.clock.go(minutes=1)
    assert await end_events(hub.deps) is False
    assert await hub.deps.db.read(store.count) == 0
    assert await hub.rows("SELECT COUNT(*) FROM ingest_event_key") == [(0,)]
    assert await verdicts(await send(hub, gate, body)) == ["quarantined"] * 3


@pytest.mark.rule("A18")
async def test_a_key_outlives_its_event_as_long_as_a_device_may_repeat_it(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    body = batch(gate.passed(hub.clock()))
    await verdicts(await send(hub, gate, body))
    hub.clock.go(days=29)
    await end_events(hub.deps)
    assert await verdicts(await send(hub, gate, body)) == ["duplicate"]


@pytest.mark.rule("A14")
async def test_the_own_file_holds_the_childs_passes_and_no_number(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    await carded(desk, "0001234567")
    hub.clock.go(minutes=1)
    await verdicts(
        await send(hub, gate, batch(gate.passed(hub.clock(), number="0001234567", id_="mine"), gate.passed(hub.clock(), number="2")))
    )
    await desk.anna.sign_in()
    text = await (await desk.anna.get("/export/mine.json")).get_data(as_text=True)
    (child,) = [one for one in json.loads(text)["children"] if one["id"] == desk.petya]
    (found,) = child["passes"]
    assert (found["kind"], found["direction"], found["auth"]) == ("pass", "in", "standard_webhooks")
    assert "0001234567" not in text


@pytest.mark.rule("A14")
async def test_an_erased_childs_passes_are_gone_and_a_repeat_does_not_bring_them_back(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    await carded(desk)
    hub.clock.go(minutes=1)
    mine, other = gate.passed(hub.clock(), id_="mine"), gate.passed(hub.clock(), number="0002", id_="other")
    named = gate.event("pass", hub.clock(), {"direction": "in", "credential": {"kind": "manual", "number": desk.petya}}, id_="named")
    doubted = gate.passed(hub.clock() + timedelta(days=1), id_="doubted")
    body = batch(mine, other, named, doubted)
    assert await verdicts(await send(hub, gate, body)) == ["stored", "stored", "stored", "quarantined"]
    assert len(await timeline(desk)) == 2

    def erase() -> None:
        forget_passes(hub.deps, (desk.petya,))
        carriers.forget(desk.petya)

    await hub.deps.db.write(erase)
    assert await hub.rows("SELECT id FROM ingest_event") == [("other",)]
    assert await hub.rows("SELECT COUNT(*) FROM ingest_quarantine") == [(0,)]
    assert await verdicts(await send(hub, gate, body)) == ["duplicate"] * 4


async def test_the_metrics_and_the_readers_lag_are_there_for_the_operator(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    await hub.deps.db.write(lambda: store.move_on("charge_tills", to=0))
    await verdicts(await send(hub, gate, batch(*(gate.passed(hub.clock()) for _ in range(2)))))
    hub.clock.go(seconds=30)
    text = await (await hub.app.test_client().get("/metrics", headers={"Host": "localhost:8000"})).get_data(as_text=True)
    assert 'hub_ingest_reader_lag_seconds{reader="charge_tills"} 30.0' in text
    assert 'hub_ingest_reader_behind_events{reader="charge_tills"} 2.0' in text
    assert 'hub_ingest_events_total{verdict="stored"}' in text
    last = max(seq for (seq,) in await hub.rows("SELECT seq FROM ingest_event"))
    await hub.deps.db.write(lambda: store.move_on("charge_tills", to=last))
    (found,) = await hub.deps.db.read(store.lags)
    assert (found.behind, found.oldest) == (0, None)


async def test_the_operator_sees_how_far_the_readers_and_the_buffer_are(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    console = await open_console(hub)
    assert "Устройства ещё ничего не присылали" in await console.page("/work")
    await hub.deps.db.write(lambda: store.move_on("charge_tills", to=0))
    await verdicts(await send(hub, gate, batch(gate.passed(hub.clock()))))
    away = JetStream(["nats://127.0.0.1:1"], replicas=3)
    hub.change(buffer=away)
    shown = await console.page("/work")
    assert "Списания по чекам касс" in shown and "NATS ещё не ответил" in shown
    found = await console.json("work")
    assert [(one["reader"], one["behind"]) for one in found["queues"]] == [("charge_tills", 1)]
    assert found["buffer"]["trouble"] and found["buffer"]["waiting"] is None
