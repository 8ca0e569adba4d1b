"""A subscription as a browser tells it, where it may lead, and the headers of a push."""

from __future__ import annotations

import binascii
import fnmatch
import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from connectors.kit.channel import Delivery, Gone
from connectors.kit.guard import is_loopback, may_be_asked
from connectors.notices.webpush import errors

LONGEST_TTL_S = 28 * 24 * 3600
AUTH_BYTES = 16


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    endpoint: str
    p256dh: str
    auth: str


def subscription(system: str, text: str) -> Subscription:
    """What cannot be written to is as good as ended."""
    try:
        found = msgspec.json.decode(text, type=Subscription)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise Gone(system, "not a subscription", text=errors.ENDED) from error
    if not keys_fit(found.p256dh, found.auth):
        raise Gone(system, "not a key", text=errors.ENDED)
    return found


def keys_fit(p256dh: str, auth: str) -> bool:
    """A point of P-256 and sixteen bytes."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(p256dh))
        return len(_bytes(auth)) == AUTH_BYTES
    except (ValueError, binascii.Error):
        return False


def may_lead_to(endpoint: str, hosts: Sequence[str], *, loopback: bool) -> bool:
    """A push service that is known by name, by https; in the demo one on this machine too. Nothing else is ever asked."""
    if not may_be_asked(endpoint, loopback=loopback):
        return False
    host = (urlsplit(endpoint).hostname or "").lower()
    local = host == "localhost" or host.endswith(".localhost") or is_loopback(host)
    return local or any(fnmatch.fnmatchcase(host, one) for one in hosts)


def split(endpoint: str) -> tuple[str, str]:
    """Its origin, and the rest: `aud` is the origin with its port (RFC 8292 2)."""
    parts = urlsplit(endpoint)
    origin = f"{parts.scheme}://{parts.netloc}"
    return origin, endpoint.removeprefix(origin) or "/"


def headers(delivery: Delivery, *, now: datetime) -> Mapping[str, str]:
    ttl_s = max(0, min(LONGEST_TTL_S, int((delivery.expires_at - now).total_seconds())))
    found = {"TTL": str(ttl_s), "Urgency": "high" if delivery.urgent else "normal", "Content-Type": "application/octet-stream"}
    return found | {"Content-Encoding": "aes128gcm", "Topic": topic(delivery)}


def topic(delivery: Delivery) -> str:
    """Without a topic of its own a push replaces only itself: sent twice, it waits for the browser once."""
    own = hashlib.sha256(delivery.id.encode()).digest()[:24]
    return delivery.topic or urlsafe_b64encode(own).decode()


def payload(delivery: Delivery) -> bytes:
    """The id of what happened, and nothing else: the browser asks the hub for the words (RULES F4)."""
    return msgspec.json.encode({"event": delivery.event})


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
