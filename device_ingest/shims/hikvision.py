"""Hikvision's event push (ISAPI httpHosts): JSON, or multipart with the JSON in one part and a photo in another, which is dropped."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import Message as MimeMessage
from email.parser import BytesParser
from email.policy import HTTP
from hashlib import blake2b
from typing import Any

import msgspec

from device_ingest.credentials import BankCardNumber
from device_ingest.errors import Unreadable, WrongMediaType
from device_ingest.model import Event, EventType, Poison, Tokens

KIND = "AccessControllerEvent"
PARTS = ("event_log", KIND)
LAST_NUMBER = 2**31 - 1
"""Of a record in a controller's memory: beyond it none is counted, and nothing is told to be missing before it."""
EVENT = 5
"""The major type of passes; 1 to 3 are alarms, faults and operations."""
OPENED = frozenset({1, 38, 75})
"""Minor types of a door that opened: card, finger, face (38 is documented, the others by common use); any other is a refusal."""
_IN, _OUT = ("checkIn", "breakIn", "overtimeIn"), ("checkOut", "breakOut", "overtimeOut")
_encode = msgspec.json.Encoder(order="sorted").encode


class Inner(msgspec.Struct, rename="camel"):
    major_event_type: int = 0
    sub_event_type: int = 0
    card_no: str = ""
    employee_no_string: str = ""
    card_reader_no: int | None = None
    door_no: int | None = None
    serial_no: int | None = None
    front_serial_no: int | None = None
    current_event: bool = True
    current_verify_mode: str = ""
    attendance_status: str = ""


class Outer(msgspec.Struct, rename="camel"):
    event_type: str
    date_time: str = ""
    mac_address: str = ""
    access_controller_event: Inner | None = msgspec.field(default=None, name=KIND)


class Numbered(msgspec.Struct, frozen=True):
    """A record's place in a controller's memory. `before` is the number of the one sent before it; `live`: it happened now."""

    memory: str
    number: int
    before: int
    live: bool


def read(media: str, body: bytes, *, tokens: Tokens) -> tuple[list[Event | Poison], Numbered | None]:
    """The passes, and the record's number, which a door's state or a fault has too. Raises `Unreadable`, `WrongMediaType`."""
    try:
        said = msgspec.json.decode(_json(media, body), type=Outer)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable("no event of an access controller") from error
    inner = said.access_controller_event
    if inner is None or inner.serial_no is None or said.event_type != KIND:
        return _passes(said, tokens), None
    before = inner.serial_no - 1 if inner.front_serial_no is None else inner.front_serial_no
    if not (0 <= inner.serial_no <= LAST_NUMBER and -1 <= before <= LAST_NUMBER):
        return _passes(said, tokens), None
    return _passes(said, tokens), Numbered(_memory(said), inner.serial_no, before, inner.current_event)


def _memory(said: Outer) -> str:
    """No database keeps the character with code 0, and no controller is named by it."""
    return said.mac_address.lower().replace("\0", "")


def _passes(said: Outer, tokens: Tokens) -> list[Event | Poison]:
    """One event a message; heartbeats and states of doors are none.

    The id is the record's own number in this controller's memory, so gaps show and repeats are the same event (RULES E2).
    """
    inner = said.access_controller_event
    if said.event_type != KIND or inner is None or inner.major_event_type != EVENT or not (inner.card_no or inner.employee_no_string):
        return []
    return [_pass(said, inner, tokens)]


def _pass(said: Outer, inner: Inner, tokens: Tokens) -> Event | Poison:
    id_ = None if inner.serial_no is None else f"{_memory(said)}/{inner.serial_no}"
    try:
        at = datetime.fromisoformat(said.date_time)
    except ValueError:
        return Poison(0, id_, "dateTime")
    if at.tzinfo is None:
        return Poison(0, id_, "dateTime: no offset")
    kind, number = ("card", inner.card_no) if inner.card_no else ("device_pin", inner.employee_no_string)
    try:
        shown = tokens(kind, number)
    except BankCardNumber:
        return Poison(0, id_, "bank_card_number")
    except ValueError:
        return Poison(0, id_, "cardNo")
    direction, door = _direction(inner), "" if inner.door_no is None else str(inner.door_no)
    data: dict[str, Any] = {
        "credential": {"kind": kind, "tail": shown.tail},
        "direction": direction,
        "door": door,
        "granted": inner.sub_event_type in OPENED,
        "passed": inner.sub_event_type in OPENED,
        "buffered": not inner.current_event,
        "sub_type": inner.sub_event_type,
        "verified": inner.current_verify_mode,
    }
    text = _encode(data).decode()
    own = id_ or blake2b(f"{shown.token}\0{said.date_time}\0{direction}".encode(), digest_size=16).hexdigest()
    # A record whose answer was lost comes again out of the controller's memory: it is the same one.
    lasting = _encode({name: value for name, value in data.items() if name != "buffered"}).decode()
    hash_ = blake2b(f"{EventType.PASS}\0{said.date_time}\0{shown.token}\0{lasting}".encode(), digest_size=16).digest()
    return Event(0, own, EventType.PASS, at.astimezone(UTC), said.date_time, hash_, direction, door, kind, shown.token, text)


def _direction(inner: Inner) -> str:
    """What the terminal says; else by the usual wiring: the first reader stands outside, the second inside."""
    if inner.attendance_status in _IN:
        return "in"
    if inner.attendance_status in _OUT:
        return "out"
    return {1: "in", 2: "out"}.get(inner.card_reader_no or 0, "unknown")


def _json(media: str, body: bytes) -> bytes:
    kind = media.partition(";")[0].strip().lower()
    if kind in ("application/json", "text/json", ""):
        return body
    if not kind.startswith("multipart/"):
        raise WrongMediaType("JSON or multipart")
    found: MimeMessage = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {media}\r\n\r\n".encode("latin-1") + body)
    for part in found.walk():
        name = part.get_param("name", header="content-disposition")
        if name in PARTS or part.get_content_type() == "application/json":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return payload
    raise Unreadable("no part with the event")
