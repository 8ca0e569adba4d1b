"""Who sends a push: `Authorization: vapid t=<ES256 token>, k=<key>` of RFC 8292; pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from sandbox.webpush.wire.base64url import read

LONGEST: Final = timedelta(hours=24)
HALF: Final = 32
PART: Final = re.compile(r"([tk])\s*=\s*\"?([\w.=-]+)\"?")


class Unproven(ValueError):
    """`status` 401: says nothing that can be read; 403: what it says is not so."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def sender(authorization: str, *, origin: str, nows: Iterable[datetime], wanted: bytes | None) -> bytes:
    """The sender's key. The token must be in force by one of the clocks; `wanted` is the key that the subscription was made for."""
    scheme, _, rest = authorization.partition(" ")
    parts = dict(PART.findall(rest))
    if scheme.lower() != "vapid" or parts.keys() != {"t", "k"}:
        raise Unproven(401, "Authorization: vapid t=…, k=…")
    try:
        head, claims, signed, signature = _token(parts["t"])
        point = read(parts["k"])
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        raise Unproven(401, "the token or the key cannot be read") from None
    if head.get("alg") != "ES256" or len(signature) != 2 * HALF or not _signed(key, signature, signed):
        raise Unproven(403, "signature")
    if wanted is not None and wanted != point:
        raise Unproven(403, "another sender's subscription")
    if not _for_us(claims.get("aud"), origin):
        raise Unproven(403, f"aud is not {origin}")
    if not any(_in_force(claims.get("exp"), now) for now in nows):
        raise Unproven(403, "exp is over or more than 24 hours away")
    return point


def _token(text: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    pieces = text.split(".")
    if len(pieces) != 3:
        raise ValueError("three parts")
    head, claims = (json.loads(read(piece)) for piece in pieces[:2])
    if not isinstance(head, dict) or not isinstance(claims, dict):
        raise ValueError("objects")  # noqa: TRY004 - whatever cannot be read is one kind of error here
    return head, claims, ".".join(pieces[:2]).encode(), read(pieces[2])


def _signed(key: ec.EllipticCurvePublicKey, signature: bytes, signed: bytes) -> bool:
    pair = encode_dss_signature(int.from_bytes(signature[:HALF], "big"), int.from_bytes(signature[HALF:], "big"))
    try:
        key.verify(pair, signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _for_us(aud: Any, origin: str) -> bool:
    """Some public senders leave the port out, which no real push service has."""
    bare = urlsplit(origin)
    return aud in (origin, f"{bare.scheme}://{bare.hostname}")


def _in_force(exp: Any, now: datetime) -> bool:
    if isinstance(exp, bool) or not isinstance(exp, int | float):
        return False
    try:
        until = datetime.fromtimestamp(exp, UTC)
    except (OverflowError, ValueError, OSError):
        return False
    return now < until <= now + LONGEST + timedelta(seconds=1)
