"""Standard Webhooks 1.0.0: HMAC-SHA256 over id, timestamp and body; several signatures while a secret is being changed."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from device_ingest.errors import Distrust, Untrusted
from device_ingest.model import Proof, Sender, Sign
from device_ingest.signing.message import Message

TOLERANCE = timedelta(minutes=5)
PREFIX = "whsec_"
MOST_SIGNATURES = 10


def prove(message: Message, sender: Sender, *, now: datetime) -> Proof:
    """Raises `Untrusted`: unsigned, signature, clock. A repeat byte for byte is proved again: its events are duplicates by themselves."""
    id_, stamp, given = (message.headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not (id_ and stamp and given):
        raise Untrusted(Distrust.UNSIGNED, server_time=now)
    signed = b".".join((id_.encode(), stamp.encode(), message.body))
    fresh = [hmac.digest(secret, signed, "sha256") for secret in secrets_of(sender.secret or "")]
    if not any(hmac.compare_digest(ours, theirs) for theirs in _signatures(given) for ours in fresh):
        raise Untrusted(Distrust.SIGNATURE, server_time=now)
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
        raise Untrusted(Distrust.CLOCK, server_time=now)
    skew = int(stamp) - now.timestamp()
    if abs(skew) > TOLERANCE.total_seconds():
        raise Untrusted(Distrust.CLOCK, server_time=now)
    return Proof(sign=Sign.STANDARD_WEBHOOKS, skew_s=skew)


@lru_cache(maxsize=1024)
def secrets_of(kept: str) -> Sequence[bytes]:
    """The secret, or the new one and the old while both are good, space between."""
    return [base64.b64decode(one.removeprefix(PREFIX)) for one in kept.split()]


def _signatures(header: str) -> list[bytes]:
    found = []
    for one in header.split()[:MOST_SIGNATURES]:
        version, _, text = one.partition(",")
        if version == "v1":
            try:
                found.append(base64.b64decode(text, validate=True))
            except binascii.Error:
                continue
    return found
