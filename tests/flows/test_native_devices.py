"""Terminals that speak their maker's protocol: the same punch once, the clock's zone, the mark that survives a restart (RULES E1-E6)."""

from __future__ import annotations

import json
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest
from quart import Response

from device_ingest import store
from hub.cli.keeping.export import lines_after
from tests.flows.desk_kit import Desk, open_desk
from tests.flows.kit import Hub

SCHOOL = "10.1.2.3"
HOST = {"Host": "localhost:8000"}
LINES = "17\t2026-11-18 15:55:00\t0\t4\t0\t0\r\n17\t2026-11-18 15:59:00\t1\t15\t0\t0\r\n"
"""Local time of Krasnoyarsk, the school's zone: an hour before the test's clock and later."""


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    hub.change(settings=replace(hub.deps.settings, device_networks=(ip_network("10.1.0.0/16"),)))
    desk = await open_desk(hub)
    card = {"kind": "device_pin", "number": "17", "since": "2026-11-01T00:00:00+07:00"}
    assert (await desk.nina.send("POST", f"/api/v1/office/pupils/{desk.petya}/carriers", json=card)).status_code == 201
    return desk


async def add(desk: Desk, kind: str, sign: str) -> dict[str, Any]:
    asked = {"kind": kind, "serial": "ZK1", "sign": sign, "place": "", "since": "2026-11-01T00:00:00+07:00", "zone": "Asia/Krasnoyarsk"}
    made = await desk.nina.send("POST", "/api/v1/office/devices", json=asked)
    assert made.status_code == 201, await made.get_data(as_text=True)
    told: dict[str, Any] = await made.get_json()
    return told


async def call(desk: Desk, method: str, path: str, body: bytes = b"", *, client: str = SCHOOL, **headers: str) -> Response:
    browser = desk.hub.app.test_client()
    ask = browser.get if method == "GET" else browser.post
    answer: Response = await ask(path, data=body, headers=HOST | headers, scope_base={"client": (client, 1)})
    return answer


async def said(answer: Response) -> tuple[int, str]:
    return answer.status_code, str(await answer.get_data(as_text=True))


async def timeline(desk: Desk) -> list[tuple[str, str]]:
    answer = await desk.anna.get(f"/api/v1/children/{desk.petya}/timeline")
    return [(one["at"], one["direction"]) for one in (await answer.get_json())["items"]]


@pytest.mark.rule("E2")
async def test_a_zkteco_terminal_says_who_it_is_sends_its_log_and_goes_on_where_it_left_off(desk: Desk) -> None:
    await add(desk, "zkteco", "serial")
    status, told = await said(await call(desk, "GET", "/iclock/cdata?SN=ZK1&options=all&pushver=2.4.1"))
    assert status == 200
    options = dict(line.split("=", 1) for line in told.split("\r\n")[1:] if line)
    assert (options["ATTLOGStamp"], options["TimeZone"]) == ("0", "420")
    sent = "/iclock/cdata?SN=ZK1&table=ATTLOG&Stamp=9001"
    for _ in range(2):
        assert await said(await call(desk, "POST", sent, LINES.encode())) == (200, "OK: 2")
    assert await desk.hub.deps.db.read(store.count) == 2
    assert await timeline(desk) == [("2026-11-18T08:55:00Z", "in"), ("2026-11-18T08:59:00Z", "out")]
    assert "ATTLOGStamp=9001" in (await said(await call(desk, "GET", "/iclock/cdata?SN=ZK1")))[1]
    assert await said(await call(desk, "GET", "/iclock/getrequest?SN=ZK1")) == (200, "OK")
    assert await said(await call(desk, "POST", "/iclock/cdata?SN=ZK1&table=OPERLOG&Stamp=1", b"OPLOG 4")) == (200, "OK")


@pytest.mark.rule("E3")
async def test_the_export_is_cloud_events_and_says_the_terminals_own_writing_too(desk: Desk) -> None:
    await add(desk, "zkteco", "serial")
    await call(desk, "POST", "/iclock/cdata?SN=ZK1&table=ATTLOG&Stamp=5", LINES.encode())
    _, lines = await desk.hub.deps.db.read(lambda: lines_after(None, 0))
    first = json.loads(lines.splitlines()[0])
    assert (first["time"], first["writtentime"]) == ("2026-11-18T08:55:00Z", "2026-11-18 15:55:00")


@pytest.mark.rule("E1")
async def test_a_terminal_that_was_long_offline_sends_more_than_a_thousand_lines_and_none_is_lost(desk: Desk) -> None:
    await add(desk, "zkteco", "serial")
    lines = "".join(f"{pin}\t2026-11-18 15:55:00\t0\t4\t0\t0\r\n" for pin in range(2, 1203))
    for _ in range(2):
        assert await said(await call(desk, "POST", "/iclock/cdata?SN=ZK1&table=ATTLOG&Stamp=5", lines.encode())) == (200, "OK: 1201")
    assert await desk.hub.deps.db.read(store.count) == 1201
    assert await said(await call(desk, "POST", "/iclock/cdata?SN=ZK1&table=ATTLOG&Stamp=6", b"")) == (200, "OK: 0")


@pytest.mark.rule("E6")
@pytest.mark.parametrize(("path", "client", "word"), [("SN=NONE", SCHOOL, "unknown_device"), ("SN=ZK1", "10.2.0.1", "network")])
async def test_a_terminal_that_is_not_listed_or_elsewhere_is_refused(desk: Desk, path: str, client: str, word: str) -> None:
    await add(desk, "zkteco", "serial")
    for method, rest in (("GET", ""), ("POST", "&table=ATTLOG&Stamp=1")):
        assert await said(await call(desk, method, f"/iclock/cdata?{path}{rest}", LINES.encode(), client=client)) == (403, word)
    assert await desk.hub.deps.db.read(store.count) == 0


@pytest.mark.rule("E3")
async def test_impossible_lines_block_nothing(desk: Desk) -> None:
    await add(desk, "zkteco", "serial")
    lines = b"\xff\xfe\n17\t2000-01-01 00:00:05\t0\t4\n17\t2063-01-01 00:00:05\t0\t4\n"
    lines += b"\t\t\n17\tyesterday\t0\n4111111111111111\t2026-11-18 15:00:00\t0\n"
    answer = await call(desk, "POST", "/iclock/cdata?SN=ZK1&table=ATTLOG&Stamp=2", lines + LINES.encode())
    assert await said(answer) == (200, "OK: 7")
    assert await desk.hub.deps.db.read(store.count) == 2


def event(number: int, **inner: Any) -> dict[str, Any]:
    made = {"majorEventType": 5, "subEventType": 1, "employeeNoString": "17", "cardReaderNo": 1, "doorNo": 1, "serialNo": number}
    return {
        "ipAddress": "10.0.0.9",
        "macAddress": "AA:BB:CC:00:11:22",
        "dateTime": "2026-11-18T15:58:00+07:00",
        "eventType": "AccessControllerEvent",
        "AccessControllerEvent": made | inner,
    }


@pytest.mark.rule("E2")
@pytest.mark.parametrize("multipart", [False, True])
async def test_a_hikvision_controller_posts_json_or_multipart_and_its_numbers_are_the_keys(desk: Desk, multipart: bool) -> None:
    device = (await add(desk, "hikvision", "serial"))["id"]

    async def post(body: dict[str, Any]) -> list[str]:
        data, media = json.dumps(body).encode(), "application/json"
        if multipart:
            media = "multipart/form-data; boundary=B"
            head = b'--B\r\nContent-Disposition: form-data; name="event_log"\r\nContent-Type: application/json\r\n\r\n'
            photo = b'\r\n--B\r\nContent-Disposition: form-data; name="Picture"\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\r\n--B--\r\n'
            data = head + data + photo
        answer = await call(desk, "POST", f"/ingest/hikvision/{device}", data, **{"Content-Type": media})
        assert answer.status_code == 200, await answer.get_data(as_text=True)
        return [one["verdict"] for one in (await answer.get_json())["verdicts"]]

    assert await post(event(256)) == ["stored"]
    assert await post(event(256)) == ["duplicate"]
    assert await post(event(256, cardReaderNo=2)) == ["conflict"]
    assert await post(event(257, attendanceStatus="checkOut")) == ["stored"]
    assert await post({"eventType": "heartBeat", "dateTime": "2026-11-18T15:58:00+07:00"}) == []
    assert await post(event(258, majorEventType=2)) == []
    assert [direction for _, direction in await timeline(desk)] == ["in", "out"]


@pytest.mark.rule("E6")
async def test_a_401_names_the_way_in_so_that_a_controller_sends_its_password(desk: Desk) -> None:
    made = await add(desk, "hikvision", "basic")
    for path in (f"/ingest/hikvision/{made['id']}", f"/ingest/v1/events?device={made['id']}"):
        answer = await call(desk, "POST", path, b"{}", **{"Content-Type": "application/json"})
        assert (answer.status_code, answer.headers["WWW-Authenticate"].split()[0]) == (401, "Basic")


async def test_a_controller_that_posts_something_else_is_told_so(desk: Desk) -> None:
    device = (await add(desk, "hikvision", "serial"))["id"]
    for body, media, status in (
        (b"{", "application/json", 400),
        (b"<xml/>", "application/xml", 415),
        (b"", "multipart/form-data; boundary=B", 400),
    ):
        answer = await call(desk, "POST", f"/ingest/hikvision/{device}", body, **{"Content-Type": media})
        assert answer.status_code == status
