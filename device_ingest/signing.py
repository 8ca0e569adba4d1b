"""Standard Webhooks 1.0.0, as a device signs its calls: pure, no clock and no store of its own (RULES E6)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

PREFIX = "whsec_"
OFF_BY = timedelta(minutes=5)
MOST_SIGNATURES = 8
_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_SECONDS = re.compile(r"[0-9]{1,11}")


class Verdict(StrEnum):
    """`CLOCK` is said only where the signature is right: nobody learns the hub's tolerance without the secret."""

    GOOD = "good"
    BAD = "bad"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedHeaders:
    """`webhook-id`, `webhook-timestamp`, `webhook-signature` as they came."""

    id: str
    timestamp: str
    signature: str = field(repr=False)


def verdict(headers: SignedHeaders, body: bytes, secret: str, now: datetime) -> Verdict:
    """One of the signatures must be ours; an older secret may stand beside the new one while it is changed."""
    key = _key(secret)
    if key is None or not _ID.fullmatch(headers.id) or not _SECONDS.fullmatch(headers.timestamp):
        return Verdict.BAD
    ours = _made(key, headers.id, headers.timestamp, body).encode()
    given = headers.signature.split()[:MOST_SIGNATURES]
    if not any(hmac.compare_digest(ours, one.encode()) for one in given):
        return Verdict.BAD
    said = datetime.fromtimestamp(int(headers.timestamp), UTC)
    return Verdict.GOOD if abs(now - said) <= OFF_BY else Verdict.CLOCK


def signature(secret: str, id_: str, at: datetime, body: bytes) -> str:
    """The header's value for a secret that is one."""
    key = _key(secret)
    if key is None:
        raise ValueError("not a secret of Standard Webhooks")
    return _made(key, id_, str(int(at.timestamp())), body)


def _made(key: bytes, id_: str, timestamp: str, body: bytes) -> str:
    digest = hmac.digest(key, f"{id_}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


def _key(secret: str) -> bytes | None:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True) or None
    except (binascii.Error, ValueError):
        return None
