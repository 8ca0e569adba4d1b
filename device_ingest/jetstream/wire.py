"""A proved message as it lies in the stream: an event each, without the device's secret and with the moment it came. Pure."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator
from datetime import datetime
from hashlib import blake2b

import msgspec

from device_ingest.model import MOST_BYTES, Event, Proof, Sender, Sign
from device_ingest.store.appending import Message, Ready, prepare


class Lying(msgspec.Struct, frozen=True):
    """What a worker needs to store the event as if it had just come; the database judges repeats anew."""

    device: str
    school: str
    source: str
    since: datetime
    sign: Sign
    skew_s: float | None
    received_at: datetime
    event: Event


LARGE = 64 * 1024
"""A server takes 1 MiB a message and an event may be as large: packed, it always fits."""
PACKED = b"\x78"
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Lying).decode


def written(report: Message, one: Ready) -> tuple[str, bytes]:
    """The event's key in the stream, and itself."""
    sender, proof = report.sender, report.proof
    body = _encode(Lying(sender.id, sender.school, sender.source, sender.since, proof.sign, proof.skew_s, report.received_at, one.event))
    return key_of(sender.source, one.event), zlib.compress(body, 1) if len(body) > LARGE else body


def key_of(source: str, event: Event) -> str:
    """Equal for equal content only: the same id with other content must reach the database, which keeps it as a conflict (RULES E2)."""
    told = blake2b(f"{source}\0{event.id}\0".encode() + event.hash, digest_size=18).digest()
    return base64.urlsafe_b64encode(told).decode()


def nonce_key(device: str, nonce: str) -> str:
    return base64.urlsafe_b64encode(blake2b(f"{device}\0{nonce}".encode(), digest_size=18).digest()).decode()


def read(raw: bytes) -> Message | None:
    """None for what no release of the hub has written."""
    try:
        one = _decode(_unpacked(raw))
    except (msgspec.MsgspecError, UnicodeDecodeError, zlib.error):
        return None
    sender = Sender(
        id=one.device, school=one.school, source=one.source, key_id="", serial="", sign=one.sign, since=one.since, zone=""
    )  # fmt: skip
    return prepare(sender, Proof(sign=one.sign, skew_s=one.skew_s), [one.event], received_at=one.received_at)


def _unpacked(raw: bytes) -> bytes:
    return zlib.decompressobj().decompress(raw, 4 * MOST_BYTES) if raw[:1] == PACKED else raw


def ready(report: Message) -> Iterator[Ready]:
    return (one for one in report.said if isinstance(one, Ready))
