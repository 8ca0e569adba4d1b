"""ZKTeco push (ADMS, «iclock»), as public servers document it: ATTLOG lines become passes, the handshake tells where to go on.

A terminal signs with nothing but its serial number, so what it says is shown as «устройство не подтверждено» (RULES E6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from zoneinfo import ZoneInfo

import msgspec

from device_ingest.credentials import BankCardNumber
from device_ingest.model import MOST_EVENTS, Event, EventType, Poison, Tokens

PIN = "device_pin"
FIRST_WORD = "ATTLOG"
_DIRECTIONS = {"0": "in", "1": "out", "2": "out", "3": "in", "4": "in", "5": "out"}
"""Check in and out, break out and in, overtime in and out."""
_VERIFIED = {"0": "password", "1": "finger", "2": "card", "3": "password", "4": "card", "15": "face", "25": "palm"}
_encode = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Where status and verify mode stand in a line: firmware and servers disagree, so it is the device's own setting."""

    status: int = 2
    verify: int = 3


STATUS_FIRST = Order()
VERIFY_FIRST = Order(status=3, verify=2)


def passes(body: bytes, *, zone: str, tokens: Tokens, order: Order = STATUS_FIRST) -> list[Event | Poison]:
    """A pass a line: user id, local time or Unix seconds, status, verify mode, work code, separated by tabs.

    The id is a hash of what the line says, since the protocol has none: the same punch sent again is the same event (RULES E2).
    """
    lines = [line for line in body.decode("utf-8", "replace").splitlines() if line.strip()]
    where = ZoneInfo(zone)
    return [_pass(index, line, where, tokens, order) for index, line in enumerate(lines[:MOST_EVENTS])]


def _pass(index: int, line: str, zone: ZoneInfo, tokens: Tokens, order: Order) -> Event | Poison:
    fields = [one.strip() for one in line.split("\t")]
    if fields[0] == FIRST_WORD:
        fields = fields[1:]
    if len(fields) < 2 or not fields[0]:
        return Poison(index, None, "fewer than two fields")
    user, written = fields[:2]
    at = _moment(written, zone)
    if at is None:
        return Poison(index, None, "time: YYYY-MM-DD HH:MM:SS or Unix seconds")
    status, verify = (_field(fields, place) for place in (order.status, order.verify))
    direction = _DIRECTIONS.get(status, "unknown")
    try:
        shown = tokens(PIN, user)
    except BankCardNumber:
        return Poison(index, None, "bank_card_number")
    except ValueError:
        return Poison(index, None, "user id")
    data = {
        "credential": {"kind": PIN, "tail": shown.tail},
        "direction": direction,
        "door": "",
        "granted": True,
        "passed": True,
        "status": status,
        "verified": _VERIFIED.get(verify, verify),
    }
    text = _encode(data).decode()
    id_ = blake2b(f"{shown.token}\0{written}\0{direction}".encode(), digest_size=16).hexdigest()
    said = blake2b(f"{EventType.PASS}\0{written}\0{shown.token}\0{text}".encode(), digest_size=16).digest()
    return Event(index, id_, EventType.PASS, at, written, said, direction, "", PIN, shown.token, shown.tail, data, text)


def _field(fields: Sequence[str], place: int) -> str:
    return fields[place] if place < len(fields) else ""


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        if text.isdigit():
            return datetime.fromtimestamp(int(text), UTC)
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def handshake(serial: str, *, stamp: str, zone: str, now: datetime) -> str:
    """What a terminal asks at its start. The stamp is where it left off: 0 sends its whole memory again, 9999 loses what is old.

    The zone in minutes: given in hours, some firmware moves the clock by two hours and a half.
    """
    offset = now.astimezone(ZoneInfo(zone)).utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset else 0
    options = {
        "ATTLOGStamp": stamp,
        "OPERLOGStamp": "0",
        "ATTPHOTOStamp": "0",
        "ErrorDelay": "30",
        "Delay": "10",
        "TransTimes": "00:00;12:00",
        "TransInterval": "1",
        "TransFlag": "TransData AttLog",
        "TimeZone": str(minutes),
        "Realtime": "1",
        "Encrypt": "None",
        "ServerVer": "2.4.1",
        "PushProtVer": "2.4.1",
    }
    return "\r\n".join([f"GET OPTION FROM: {serial}", *(f"{name}={value}" for name, value in options.items()), ""])
