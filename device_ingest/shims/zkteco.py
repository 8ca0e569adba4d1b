"""ZKTeco push (ADMS, «iclock»), as public servers document it: ATTLOG lines become passes, the handshake tells where to go on.

A terminal signs with nothing but its serial number, so what it says is shown as «устройство не подтверждено» (RULES E6).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from hashlib import blake2b
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import msgspec

from device_ingest.credentials import BankCardNumber
from device_ingest.model import MOST_EVENTS, Event, EventType, Poison, Tokens

PIN = "device_pin"
FIRST_WORD = "ATTLOG"
_DIRECTIONS = {"0": "in", "1": "out", "2": "out", "3": "in", "4": "in", "5": "out"}
"""Check in and out, break out and in, overtime in and out."""
_VERIFIED = {"0": "password", "1": "finger", "2": "card", "3": "password", "4": "card", "15": "face", "25": "palm"}
REFUSALS_FROM = 20
"""Codes of a controller's events from here on are refusals and alarms (by common use, not documented)."""
LONGEST_DOOR = 40
_SECONDS = re.compile(r"[+-]?\d{1,5}")
_ANSWER = re.compile(r"ID=(\d{1,15})&Return=(-?\d{1,9})(?:&|$)")
_encode = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Where status and verify mode stand in a line: firmware and servers disagree, so it is the device's own setting."""

    status: int = 2
    verify: int = 3


ORDERS = {"status_verify": Order(), "verify_status": Order(status=3, verify=2)}
ZONE_UNITS = ("minutes", "hours", "offset")
"""How a terminal wants its zone: 330, 5.5 or +05:30. In the wrong unit its clock moves by hours."""
_OFFSET_AT = 10
"""Newer firmware says in this field how many seconds its clock stands before UTC."""


def passes(body: bytes, *, zone: str, tokens: Tokens, order: str = "") -> list[Event | Poison]:
    """A pass a line: user id, local time or Unix seconds, status, verify mode, work code, separated by tabs; or each with its name.

    The id is a hash of what the line says, since the protocol has none: the same punch sent again is the same event (RULES E2).
    """
    where, known = ZoneInfo(zone), ORDERS.get(order, ORDERS["status_verify"])
    return [_pass(index, line, where, tokens, known) for index, line in enumerate(_lines(body))]


def in_parts(body: bytes) -> list[bytes]:
    """A terminal's whole memory, in as many lines as are kept at once."""
    lines = _lines(body)
    return ["\n".join(lines[start : start + MOST_EVENTS]).encode() for start in range(0, len(lines), MOST_EVENTS)]


def _lines(body: bytes) -> list[str]:
    """Some firmware sends a form with the lines in `data`, some begins with a line that names the table."""
    text = body.decode("utf-8", "replace")
    if text.startswith("SN=") and "data=" in text:
        text = parse_qs(text, max_num_fields=20).get("data", [""])[0]
    return [line for line in text.splitlines() if line.strip() and line.strip() != FIRST_WORD]


def _pass(index: int, line: str, zone: ZoneInfo, tokens: Tokens, order: Order) -> Event | Poison:
    fields = [one.strip() for one in line.split("\t")]
    if fields[0] == FIRST_WORD:
        fields = fields[1:]
    if fields[0].lower().startswith(("pin=", "time=")):
        return _named(index, fields, zone, tokens)
    if len(fields) < 2 or not fields[0]:
        return Poison(index, None, "fewer than two fields")
    status, verify, offset = (_field(fields, place) for place in (order.status, order.verify, _OFFSET_AT))
    at = _moment(fields[1], zone, offset)
    if at is None:
        return Poison(index, None, "time: YYYY-MM-DD HH:MM:SS or Unix seconds")
    return _made(_Read(index=index, kind=PIN, number=fields[0], written=fields[1], at=at, status=status, verify=verify), tokens)


def door_passes(body: bytes, *, zone: str, tokens: Tokens) -> list[Event | Poison]:
    """Real-time events of access controllers (table `rtlog`): each field with its name; what is nobody's is no pass."""
    where = ZoneInfo(zone)
    lines = (line.split("\t") for line in _lines(body))
    persons = [fields for fields in lines if {_names(fields).get("pin", "0"), _names(fields).get("cardno", "0")} - {"", "0"}]
    return [_named(index, fields, where, tokens) for index, fields in enumerate(persons)]


def _named(index: int, fields: Sequence[str], zone: ZoneInfo, tokens: Tokens) -> Event | Poison:
    """`PIN=… Time=… Status=… VerifyMode=…`, or `time=… pin=… cardno=… eventaddr=… event=… inoutstatus=… verifytype=…`."""
    said = _names(fields)
    written = said.get("time", "")
    at = _moment(written, zone, said.get("timeoffset", ""))
    if at is None:
        return Poison(index, None, "time: YYYY-MM-DD HH:MM:SS or Unix seconds")
    pin, card, event = said.get("pin", ""), said.get("cardno", ""), said.get("event", "0")
    kind, number = ("card", card) if pin in ("", "0") and card else (PIN, pin)
    read = _Read(
        index=index,
        kind=kind,
        number=number,
        written=written,
        at=at,
        status=said.get("inoutstatus", said.get("status", "")),
        verify=said.get("verifytype", said.get("verifymode", said.get("verify", ""))),
        door=said.get("eventaddr", "")[:LONGEST_DOOR],
        granted=not (event.isascii() and event.isdigit()) or int(event[:6]) < REFUSALS_FROM,
    )
    return _made(read, tokens)


def _names(fields: Sequence[str]) -> dict[str, str]:
    pairs = (one.partition("=") for one in fields)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    index: int
    kind: str
    number: str = field(repr=False)
    written: str
    at: datetime
    status: str
    verify: str
    door: str = ""
    granted: bool = True


def _made(read: _Read, tokens: Tokens) -> Event | Poison:
    direction = _DIRECTIONS.get(read.status, "unknown")
    try:
        shown = tokens(read.kind, read.number)
    except BankCardNumber:
        return Poison(read.index, None, "bank_card_number")
    except ValueError:
        return Poison(read.index, None, "user id")
    data = {
        "credential": {"kind": read.kind, "tail": shown.tail},
        "direction": direction,
        "door": read.door,
        "granted": read.granted,
        "passed": read.granted,
        "status": read.status,
        "verified": _VERIFIED.get(read.verify, read.verify),
    }
    text, written = _encode(data).decode(), read.written
    id_ = blake2b(f"{shown.token}\0{written}\0{direction}".encode(), digest_size=16).hexdigest()
    said = blake2b(f"{EventType.PASS}\0{written}\0{shown.token}\0{text}".encode(), digest_size=16).digest()
    return Event(read.index, id_, EventType.PASS, read.at, written, said, direction, read.door, read.kind, shown.token, text)


def _field(fields: Sequence[str], place: int) -> str:
    return fields[place] if place < len(fields) else ""


def _moment(text: str, zone: ZoneInfo, offset: str) -> datetime | None:
    """Its own offset, where it says one, is surer than the zone that it was registered with."""
    try:
        if text.isdigit():
            return datetime.fromtimestamp(int(text), UTC)
        own = timezone(timedelta(seconds=int(offset))) if _SECONDS.fullmatch(offset) else zone
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=own).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def in_unit(minutes: int, unit: str) -> str:
    """The zone as this terminal wants it."""
    sign, size = "-" if minutes < 0 else "+", abs(minutes)
    match unit:
        case "hours":
            return f"{minutes / 60:g}"
        case "offset":
            return f"{sign}{size // 60:02}:{size % 60:02}"
        case _:
            return str(minutes)


def handshake(serial: str, *, stamp: str, zone: str, now: datetime, unit: str = "") -> str:
    """What a terminal asks at its start. The stamp is where it left off: 0 sends its whole memory again, 9999 loses what is old.

    The zone in minutes, where nothing else was said: given in hours, some firmware moves the clock by two hours and a half.
    """
    options = {
        "ATTLOGStamp": stamp,
        "OPERLOGStamp": "0",
        "ATTPHOTOStamp": "0",
        "ErrorDelay": "30",
        "Delay": "10",
        "TransTimes": "00:00;12:00",
        "TransInterval": "1",
        "TransFlag": "TransData AttLog",
        "TimeZone": in_unit(_minutes(zone, now), unit),
        "Realtime": "1",
        "Encrypt": "None",
        "ServerVer": "2.4.1",
        "PushProtVer": "2.4.1",
    }
    return "\r\n".join([f"GET OPTION FROM: {serial}", *(f"{name}={value}" for name, value in options.items()), ""])


def registered(serial: str) -> str:
    """A controller of the newer protocol registers once; the code is its own again after a restart."""
    return f"RegistryCode={blake2b(serial.encode(), digest_size=8).hexdigest()}"


def pushing(*, zone: str, now: datetime, unit: str = "") -> str:
    """How a controller of the newer protocol is to report: each event when it happens."""
    options = {
        "ServerVersion": "3.1.2",
        "ServerName": "School Hub",
        "PushVersion": "3.1.2",
        "ErrorDelay": "30",
        "RequestDelay": "10",
        "TransTimes": "00:00;12:00",
        "TransInterval": "1",
        "TransTables": "Transaction",
        "Realtime": "1",
        "TimeoutSec": "10",
        "TimeZone": in_unit(_minutes(zone, now), unit),
    }
    return "\r\n".join([*(f"{name}={value}" for name, value in options.items()), ""])


def commands(given: Sequence[tuple[int, str]]) -> str:
    """`OK` where there is nothing to do."""
    return "".join(f"C:{id_}:{word}\r\n" for id_, word in given) or "OK"


def answers(body: bytes) -> list[tuple[int, int]]:
    """`ID=…&Return=…&CMD=…`, one a line; what a command brought back beside that is not kept."""
    found = (_ANSWER.match(line.strip()) for line in body.decode("utf-8", "replace").splitlines())
    return [(int(one[1]), int(one[2])) for one in found if one][:100]


def _minutes(zone: str, now: datetime) -> int:
    offset = now.astimezone(ZoneInfo(zone)).utcoffset()
    return int(offset.total_seconds() // 60) if offset else 0
