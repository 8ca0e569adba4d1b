"""Devices report over MQTT 5: kept once whatever the broker does, acknowledged after the commit, answered where they ask (RULES E1, E6)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.kit.secret import Secret
from device_ingest import store
from device_ingest.broker import BrokerGone, Line, address_of, connected
from device_ingest.shims.mqtt import Parcel
from hub.deps import Memory
from hub.flows.receive_events import listening
from hub.flows.receive_events.listening import carry, listen
from hub.store.process import console
from tests.flows.desk_kit import Desk
from tests.flows.gate_kit import carded, device, guarded, timeline
from tests.flows.kit import Hub
from tests.ingest_kit import BATCH, Played, batch
from tests.mosquitto_kit import Broker, Talker, eventually, mosquitto, talking


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with mosquitto(tmp_path / "mosquitto") as started:
        yield started


@pytest.fixture
async def desk(hub: Hub, broker: Broker, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Heard at the broker; what waits in the product for seconds waits here for moments."""
    monkeypatch.setattr(listening, "FIRST_PAUSE_S", 0.02)
    monkeypatch.setattr(listening, "LONGEST_PAUSE_S", 0.2)
    desk = await guarded(hub)
    hub.change(settings=replace(hub.deps.settings, mqtt_url=Secret(broker.url)))
    await broker.answers()
    return desk


@asynccontextmanager
async def heard(hub: Hub) -> AsyncIterator[None]:
    """The hub listens as long as this lasts."""
    hub.deps.stopping.clear()
    task = asyncio.create_task(listen(hub.deps))
    try:
        await eventually(lambda: hub.deps.memory.mqtt.listening)
        yield
    finally:
        hub.deps.stopping.set()
        await asyncio.wait_for(task, 10)


async def kept(hub: Hub, count: int) -> int:
    await eventually(lambda: hub.deps.db.read_sync(store.count) >= count)
    return await hub.deps.db.read(store.count)


async def says(talker: Talker, hub: Hub, gate: Played, body: bytes, **how: object) -> None:
    _, headers = gate.message(body, hub.clock(), media=str(how.pop("media", BATCH)))
    await talker.say(gate.id, body, headers, **how)  # type: ignore[arg-type]  # what the kit takes


@pytest.mark.rule("E1")
async def test_a_message_is_kept_told_to_the_family_and_answered_with_its_verdicts(desk: Desk, broker: Broker) -> None:
    hub, gate = desk.hub, await device(desk)
    await carded(desk)
    own = f"schoolhub/v1/{gate.id}/verdicts"
    async with heard(hub), talking(broker, own) as talker:
        await says(talker, hub, gate, batch(gate.passed(hub.clock(), id_="p1"), 17), answer=own, mark=b"m-1")
        body, mark = await talker.hears()
    assert [one["verdict"] for one in json.loads(body)["verdicts"]] == ["stored", "rejected"]
    assert mark == b"m-1"
    (item,) = await timeline(desk)
    assert (item["event_id"], item["provenance"]["auth"], item["provenance"]["confirmed"]) == ("p1", "standard_webhooks", True)


@pytest.mark.rule("E1")
async def test_what_was_said_while_nobody_listened_waits_at_the_broker_and_is_kept_once(desk: Desk, broker: Broker) -> None:
    hub, gate = desk.hub, await device(desk)
    async with heard(hub):
        pass
    bodies = [batch(gate.passed(hub.clock(), id_=f"w{n}")) for n in range(5)]
    async with talking(broker) as talker:
        for body in [*bodies, bodies[0]]:
            await says(talker, hub, gate, body)
    # A day passes before anybody listens: the broker is no reason to lose a signed message.
    hub.clock.go(hours=24)
    async with heard(hub), talking(broker) as talker:
        assert await kept(hub, 5) == 5
        await says(talker, hub, gate, batch(gate.passed(hub.clock(), id_="after")))
        assert await kept(hub, 6) == 6


@pytest.mark.rule("E1")
async def test_a_broker_that_is_started_anew_in_the_middle_loses_and_doubles_nothing(desk: Desk, broker: Broker) -> None:
    hub, gate = desk.hub, await device(desk)
    async with heard(hub):
        async with talking(broker) as talker:
            await says(talker, hub, gate, batch(gate.passed(hub.clock(), id_="before")))
            await kept(hub, 1)
        broker.stop()
        await eventually(lambda: hub.deps.memory.mqtt.gone_since is not None)
        answer = await hub.app.test_client().get("/readyz", headers={"Host": "localhost:8000"})
        assert (answer.status_code, (await answer.get_json())["connectors"]["mqtt"]) == (200, "open")
        broker.start()
        await broker.answers()
        async with talking(broker) as talker:
            await says(talker, hub, gate, batch(gate.passed(hub.clock(), id_="before"), gate.passed(hub.clock(), id_="later")))
            assert await kept(hub, 2) == 2
        answer = await hub.app.test_client().get("/readyz", headers={"Host": "localhost:8000"})
        assert (await answer.get_json())["connectors"]["mqtt"] == "closed"


@pytest.mark.rule("E1")
async def test_what_is_said_after_the_broker_started_anew_and_before_the_hub_is_back_is_kept(desk: Desk, broker: Broker) -> None:
    hub, gate = desk.hub, await device(desk)
    async with heard(hub):
        pass
    async with talking(broker) as talker:
        await says(talker, hub, gate, batch(gate.passed(hub.clock(), id_="waits on its disk")))
    broker.stop()
    broker.start()
    await broker.answers()
    async with talking(broker) as talker:
        await says(talker, hub, gate, batch(gate.passed(hub.clock(), id_="said to the new one")))
    async with heard(hub):
        assert await kept(hub, 2) == 2


@pytest.mark.rule("E1")
async def test_one_process_listens_at_a_time_and_another_takes_its_place(
    desk: Desk, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "RENEW_S", 0.05)
    hub, gate = desk.hub, await device(desk)
    other = replace(hub.deps, memory=Memory(), stopping=asyncio.Event())
    waiting = asyncio.create_task(listen(other))
    await eventually(lambda: other.memory.mqtt.listening)
    mine = asyncio.create_task(listen(hub.deps))
    async with talking(broker) as talker:
        await says(talker, hub, gate, batch(gate.passed(hub.clock(), id_="first")))
        assert await kept(hub, 1) == 1
        assert not hub.deps.memory.mqtt.listening
        other.stopping.set()
        await asyncio.wait_for(waiting, 10)
        await eventually(lambda: hub.deps.memory.mqtt.listening)
        await says(talker, hub, gate, batch(gate.passed(hub.clock(), id_="second")))
        assert await kept(hub, 2) == 2
    hub.deps.stopping.set()
    await asyncio.wait_for(mine, 10)
    (job,) = [body for name, body in await hub.deps.db.read(console.job_runs) if name == listening.NAME]
    assert job.ok


class _Cut(Line):
    """A process that dies after the commit and before the broker hears of it."""

    def acknowledge(self, parcel: Parcel) -> None:
        raise BrokerGone("killed")


@pytest.mark.rule("E1")
async def test_a_hub_that_dies_between_the_commit_and_the_acknowledgement_gets_it_again_and_counts_it_once(
    desk: Desk, broker: Broker
) -> None:
    hub, gate = desk.hub, await device(desk)
    own = f"schoolhub/v1/{gate.id}/verdicts"
    address = address_of(broker.url, client="schoolhub-test")
    body = batch(gate.passed(hub.clock(), id_="once"))
    with pytest.raises(BrokerGone, match="killed"):
        async with connected(address) as line, talking(broker) as talker:
            await says(talker, hub, gate, body)
            await carry(hub.deps, _Cut(line._client), await line.next())
    assert await hub.deps.db.read(store.count) == 1
    async with connected(address) as line, talking(broker, own) as talker:
        async with asyncio.timeout(10):
            again = await line.next()
        assert [one.payload for one in again] == [body]
        await carry(hub.deps, line, again)
        await says(talker, hub, gate, body, answer=own, mark=b"x")
        await carry(hub.deps, line, await line.next())
        assert [one["verdict"] for one in json.loads((await talker.hears())[0])["verdicts"]] == ["duplicate"]
    assert await hub.deps.db.read(store.count) == 1


@pytest.mark.rule("E1")
async def test_poison_is_answered_and_blocks_nothing(desk: Desk, broker: Broker) -> None:
    hub, gate = desk.hub, await device(desk)
    own = f"schoolhub/v1/{gate.id}/verdicts"
    async with heard(hub), talking(broker, own) as talker:
        await says(talker, hub, gate, b"{", answer=own)
        await says(talker, hub, gate, b"[]", media="text/plain", answer=own)
        await says(talker, hub, gate, b" " * 1_100_000, answer=own)
        await talker.say(gate.id, batch(gate.passed(hub.clock())), {"content-type": BATCH}, answer=own)
        await talker.say("nobody", b"{}", {}, answer="schoolhub/v1/nobody/verdicts")
        reasons = [json.loads((await talker.hears())[0])["reason"] for _ in range(4)]
        assert reasons == ["unreadable", "wrongmediatype", "toolarge", "unsigned"]
        await says(talker, hub, gate, batch(gate.passed(hub.clock(), id_="good")))
        assert await kept(hub, 1) == 1
    state = (await hub.deps.db.read(lambda: store.of_devices([gate.id])))[gate.id]
    assert state.refused == "unsigned"


@pytest.mark.rule("E6")
async def test_nobody_makes_the_hub_answer_on_anothers_topic(desk: Desk, broker: Broker) -> None:
    hub, gate = desk.hub, await device(desk)
    other, own = "schoolhub/v1/other/verdicts", f"schoolhub/v1/{gate.id}/verdicts"
    async with heard(hub), talking(broker, other, own) as talker:
        await says(talker, hub, gate, batch(gate.passed(hub.clock())), answer=other)
        await says(talker, hub, gate, batch(gate.passed(hub.clock())), answer=own, mark=b"mine")
        assert (await talker.hears())[1] == b"mine"


@pytest.mark.rule("E6")
@pytest.mark.parametrize(
    ("sign", "topics_guarded", "verdict"),
    [("basic", False, "unsigned"), ("basic", True, "stored"), ("serial", True, "stored"), ("rfc9421", True, "unsigned")],
)
async def test_who_does_not_sign_is_heard_only_where_the_broker_guards_the_topics(
    desk: Desk, broker: Broker, sign: str, topics_guarded: bool, verdict: str
) -> None:
    hub, gate = desk.hub, await device(desk, sign)
    hub.change(settings=replace(hub.deps.settings, mqtt_topics_guarded=topics_guarded))
    own = f"schoolhub/v1/{gate.id}/verdicts"
    async with heard(hub), talking(broker, own) as talker:
        await talker.say(gate.id, batch(gate.passed(hub.clock())), {"content-type": BATCH}, answer=own)
        told = json.loads((await talker.hears())[0])
    assert (told["verdicts"][0]["verdict"] if told["verdicts"] else told["reason"]) == verdict


async def test_attributes_may_be_user_properties(desk: Desk, broker: Broker) -> None:
    hub, gate = desk.hub, await device(desk)
    event = gate.passed(hub.clock(), id_="binary 50%")
    body = json.dumps(event["data"]).encode()
    named = {name: str(event[name]) for name in ("specversion", "id", "source", "type", "time")}
    own = f"schoolhub/v1/{gate.id}/verdicts"
    async with heard(hub), talking(broker, own) as talker:
        headers = gate.webhook(body, hub.clock()) | named | {"content-type": "application/json"}
        await talker.say(gate.id, body, headers, answer=own)
        (told,) = json.loads((await talker.hears())[0])["verdicts"]
    assert (told["id"], told["verdict"]) == ("binary 50%", "stored")


@pytest.mark.rule("E6")
async def test_an_old_signature_is_refused_and_a_changed_body_too(desk: Desk, broker: Broker) -> None:
    hub, gate = desk.hub, await device(desk)
    own = f"schoolhub/v1/{gate.id}/verdicts"
    body = batch(gate.passed(hub.clock()))
    _, old = gate.message(body, hub.clock() - timedelta(days=31))
    _, ahead = gate.message(body, hub.clock() + timedelta(minutes=6))
    _, fresh = gate.message(body, hub.clock())
    async with heard(hub), talking(broker, own) as talker:
        for headers, sent in ((old, body), (ahead, body), (fresh, body.replace(b'"in"', b'"out"'))):
            await talker.say(gate.id, sent, headers, answer=own)
        reasons = [json.loads((await talker.hears())[0])["reason"] for _ in range(3)]
    assert reasons == ["clock", "clock", "signature"]


@pytest.mark.rule("E7")
async def test_the_last_will_of_a_device_says_that_it_is_off_line(desk: Desk, broker: Broker) -> None:
    hub, gate = desk.hub, await device(desk)

    def troubles() -> list[tuple[str, bool]]:
        found = hub.deps.db.read_sync(lambda: store.troubles.of_devices([gate.id], since=hub.clock() - timedelta(days=1)))
        return [(one.kind.value, one.ended_at is None) for one in found]

    async with heard(hub), talking(broker) as talker:
        await talker.say(gate.id, b"offline", {}, part="status", retain=True)
        await eventually(lambda: troubles() == [("offline", True)])
        hub.clock.go(minutes=1)
        await talker.say(gate.id, b"online", {}, part="status", retain=True)
        await eventually(lambda: troubles() == [("offline", False)])
