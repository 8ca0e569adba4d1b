"""Standard Webhooks 1.0.0: HMAC-SHA256 over id, timestamp and body; several signatures while a secret is being changed."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import product, starmap

from device_ingest.errors import Distrust, Untrusted
from device_ingest.model import Proof, Sender, Sign
from device_ingest.signing.message import Message

TOLERANCE = timedelta(minutes=5)
PREFIX = "whsec_"
MOST_SIGNATURES = 10


def prove(message: Message, sender: Sender, *, now: datetime) -> Proof:
    """Raises `Untrusted`: unsigned, signature, clock. A repeat byte for byte is proved again: its events are duplicates by themselves."""
    headers = message.headers
    id_, stamp, given = headers.get("webhook-id"), headers.get("webhook-timestamp"), headers.get("webhook-signature")
    if not (id_ and stamp and given):
        raise Untrusted(Distrust.UNSIGNED, server_time=now)
    signed = f"{id_}.{stamp}.".encode() + message.body
    fresh = [_signature(started, signed) for started in _started(sender.secret or "")]
    if not any(starmap(hmac.compare_digest, product(fresh, _signatures(given)))):
        raise Untrusted(Distrust.SIGNATURE, server_time=now)
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
        raise Untrusted(Distrust.CLOCK, server_time=now)
    skew = int(stamp) - now.timestamp()
    if abs(skew) > TOLERANCE.total_seconds():
        raise Untrusted(Distrust.CLOCK, server_time=now)
    return Proof(sign=Sign.STANDARD_WEBHOOKS, skew_s=skew)


def secrets_of(kept: str) -> list[bytes]:
    """The secret, or the new one and the old while both are good, space between."""
    return [base64.b64decode(one.removeprefix(PREFIX)) for one in kept.split()]


@lru_cache(maxsize=1024)
def _started(kept: str) -> Sequence[hmac.HMAC]:
    """What every signature of these secrets begins with."""
    return [hmac.new(secret, digestmod=hashlib.sha256) for secret in secrets_of(kept)]


def _signature(started: hmac.HMAC, signed: bytes) -> bytes:
    """A copy of its own: one call for all of it would let go of the interpreter, and a short message wait for its turn again."""
    own = started.copy()
    own.update(signed)
    return own.digest()


def _signatures(header: str) -> list[bytes]:
    found = []
    for one in header.split()[:MOST_SIGNATURES]:
        version, _, text = one.partition(",")
        if version == "v1":
            try:
                found.append(base64.b64decode(text, validate=True))
            except ValueError:  # no base64, or not even ASCII
                continue
    return found
