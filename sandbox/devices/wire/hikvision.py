"""A Hikvision controller's event push: one record a message, JSON as its makers document it, Basic by the device's own secret."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sandbox.devices.state.spoiling import Telling
from sandbox.devices.wire.report import Report, Speaker, read_verdicts, written
from sandbox.outbound import Answered

READERS: Final = {"in": 1, "out": 2}
BY_CARD, REFUSED = 1, 9
A_DAY: Final = 100_000
DAYS: Final = 4_000
WRONG_CLOCK: Final = 50_000


class Hikvision:
    most = 1

    def report(self, who: Speaker, told: Sequence[Telling], *, now: datetime) -> Report:  # noqa: ARG002 - it signs no time
        (one,) = told
        word = base64.b64encode(f"{who.known.device}:{who.device.secret}".encode()).decode()
        headers = {"Content-Type": "application/json; charset=UTF-8", "Authorization": f"Basic {word}"}
        return Report(path=f"/ingest/hikvision/{who.known.device}", headers=headers, body=written(_outer(who, one)))

    def verdicts(self, answer: Answered, told: Sequence[Telling]) -> Counter[str]:
        return read_verdicts(answer, told)


def _outer(who: Speaker, one: Telling) -> dict[str, Any]:
    number = one.of.at.toordinal() % DAYS * A_DAY + one.of.number + (WRONG_CLOCK if one.wrong else 0)
    return {
        "ipAddress": "192.168.1.64",
        "portNo": 80,
        "protocol": "HTTP",
        "macAddress": who.device.mac,
        "channelID": 1,
        "dateTime": one.said.astimezone(ZoneInfo(who.device.school.tz)).isoformat(timespec="seconds"),
        "activePostCount": 1,
        "eventType": "AccessControllerEvent",
        "eventState": "active",
        "eventDescription": "Access Controller Event",
        "AccessControllerEvent": {
            "deviceName": who.device.model.title,
            "majorEventType": 5,
            "subEventType": BY_CARD if one.of.granted else REFUSED,
            "cardNo": one.of.credential[1],
            "cardReaderNo": READERS.get(one.of.direction, 0),
            "doorNo": 1,
            "serialNo": number,
            "frontSerialNo": number - 1,
            "currentEvent": not one.held,
            "currentVerifyMode": "card",
        },
    }
