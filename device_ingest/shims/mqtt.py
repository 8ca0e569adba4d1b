"""MQTT 5: what a message on a device's own topic says, and who vouches for it; pure (the connection is `device_ingest.broker`).

A broker keeps a message while nobody listens, so a signature is good for as long as the events under it are: thirty days. A repeat
harms nothing, since its events are duplicates. RFC 9421 signs a request of HTTP; there is none here, so it is not spoken over MQTT.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import quote

from device_ingest.errors import Distrust, Untrusted
from device_ingest.intake import OLDEST
from device_ingest.model import Proof, Sender, Sign
from device_ingest.signing import Message
from device_ingest.signing import prove as prove_request
from device_ingest.signing.standard_webhooks import TOLERANCE

ROOT = "schoolhub/v1"
EVENTS, STATUS, VERDICTS = "events", "status", "verdicts"
LONGEST_STATUS = 256
_ATTRIBUTES = ("specversion", "id", "source", "type", "time")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One message as the broker gave it. `properties` are the user's, names in lower case; `number` is its packet's, to be acknowledged."""

    topic: str
    payload: bytes = field(repr=False)
    content_type: str = ""
    properties: Mapping[str, str] = field(default_factory=dict, repr=False)
    response_topic: str = ""
    correlation: bytes | None = None
    number: int = 0
    level: int = 1


def subscription(part: str) -> str:
    return f"{ROOT}/+/{part}"


def device_of(topic: str) -> tuple[str, str]:
    """Whose topic it is and which of its topics; empty for one that is nobody's."""
    root, _, rest = topic.partition(f"{ROOT}/")
    device, _, part = rest.partition("/")
    return ("", "") if root or not device or "/" in part else (device, part)


def may_answer(parcel: Parcel) -> bool:
    """A device is answered below its own topic only: nobody makes the hub write to another's."""
    device, _ = device_of(parcel.topic)
    own = f"{ROOT}/{device}/{VERDICTS}"
    return bool(device) and (parcel.response_topic == own or parcel.response_topic.startswith(f"{own}/"))


def headers_of(parcel: Parcel) -> dict[str, str]:
    """As the same message has them over HTTP: in binary mode the attributes are user properties of the same name."""
    found = dict(parcel.properties)
    if parcel.content_type:
        found["content-type"] = parcel.content_type
    if "specversion" in found:
        found |= {f"ce-{name}": quote(found[name]) for name in _ATTRIBUTES if name in found}
    return found


def prove(parcel: Parcel, sender: Sender, *, guarded: bool, now: datetime) -> Proof:
    """`guarded`: the broker lets each device write to its own topic only. Raises `Untrusted`."""
    if sender.revoked:
        raise Untrusted(Distrust.REVOKED, server_time=now)
    match sender.sign:
        case Sign.STANDARD_WEBHOOKS:
            return _signed(parcel, sender, now=now)
        case Sign.BASIC | Sign.SERIAL if guarded:
            return Proof(sign=sender.sign)
        case _:
            raise Untrusted(Distrust.UNSIGNED, server_time=now)


def _signed(parcel: Parcel, sender: Sender, *, now: datetime) -> Proof:
    """As over HTTP, but that it may have waited at the broker: then nothing is known of the device's clock today."""
    message = Message(method="PUBLISH", url="", headers=headers_of(parcel), body=parcel.payload)
    signed_at = _moment(message.headers.get("webhook-timestamp", ""))
    waited = signed_at is not None and now - OLDEST <= signed_at < now - TOLERANCE
    proof = prove_request(message, sender, now=signed_at if waited and signed_at else now)
    return replace(proof, skew_s=None) if waited else proof


def _moment(text: str) -> datetime | None:
    return datetime.fromtimestamp(int(text), UTC) if text.isascii() and text.isdigit() and len(text) < 12 else None
