"""A ZKTeco terminal's push: lines of ATTLOG; it signs with nothing but its serial number, and hears a count and no verdicts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sandbox.devices.state.spoiling import Telling
from sandbox.devices.wire.report import TAKEN, Report, Speaker
from sandbox.outbound import Answered

DIRECTIONS: Final = {"in": "0", "out": "1"}
BY_CARD: Final = "4"
TEXT: Final = {"Content-Type": "text/plain"}
TAKEN_ALL: Final = re.compile(r"OK(?::\s*(\d+))?\s*")
COMMAND: Final = re.compile(r"C:([^:\s]{1,64}):(\S+)")


class ZkTeco:
    most = 50

    def report(self, who: Speaker, told: Sequence[Telling], *, now: datetime) -> Report:  # noqa: ARG002 - the terminal signs nothing
        zone = ZoneInfo(who.device.school.tz)
        lines = [_line(one, zone) for one in told]
        stamp = max(int(one.of.at.timestamp()) for one in told)
        query = urlencode({"SN": who.device.serial, "table": "ATTLOG", "Stamp": stamp})
        return Report(path=f"/iclock/cdata?{query}", headers=TEXT, body="".join(lines).encode())

    def verdicts(self, answer: Answered, told: Sequence[Telling]) -> Counter[str]:
        found = TAKEN_ALL.fullmatch(answer.body.decode(errors="replace"))
        if found is None or (found[1] is not None and int(found[1]) != len(told)):
            raise ValueError("OK: <count>")
        return Counter({TAKEN: len(told)})


def _line(one: Telling, zone: ZoneInfo) -> str:
    written = f"{one.said.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    return "\t".join((one.of.credential[1], written, DIRECTIONS.get(one.of.direction, "255"), BY_CARD, "0", "0")) + "\n"


def greeting(who: Speaker) -> str:
    """What it asks at its start."""
    return "/iclock/cdata?" + urlencode({"SN": who.device.serial, "options": "all", "pushver": "2.4.1", "language": "82"})


def asking(who: Speaker) -> str:
    """Whether there are commands."""
    return "/iclock/getrequest?" + urlencode({"SN": who.device.serial})


def carried_out(who: Speaker, answer: Answered) -> Report | None:
    """The word that every command of the answer is done; None where there was none."""
    found = COMMAND.findall(answer.body.decode(errors="replace"))
    if not found:
        return None
    lines = "\n".join(f"ID={id_}&Return=0&CMD={command}" for id_, command in found)
    return Report(path="/iclock/devicecmd?" + urlencode({"SN": who.device.serial}), headers=TEXT, body=lines.encode())
