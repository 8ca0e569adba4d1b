"""Devices report over HTTP: who is believed, one verdict an event, nothing twice, nothing lost, and the family sees it (RULES E1-E6)."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import MutableMapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from device_ingest import store
from hub.store.school import devices
from tests.flows.desk_kit import Desk
from tests.flows.gate_kit import PLAIN, carded, device, guarded, reason, send, timeline, verdicts
from tests.flows.kit import Hub
from tests.ingest_kit import LINES, ONE, PATH, Played, ago, batch


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await guarded(hub)


@pytest.mark.rule("E1")
@pytest.mark.rule("E6")
@pytest.mark.parametrize("sign", ["rfc9421", "standard_webhooks", "basic", "serial"])
async def test_each_way_to_sign_is_heard_and_told_to_the_family(desk: Desk, sign: str) -> None:
    hub = desk.hub
    gate = await device(desk, sign)
    await carded(desk)
    hub.clock.go(minutes=5)
    assert await verdicts(await send(hub, gate, batch(gate.passed(hub.clock(), id_="p1")))) == ["stored"]
    (item,) = await timeline(desk)
    assert item["event_id"] == "p1"
    assert (item["direction"], item["received_late"]) == ("in", False)
    assert item["provenance"]["auth"] == sign
    assert item["provenance"]["device"] == gate.id
    assert item["provenance"]["confirmed"] is (sign in ("rfc9421", "standard_webhooks"))
    assert "0001" not in json.dumps(item["data"]["credential"].get("number", ""))


@pytest.mark.rule("E2")
async def test_a_repeat_is_a_duplicate_another_content_a_conflict_and_neither_is_kept_twice(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    at = hub.clock()
    first, changed = gate.passed(at, id_="a"), gate.passed(at, id_="a", direction="out")
    assert await verdicts(await send(hub, gate, batch(first, gate.passed(at, id_="b"), first))) == ["stored", "stored", "duplicate"]
    assert await verdicts(await send(hub, gate, batch(first, changed, changed))) == ["duplicate", "conflict", "conflict"]
    assert await verdicts(await send(hub, gate, json.dumps(first).encode(), media=ONE)) == ["duplicate"]
    assert await verdicts(await send(hub, gate, gzip.compress(batch(first)), headers={"Content-Encoding": "gzip"})) == ["duplicate"]
    assert await hub.deps.db.read(store.count) == 2


@pytest.mark.rule("E2")
async def test_what_is_new_among_repeats_is_stored(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    old, new, newer = (gate.passed(hub.clock(), id_=id_) for id_ in ("old", "new", "newer"))
    other = gate.passed(hub.clock(), id_="new", direction="out")
    assert await verdicts(await send(hub, gate, batch(old))) == ["stored"]
    assert await verdicts(await send(hub, gate, batch(new, old, newer, other))) == ["stored", "duplicate", "stored", "conflict"]
    assert await hub.deps.db.read(store.count) == 3


async def test_many_messages_at_once_look_their_device_up_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    hub, gate = desk.hub, await device(desk)
    hub.deps.memory.senders.clear()
    looked: list[str] = []
    find = devices.find

    def noted(id_: str) -> devices.DeviceCard | None:
        looked.append(id_)
        return find(id_)

    monkeypatch.setattr(devices, "find", noted)
    bodies = [batch(gate.passed(hub.clock())) for _ in range(20)]
    assert [await verdicts(one) for one in await asyncio.gather(*(send(hub, gate, body) for body in bodies))] == [["stored"]] * 20
    assert looked == [gate.id]


@pytest.mark.rule("E2")
async def test_equal_messages_at_once_are_stored_once(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    body = batch(*(gate.passed(hub.clock()) for _ in range(20)))
    told = [await verdicts(answer) for answer in await asyncio.gather(*(send(hub, gate, body) for _ in range(8)))]
    assert sum(one.count("stored") for one in told) == 20
    assert sum(one.count("duplicate") for one in told) == 140
    assert await hub.deps.db.read(store.count) == 20


@pytest.mark.rule("E3")
@pytest.mark.parametrize(
    ("shift", "verdict", "why"),
    [
        (timedelta(minutes=9), "stored", None),
        (timedelta(minutes=11), "quarantined", "future"),
        (-timedelta(days=29), "stored", None),
        (-timedelta(days=31), "quarantined", "too_old"),
        (-timedelta(days=26 * 365), "quarantined", "clock_reset"),
        (timedelta(days=37 * 365), "quarantined", "future"),
    ],
)
async def test_a_time_that_cannot_be_is_kept_and_not_believed(desk: Desk, shift: timedelta, verdict: str, why: str | None) -> None:
    hub = desk.hub
    asked = {"kind": "turnstile", "serial": "SN-9", "sign": "standard_webhooks", "place": "", "since": "2026-01-01T00:00:00+03:00"}
    told = await (await desk.nina.send("POST", "/api/v1/office/devices", json=asked)).get_json()
    gate = Played(id=told["id"], source=told["source"], key_id=told["key_id"], secret=told["secret"])
    answer = await send(hub, gate, batch(gate.passed(hub.clock() + shift)))
    (found,) = (await answer.get_json())["verdicts"]
    assert (found["verdict"], found["reason"]) == (verdict, why)


@pytest.mark.rule("E3")
async def test_what_was_before_the_device_was_registered_is_doubted(desk: Desk) -> None:
    gate = await device(desk)
    answer = await send(desk.hub, gate, batch(gate.passed(ago(desk.hub.clock(), hours=1))))
    assert (await answer.get_json())["verdicts"][0]["reason"] == "before_registration"


@pytest.mark.rule("E6")
@pytest.mark.parametrize("sign", ["rfc9421", "standard_webhooks"])
async def test_another_body_under_a_signature_is_refused(desk: Desk, sign: str) -> None:
    hub, gate = desk.hub, await device(desk, sign)
    body = batch(gate.passed(hub.clock()))
    path, headers = gate.message(body, hub.clock())
    answer = await hub.app.test_client().post(path, data=body.replace(b'"in"', b'"out"'), headers=headers)
    assert await reason(answer) == (401, "digest" if sign == "rfc9421" else "signature")
    assert await hub.deps.db.read(store.count) == 0


@pytest.mark.rule("E6")
async def test_a_replayed_signature_is_refused_and_a_message_of_webhooks_is_a_duplicate(desk: Desk) -> None:
    hub = desk.hub
    for sign, expected in (("rfc9421", (401, "replay")), ("standard_webhooks", (200, ""))):
        gate = await device(desk, sign, serial=sign)
        body = batch(gate.passed(hub.clock()))
        path, headers = gate.message(body, hub.clock())
        client = hub.app.test_client()
        assert await verdicts(await client.post(path, data=body, headers=headers)) == ["stored"]
        again = await client.post(path, data=body, headers=headers)
        assert await reason(again) == expected
        if sign == "standard_webhooks":
            assert await verdicts(again) == ["duplicate"]


@pytest.mark.rule("E6")
@pytest.mark.parametrize("sign", ["rfc9421", "standard_webhooks"])
@pytest.mark.parametrize("minutes", [-6, 6])
async def test_a_wrong_clock_is_told_the_time_and_loses_nothing(desk: Desk, sign: str, minutes: int) -> None:
    hub, gate = desk.hub, await device(desk, sign)
    body = batch(gate.passed(hub.clock()))
    path, headers = gate.message(body, hub.clock() + timedelta(minutes=minutes))
    answer = await hub.app.test_client().post(path, data=body, headers=headers)
    assert await reason(answer) == (401, "clock")
    told = await answer.get_json()
    assert datetime.fromisoformat(told["server_time"]) == hub.clock()
    state = (await hub.deps.db.read(lambda: store.of_devices([gate.id])))[gate.id]
    assert state.refused == "clock"
    assert await verdicts(await send(hub, gate, body)) == ["stored"]


@pytest.mark.rule("E3")
async def test_a_clock_that_jumps_between_two_messages_is_remembered(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    for skew in (0, 30, 200):
        body = batch(gate.passed(hub.clock()))
        path, headers = gate.message(body, hub.clock() + timedelta(seconds=skew))
        await verdicts(await hub.app.test_client().post(path, data=body, headers=headers))
    state = (await hub.deps.db.read(lambda: store.of_devices([gate.id])))[gate.id]
    assert state.skew_s == 200
    assert state.jump_s == 170
    assert state.jumped_at == hub.clock()


@pytest.mark.rule("E6")
async def test_strangers_the_unsigned_and_the_revoked_are_refused(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    other = await device(desk, serial="SN-2")
    body = batch(gate.passed(hub.clock()))
    client = hub.app.test_client()
    path, headers = gate.message(body, hub.clock())
    assert await reason(await client.post(f"{PATH}?device=none", data=body, headers=headers)) == (401, "unknown_device")
    assert await reason(await client.post(PATH, data=body, headers=PLAIN)) == (
        401,
        "unknown_device",
    )
    assert await reason(await client.post(path, data=body, headers=PLAIN)) == (401, "unsigned")
    assert await reason(await client.post(f"{PATH}?device={other.id}", data=body, headers=headers)) == (401, "signature")
    assert await verdicts(await send(hub, other, body)) == ["rejected"]
    assert (await desk.nina.send("POST", f"/api/v1/office/devices/{gate.id}/revoke", json={})).status_code == 200
    hub.deps.memory.senders.clear()
    assert await reason(await client.post(path, data=body, headers=headers)) == (403, "revoked")


@pytest.mark.rule("E6")
async def test_a_device_that_signs_well_may_not_come_by_a_weaker_way(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk, "rfc9421")
    body = batch(gate.passed(hub.clock()))
    for weaker in ("basic", "serial"):
        assert await reason(await send(hub, gate, body, sign=weaker)) == (401, "unsigned")


@pytest.mark.rule("E6")
async def test_a_device_with_nothing_but_its_number_is_heard_from_the_schools_network_only(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk, "serial")
    body = batch(gate.passed(hub.clock()))
    path, headers = gate.message(body, hub.clock())
    away = await hub.app.test_client().post(path, data=body, headers=headers, scope_base={"client": ("10.2.0.1", 1)})
    assert await reason(away) == (403, "network")


@pytest.mark.rule("E9")
async def test_a_child_that_the_guard_names_must_be_the_schools_own(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    mine = gate.passed(hub.clock(), credential={"kind": "manual", "number": desk.petya}, operator="Пост 1")
    foreign = gate.passed(hub.clock(), credential={"kind": "manual", "number": "somebody"})
    assert await verdicts(await send(hub, gate, batch(mine, foreign))) == ["stored", "rejected"]
    assert [one["data"]["operator"] for one in await timeline(desk)] == ["Пост 1"]


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"no json", {}, 400),
        (b"[]", {"Content-Type": "text/plain"}, 415),
        (b"[]", {"Content-Encoding": "br"}, 415),
        (gzip.compress(b" " * 3_000_000, mtime=0), {"Content-Encoding": "gzip"}, 413),
        (b" " * 1_100_000, {}, 413),
        (batch(*range(1001)), {}, 413),
    ],
)
async def test_a_message_that_cannot_be_read_is_a_clear_problem(desk: Desk, body: bytes, headers: dict[str, str], status: int) -> None:
    gate = await device(desk)
    answer = await send(desk.hub, gate, body, headers=headers)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


async def test_lines_are_taken_and_a_foreign_parent_sees_nothing(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    await carded(desk)
    lines = b"\n".join(json.dumps(gate.passed(hub.clock() + timedelta(minutes=n))).encode() for n in range(3))
    assert await verdicts(await send(hub, gate, lines, media=LINES)) == ["stored"] * 3
    stranger = hub.browser()
    assert (await stranger.get(f"/api/v1/children/{desk.petya}/timeline")).status_code == 401


async def test_what_nobody_foresaw_is_a_problem_for_the_device_and_a_line_in_the_log(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("hub.web.ingest.receive_events", broken)
    told: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"[]"}

    async def send_(message: MutableMapping[str, Any]) -> None:
        told.append(dict(message))

    scope = {"type": "http", "path": PATH, "method": "POST", "headers": [(b"host", b"localhost:8000")], "query_string": b""}
    with pytest.raises(ZeroDivisionError):
        await hub.app.asgi_app(scope, receive, send_)  # type: ignore[arg-type]  # the least that a server gives
    assert told[0]["status"] == 500
    assert (b"content-type", b"application/problem+json") in told[0]["headers"]
    assert json.loads(told[1]["body"])["type"] == "/problems/internal"
    assert [one.name for one in caplog.records if one.levelname == "ERROR"] == ["hub.ingest"]
