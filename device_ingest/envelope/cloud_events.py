"""The four forms of CloudEvents 1.0.2 over HTTP: binary, structured, batched, and one a line (NDJSON)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any
from urllib.parse import unquote

import msgspec

from device_ingest.credentials import BankCardNumber
from device_ingest.envelope.known import DECODERS
from device_ingest.envelope.payloads import PAYLOADS, Credential
from device_ingest.envelope.splitting import cut
from device_ingest.errors import TooLarge, WrongMediaType
from device_ingest.model import MOST_EVENTS, Event, EventType, Poison, Tokens

ONE, BATCH, LINES = "application/cloudevents+json", "application/cloudevents-batch+json", "application/x-ndjson"
LONGEST_ID = 128
A_PART = 100
MANUAL = "manual"
RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")
_CHARSET = re.compile(r"charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
_TYPES = {kind.value: kind for kind in EventType}
_encode = msgspec.json.Encoder(order="sorted").encode


class Wire(msgspec.Struct):
    """The envelope's JSON; extension attributes (`sequence`, `bootid`, `traceparent`) are allowed and not needed."""

    specversion: str
    id: str
    source: str
    type: str
    time: str = ""
    datacontenttype: str = ""
    data: msgspec.Raw = msgspec.Raw()
    data_base64: str | msgspec.UnsetType = msgspec.UNSET


class Seen(msgspec.Struct, frozen=True):
    """A credential as it is kept."""

    kind: str
    tail: str


_one = msgspec.json.Decoder(Wire)
_batch = msgspec.json.Decoder(list[Wire])
_split = msgspec.json.Decoder(list[msgspec.Raw])
_any = msgspec.json.Decoder()
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def read(headers: Mapping[str, str], body: bytes, *, source: str, tokens: Tokens) -> list[Event | Poison]:
    """Every event of the message in its order. `headers` by lower-case name; `source` is the sender's own.

    Raises `Unreadable`, `WrongMediaType`, `TooLarge` for the message as a whole.
    """
    return [wire if isinstance(wire, Poison) else _event(index, wire, source, tokens) for index, wire in enumerate(_wires(headers, body))]


def read_in_parts(headers: Mapping[str, str], body: bytes, *, source: str, tokens: Tokens) -> Iterator[list[Event | Poison]]:
    """As `read`, a part at a time, so that whoever reads a thousand may let others go between."""
    wires = _wires(headers, body)
    for start in range(0, len(wires), A_PART):
        part = enumerate(wires[start : start + A_PART], start)
        yield [wire if isinstance(wire, Poison) else _event(index, wire, source, tokens) for index, wire in part]


def _wires(headers: Mapping[str, str], body: bytes) -> list[Wire | Poison]:
    media, _, parameters = headers.get("content-type", "").partition(";")
    charset = _CHARSET.search(parameters) if parameters else None
    if charset and charset[1].lower() not in ("utf-8", "us-ascii"):
        raise WrongMediaType("JSON is UTF-8")
    match media.strip().lower():
        case "application/cloudevents+json":
            return [_wire(0, body)]
        case "application/cloudevents-batch+json":
            return _batched(body)
        case "application/x-ndjson" | "application/ndjson":
            lines = [line for line in body.split(b"\n") if line.strip()]
            return [_wire(index, line) for index, line in enumerate(_limited(lines))]
        case kind if "ce-specversion" in headers:
            return [_binary(headers, kind, body)]
        case _:
            raise WrongMediaType(f"{ONE}, {BATCH}, {LINES} or ce-* headers")


def _batched(body: bytes) -> list[Wire | Poison]:
    try:
        found: list[Wire | Poison] = [*_limited(_batch.decode(body))]
    except _UNREADABLE:
        # One bad event spoils the quick way only.
        return [_wire(index, item) for index, item in enumerate(_limited(_items(body)))]
    return found


def _items(body: bytes) -> list[Any]:
    try:
        return _split.decode(body)
    except _UNREADABLE:
        return cut(body)


def _limited(items: list[Any]) -> list[Any]:
    if len(items) > MOST_EVENTS:
        raise TooLarge
    return items


def _wire(index: int, text: bytes | msgspec.Raw) -> Wire | Poison:
    try:
        return _one.decode(text)
    except msgspec.ValidationError as error:
        return Poison(index, _id_of(text), _shortened(error))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Poison(index, None, "not JSON")


def _id_of(text: bytes | msgspec.Raw) -> str | None:
    try:
        found = _any.decode(text)
    except _UNREADABLE:
        return None
    id_ = found.get("id") if isinstance(found, dict) else None
    return id_[:LONGEST_ID] if isinstance(id_, str) else None


def _binary(headers: Mapping[str, str], media: str, body: bytes) -> Wire:
    def attribute(name: str) -> str:
        return unquote(headers.get(f"ce-{name}", ""))

    return Wire(
        specversion=attribute("specversion"),
        id=attribute("id"),
        source=attribute("source"),
        type=attribute("type"),
        time=attribute("time"),
        datacontenttype=media,
        data=msgspec.Raw(body),
    )


def _event(index: int, wire: Wire, source: str, tokens: Tokens) -> Event | Poison:
    if reason := _wrong(wire, source):
        return Poison(index, wire.id[:LONGEST_ID] or None, reason)
    try:
        at = _moment(wire.time)
        try:
            data = payload = DECODERS[wire.type].decode(wire.data)
        except msgspec.ValidationError:
            # It says more than we know, which is kept as well, or something wrong, which the second look words.
            data = _any.decode(wire.data)
            payload = msgspec.convert(data, PAYLOADS[_TYPES[wire.type]])
        carrier, token, shown = _carried(payload, tokens)
        door = _door(payload)
    except _Refused as error:
        return Poison(index, wire.id, str(error))
    except msgspec.ValidationError as error:
        return Poison(index, wire.id, f"data: {_shortened(error)}")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Poison(index, wire.id, "data: not JSON")
    if shown is not None:
        # From here on only the number's keyed index and its end are known.
        if data is payload:
            data.credential = shown
        else:
            data["credential"] = shown
    text = _encode(data).decode()
    hash_ = blake2b(f"{wire.type}\0{wire.time}\0{token or ''}\0{text}".encode(), digest_size=16).digest()
    direction = getattr(payload, "direction", None)
    return Event(index, wire.id, _TYPES[wire.type], at, wire.time, hash_, direction, door, carrier, token, text)


class _Refused(ValueError):
    """Says the verdict's reason."""


def _wrong(wire: Wire, source: str) -> str:
    if wire.specversion != "1.0":
        return "specversion: 1.0"
    if not 0 < len(wire.id) <= LONGEST_ID or not wire.id.isprintable():
        return f"id: 1 to {LONGEST_ID} characters"
    if wire.source != source:
        return "other_source"
    if wire.type not in _TYPES:
        return f"type: {', '.join(_TYPES)}"
    if wire.data_base64 is not msgspec.UNSET or not len(wire.data):
        return "data: JSON"
    return "datacontenttype: JSON" if wire.datacontenttype and "json" not in wire.datacontenttype.lower() else ""


def _moment(text: str) -> datetime:
    if not RFC3339.fullmatch(text):
        raise _Refused("time: RFC 3339 with an offset")
    try:
        return datetime.fromisoformat(text if text[10] == "T" and text[-1] != "z" else text.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _Refused("time: no such moment") from error


def _carried(payload: Any, tokens: Tokens) -> tuple[str | None, str | None, Seen | None]:
    """The carrier's kind and keyed index, and what is kept in the number's place; a child that was named is kept as it is."""
    shown: Credential | None = getattr(payload, "credential", None)
    if shown is None:
        return None, None, None
    if shown.kind == MANUAL:
        if not shown.number.isprintable():
            raise _Refused("data: credential.number")
        return MANUAL, shown.number, None
    try:
        found = tokens(shown.kind, shown.number)
    except BankCardNumber as error:
        raise _Refused("bank_card_number") from error
    except ValueError as error:
        raise _Refused("data: credential.number") from error
    return shown.kind, found.token, Seen(shown.kind, found.tail)


def _door(payload: Any) -> str | None:
    door = getattr(payload, "door", None)
    if door and "\0" in door:
        raise _Refused("data: door holds no NUL")
    return "" if door is msgspec.UNSET else door


def _shortened(error: Exception) -> str:
    """What is expected and where; msgspec repeats no value of the message."""
    return str(error)[:160]
