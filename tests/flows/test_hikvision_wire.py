"""What Hikvision controllers really post, as public servers have it: passes, gaps in the numbers, the clock (RULES E2, E3, E7)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from device_ingest import store
from device_ingest.model import Event
from device_ingest.shims import hikvision
from tests.flows.desk_kit import Desk
from tests.flows.test_native_devices import call
from tests.flows.test_terminals_wire import DEVICES, add, desk, tokens

__all__ = ["desk"]  # a fixture, found here by pytest


def posted(number: int, *, at: str = "2026-11-18T15:59:50+07:00", before: int | None = None, **inner: Any) -> dict[str, Any]:
    """As its terminals post it: many fields that we do not read, the number of the record and of the one before."""
    return {
        "ipAddress": "192.168.1.11",
        "portNo": 4000,
        "protocol": "HTTP",
        "macAddress": "a4:d5:c2:24:dd:74",
        "channelID": 1,
        "dateTime": at,
        "activePostCount": 1,
        "eventType": "AccessControllerEvent",
        "eventState": "active",
        "eventDescription": "Access Controller Event",
        "shortSerialNumber": "GN0953967",
        "AccessControllerEvent": {
            "deviceName": "Access Controller",
            "majorEventType": 5,
            "subEventType": 75,
            "name": "somebody",
            "cardReaderKind": 1,
            "cardReaderNo": 1,
            "employeeNoString": "17",
            "serialNo": number,
            "frontSerialNo": number - 1 if before is None else before,
            "userType": "normal",
            "currentVerifyMode": "cardOrFaceOrFp",
            "currentEvent": True,
            "attendanceStatus": "undefined",
            "mask": "unknown",
            "picturesNumber": 1,
            "FaceRect": {"height": 0.304, "width": 0.171, "x": 0.369, "y": 0.68},
        }
        | inner,
    }


def wrapped(body: dict[str, Any], part: str = "") -> tuple[str, bytes]:
    data, media = json.dumps(body).encode(), "application/json; charset=UTF-8"
    if not part:
        return media, data
    head = f'--B\r\nContent-Disposition: form-data; name="{part}"\r\nContent-Type: application/json; charset="UTF-8"\r\n\r\n'
    photo = (
        b'\r\n--B\r\nContent-Disposition: form-data; name="Picture"; filename="Picture.jpg"\r\n'
        b"Content-Type: image/jpeg\r\nContent-ID: pictureImage\r\n\r\n\xff\xd8\xff\xe0JPEG\xff\xd9\r\n--B--\r\n"
    )
    return "multipart/form-data; boundary=B", head.encode() + data + photo


async def post(desk: Desk, device: str, body: dict[str, Any]) -> list[str]:
    media, data = wrapped(body)
    answer = await call(desk, "POST", f"/ingest/hikvision/{device}", data, **{"Content-Type": media})
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    return [one["verdict"] for one in (await answer.get_json())["verdicts"]]


async def gaps(desk: Desk) -> list[tuple[int, bool]]:
    (one,) = (await (await desk.nina.get(DEVICES)).get_json())["items"]
    return [(it["amount"], it["ended_at"] is None) for it in one["troubles"] if it["kind"] == "gap"]


@pytest.mark.parametrize("part", ["", "event_log", "AccessControllerEvent"])
@pytest.mark.parametrize(
    ("inner", "direction", "granted"),
    [
        ({"subEventType": 38, "cardNo": "11", "attendanceStatus": "checkIn"}, "in", True),
        ({"cardReaderNo": 2}, "out", True),
        ({"subEventType": 9}, "in", False),
    ],
)
def test_a_record_is_one_pass_whatever_it_is_wrapped_in(part: str, inner: dict[str, Any], direction: str, granted: bool) -> None:
    (one,), numbered = hikvision.read(*wrapped(posted(139, **inner), part), tokens=tokens)
    assert isinstance(one, Event)
    assert (one.direction, json.loads(one.text)["granted"], one.id) == (direction, granted, "a4:d5:c2:24:dd:74/139")
    assert numbered is not None and (numbered.number, numbered.before, numbered.live) == (139, 138, True)
    assert not {"somebody", "JPEG"} & set(re.findall(r"\w+", one.text)), "neither the name nor the picture is kept"


def test_a_door_without_a_person_is_no_pass_and_has_a_number() -> None:
    said_of, numbered = hikvision.read(*wrapped(posted(159, subEventType=22, employeeNoString="")), tokens=tokens)
    assert (said_of, numbered and numbered.number) == ([], 159)


@pytest.mark.rule("E7")
async def test_numbers_that_were_passed_over_are_missing_until_they_come(desk: Desk) -> None:
    device = await add(desk, "hikvision")
    for number in (100, 101):
        await post(desk, device, posted(number))
    await post(desk, device, posted(102, majorEventType=2))
    assert await gaps(desk) == []
    await post(desk, device, posted(106))
    assert await gaps(desk) == [(3, True)]
    await post(desk, device, posted(110, before=106))
    assert await gaps(desk) == [(3, True)], "what the controller did not mean to send is not missing"
    for number in (103, 103, 104):
        await post(desk, device, posted(number, currentEvent=False, at="2026-11-18T14:00:00+07:00"))
    assert await gaps(desk) == [(1, True)]
    await post(desk, device, posted(105, currentEvent=False, at="2026-11-18T14:00:00+07:00"))
    assert await gaps(desk) == [(0, False)]


@pytest.mark.rule("E3")
async def test_a_live_record_shows_the_controllers_clock_and_a_buffered_one_does_not(desk: Desk) -> None:
    device = await add(desk, "hikvision")
    for number, live, at in ((1, True, "15:58:00"), (2, False, "12:00:00")):
        await post(desk, device, posted(number, currentEvent=live, at=f"2026-11-18T{at}+07:00"))
        state = (await desk.hub.deps.db.read(lambda: store.of_devices([device])))[device]
        assert state.skew_s == -120


@pytest.mark.parametrize(
    "odd", [{"serialNo": 2**63}, {"serialNo": 10**30}, {"frontSerialNo": -(2**63)}, {"frontSerialNo": 2**62}, {"serialNo": -5}]
)
async def test_a_number_beyond_any_memory_is_a_pass_all_the_same(desk: Desk, odd: dict[str, Any]) -> None:
    device = await add(desk, "hikvision")
    for body in (posted(7), posted(8, **odd)):
        media, data = wrapped(body)
        answer = await call(desk, "POST", f"/ingest/hikvision/{device}", data, **{"Content-Type": media})
        assert answer.status_code in (200, 400), await answer.get_data(as_text=True)


async def test_a_controllers_name_with_the_character_of_code_0_is_kept_without_it(desk: Desk) -> None:
    device = await add(desk, "hikvision")
    media, data = wrapped(posted(7) | {"macAddress": "A4\0D5"})
    answer = await call(desk, "POST", f"/ingest/hikvision/{device}", data, **{"Content-Type": media})
    assert answer.status_code == 200
    assert await desk.hub.rows("SELECT id FROM ingest_event_key") == [("a4d5/7",)]
