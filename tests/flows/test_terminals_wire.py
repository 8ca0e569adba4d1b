"""What ZKTeco terminals really send, as public servers and their tests have it, and what each is answered (RULES E2, E3, E7)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest

from device_ingest import store
from device_ingest.model import Event, Shown
from device_ingest.shims import zkteco
from tests.flows.desk_kit import Desk, open_desk
from tests.flows.kit import Hub
from tests.flows.test_native_devices import call, said

DEVICES = "/api/v1/office/devices"


def tokens(kind: str, number: str) -> Shown:
    return Shown(f"{kind}:{number}", number[-2:])


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    hub.change(settings=replace(hub.deps.settings, device_networks=(ip_network("10.1.0.0/16"),)))
    return await open_desk(hub)


async def add(desk: Desk, kind: str = "zkteco", **more: str) -> str:
    asked = {"kind": kind, "serial": "ZK1", "sign": "serial", "place": "", "since": "2026-11-01T00:00:00+07:00", "zone": "Asia/Krasnoyarsk"}
    made = await desk.nina.send("POST", DEVICES, json=asked | more)
    assert made.status_code == 201, await made.get_data(as_text=True)
    return str((await made.get_json())["id"])


@pytest.mark.rule("E2")
@pytest.mark.parametrize(
    ("order", "line", "token", "direction", "verified", "at"),
    [
        ("", "17\t2026-11-18 08:12:31\t0\t4\t0\t0", "device_pin:17", "in", "card", "01:12:31"),
        ("", "17\t2026-11-18 14:05:00\t1\t15\t0\t0\t0", "device_pin:17", "out", "face", "07:05:00"),
        ("", "17\t2026-11-18 12:00:00\t2\t1", "device_pin:17", "out", "finger", "05:00:00"),
        ("", "17\t2026-11-18 12:20:00\t3\t1", "device_pin:17", "in", "finger", "05:20:00"),
        ("verify_status", "17\t2026-11-18 08:12:31\t4\t0\t0\t0", "device_pin:17", "in", "card", "01:12:31"),
        ("verify_status", "ATTLOG\t17\t2026-11-18 14:05:00\t1\t1\t0", "device_pin:17", "out", "finger", "07:05:00"),
        ("", "ATTLOG\n17\t1794964351\t0\t1", "device_pin:17", "in", "finger", "01:12:31"),
        ("", "17\t2026-11-18 08:12:31\t255\t1", "device_pin:17", "unknown", "finger", "01:12:31"),
        ("", "17\t2026-11-18 08:12:31", "device_pin:17", "unknown", "", "01:12:31"),
        ("", "17\t2026-11-18 08:12:31\t0\t1\t0\t\t\t\t\t\t+10800\t", "device_pin:17", "in", "finger", "05:12:31"),
        ("", "PIN=17\tTime=2026-11-18 08:12:31\tStatus=0\tVerifyMode=2", "device_pin:17", "in", "card", "01:12:31"),
        (
            "",
            "SN=ZK1&table=ATTLOG&Stamp=9999&data=17%092026-11-18+08%3A12%3A31%090%091%090%090",
            "device_pin:17",
            "in",
            "finger",
            "01:12:31",
        ),
        (
            "",
            "time=2026-11-18 08:12:31\tpin=1\tcardno=1233447\teventaddr=1\tevent=0\tinoutstatus=0\tverifytype=4\tindex=353",
            "device_pin:1",
            "in",
            "card",
            "01:12:31",
        ),
    ],
)
def test_a_line_of_an_attendance_log_is_one_pass(order: str, line: str, token: str, direction: str, verified: str, at: str) -> None:
    (one,) = zkteco.passes(f"{line}\r\n".encode(), zone="Asia/Krasnoyarsk", tokens=tokens, order=order)
    assert isinstance(one, Event)
    assert (one.token, one.direction, json.loads(one.text)["verified"]) == (token, direction, verified)
    assert one.at.isoformat() == f"2026-11-18T{at}+00:00"


def test_the_events_of_a_door_controller_are_those_of_persons() -> None:
    lines = [
        "time=2026-11-18 08:12:31\tpin=123456\tcardno=0\teventaddr=1\tevent=0\tinoutstatus=1\tverifytype=15\tindex=0",
        "time=2026-11-18 08:12:32\tpin=0\tcardno=5550001\teventaddr=2\tevent=27\tinoutstatus=0\tverifytype=4\tindex=1",
        "time=2026-11-18 08:12:33\tpin=0\tcardno=0\teventaddr=1\tevent=206\tinoutstatus=2\tverifytype=200\tindex=2",
    ]
    found = zkteco.door_passes("\r\n".join(lines).encode(), zone="Asia/Krasnoyarsk", tokens=tokens)
    assert [(one.token, one.direction, one.door, json.loads(one.text)["granted"]) for one in found if isinstance(one, Event)] == [
        ("device_pin:123456", "out", "1", True),
        ("card:5550001", "in", "2", False),
    ]


@pytest.mark.parametrize(
    ("unit", "zone", "said_so"),
    [
        ("", "Asia/Krasnoyarsk", "420"),
        ("minutes", "Asia/Kolkata", "330"),
        ("hours", "Asia/Kolkata", "5.5"),
        ("hours", "Asia/Krasnoyarsk", "7"),
        ("offset", "Asia/Kolkata", "+05:30"),
        ("offset", "America/St_Johns", "-03:30"),
    ],
)
def test_a_zone_is_told_in_the_terminals_own_unit(unit: str, zone: str, said_so: str) -> None:
    now = datetime(2026, 11, 18, 9, tzinfo=UTC)
    for told in (zkteco.handshake("ZK1", stamp="0", zone=zone, now=now, unit=unit), zkteco.pushing(zone=zone, now=now, unit=unit)):
        assert f"TimeZone={said_so}" in told.split("\r\n")


@pytest.mark.rule("E3")
async def test_each_terminal_hears_its_zone_as_its_office_wrote_it(desk: Desk) -> None:
    await add(desk, zone="Asia/Kolkata", zone_unit="hours", order="verify_status")
    assert "TimeZone=5.5" in (await said(await call(desk, "GET", "/iclock/cdata?SN=ZK1&options=all")))[1]
    assert await said(await call(desk, "POST", "/iclock/cdata?SN=ZK1&table=ATTLOG", b"17\t2026-11-18 14:00:00\t4\t1")) == (200, "OK: 1")
    (row,) = await desk.hub.deps.db.read(store.export)
    assert (row.direction, row.data["verified"]) == ("out", "card")


async def test_unknown_dialects_are_refused(desk: Desk) -> None:
    asked = {"kind": "zkteco", "serial": "ZK1", "sign": "serial"}
    for wrong in ({"order": "any"}, {"zone_unit": "days"}):
        assert (await desk.nina.send("POST", DEVICES, json=asked | wrong)).status_code == 400


async def test_a_controller_of_the_newer_protocol_registers_and_reports_each_event_when_it_happens(desk: Desk) -> None:
    await add(desk)
    first = await said(await call(desk, "POST", "/iclock/registry?SN=ZK1", b"DeviceType=acc,~DeviceName=F22"))
    assert first[1].startswith("RegistryCode=")
    assert await said(await call(desk, "POST", "/iclock/registry?SN=ZK1", b"")) == first
    assert "Realtime=1" in (await said(await call(desk, "POST", "/iclock/push?SN=ZK1", b"")))[1]
    line = b"time=2026-11-18 15:55:00\tpin=17\tcardno=0\teventaddr=1\tevent=0\tinoutstatus=0\tverifytype=4\tindex=9\r\n"
    for _ in range(2):
        assert await said(await call(desk, "POST", "/iclock/cdata?SN=ZK1&table=rtlog", line)) == (200, "OK: 1")
    assert await desk.hub.deps.db.read(store.count) == 1


async def test_what_the_hub_does_not_keep_is_answered_and_thrown_away(desk: Desk) -> None:
    await add(desk)
    body = b"PIN=20261118155500-17.jpg\nSN=ZK1\nsize=4\nCMD=uploadphoto\x00\xff\xd8\xff\xe0"
    for table in ("OPERLOG", "ATTPHOTO", "BIODATA", "options", "rtstate", ""):
        assert await said(await call(desk, "POST", f"/iclock/cdata?SN=ZK1&table={table}&Stamp=1", body)) == (200, "OK")
    assert await desk.hub.deps.db.read(store.count) == 0


async def test_a_command_is_fetched_once_answered_and_shown(desk: Desk) -> None:
    device = await add(desk)

    async def shown() -> list[tuple[str, bool, int | None]]:
        (one,) = (await (await desk.nina.get(DEVICES)).get_json())["items"]
        return [(it["word"], it["sent_at"] is not None, it["returned"]) for it in one["commands"]]

    for _ in range(2):
        assert (await desk.nina.send("POST", f"{DEVICES}/{device}/commands", json={"command": "restart"})).status_code == 200
    assert await shown() == [("REBOOT", False, None)]
    status, told = await said(await call(desk, "GET", "/iclock/getrequest?SN=ZK1&INFO=Ver%202.0.12,0,0,0,192.168.16.27,10,7,15,0,111"))
    assert (status, told.split(":")[0], told.strip().split(":")[2]) == (200, "C", "REBOOT")
    number = told.split(":")[1]
    assert await said(await call(desk, "GET", "/iclock/getrequest?SN=ZK1")) == (200, "OK")
    answer = f"ID={number}&Return=0&CMD=REBOOT\nID=999&Return=0&CMD=DATA\nrubbish\n".encode()
    assert await said(await call(desk, "POST", "/iclock/devicecmd?SN=ZK1", answer)) == (200, "OK")
    assert await shown() == [("REBOOT", True, 0)]


async def test_a_command_that_was_fetched_and_not_answered_is_given_again_and_yesterdays_is_not(desk: Desk) -> None:
    device = await add(desk)
    assert (await desk.nina.send("POST", f"{DEVICES}/{device}/commands", json={"command": "log"})).status_code == 200
    first = await said(await call(desk, "GET", "/iclock/getrequest?SN=ZK1"))
    desk.hub.clock.go(minutes=11)
    assert await said(await call(desk, "GET", "/iclock/getrequest?SN=ZK1")) == first
    desk.hub.clock.go(hours=25)
    assert await said(await call(desk, "GET", "/iclock/getrequest?SN=ZK1")) == (200, "OK")


async def test_the_whole_memory_is_asked_for_again_from_the_beginning(desk: Desk) -> None:
    device = await add(desk)
    await call(desk, "POST", "/iclock/cdata?SN=ZK1&table=ATTLOG&Stamp=77", b"17\t2026-11-18 15:55:00\t0\t4")
    assert "ATTLOGStamp=77" in (await said(await call(desk, "GET", "/iclock/cdata?SN=ZK1")))[1]
    assert (await desk.nina.send("POST", f"{DEVICES}/{device}/commands", json={"command": "again"})).status_code == 200
    assert "ATTLOGStamp=0" in (await said(await call(desk, "GET", "/iclock/cdata?SN=ZK1")))[1]


@pytest.mark.rule("E6")
async def test_commands_are_the_own_offices_and_nothing_that_deletes_is_among_them(desk: Desk) -> None:
    device, gate = await add(desk), await add(desk, "turnstile", serial="T1")
    path = f"{DEVICES}/{device}/commands"
    assert (await desk.oleg.send("POST", path, json={"command": "log"})).status_code == 404
    for wrong in ("CLEAR LOG", "CLEAR DATA", "SHELL reboot", ""):
        assert (await desk.nina.send("POST", path, json={"command": wrong})).status_code == 400
    assert (await desk.nina.send("POST", f"{DEVICES}/{gate}/commands", json={"command": "log"})).status_code == 400
    away = await call(desk, "GET", "/iclock/getrequest?SN=ZK1", client="10.2.0.1")
    assert await said(away) == (403, "network")


@pytest.mark.rule("E7")
async def test_a_terminal_that_only_asks_is_not_silent(desk: Desk) -> None:
    await add(desk)
    await call(desk, "GET", "/iclock/getrequest?SN=ZK1")
    (one,) = (await (await desk.nina.get(DEVICES)).get_json())["items"]
    assert one["health"]["heard_at"] == "2026-11-18T09:00:00Z"
