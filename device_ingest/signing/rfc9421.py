"""HTTP Message Signatures (RFC 9421) by Ed25519 with a signed Content-Digest (RFC 9530)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver, InvalidSignature, VerifyResult
from http_message_signatures.algorithms import ED25519

from device_ingest.errors import Distrust, Untrusted
from device_ingest.model import Proof, Sender, Sign
from device_ingest.signing.message import Message

TOLERANCE = timedelta(minutes=5)
COVERED = ("@method", "@authority", "@path", "content-digest")
LONGEST_NONCE = 128
_PEM = "-----BEGIN PUBLIC KEY-----"
_KEY_ID = re.compile(r"keyid=\"([^\"]{1,128})\"")


class _OneKey(HTTPSignatureKeyResolver):
    def __init__(self, key_id: str, key: Ed25519PublicKey) -> None:
        self._key_id, self._key = key_id, key

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        if key_id != self._key_id:
            raise InvalidSignature("another device's key")
        return self._key

    def resolve_private_key(self, key_id: str) -> Ed25519PublicKey:  # noqa: ARG002 - the library's shape
        raise InvalidSignature("the hub signs nothing")


class _Verifier(HTTPMessageVerifier):
    """The library asks the machine's clock; ours is given, so the time is judged after the signature."""

    def validate_created_and_expires(self, sig_input: object, max_age: timedelta | None = None) -> None:  # noqa: ARG002 - its shape
        return None


def claimed_key(signature_input: str) -> str:
    """The key that the message says it is signed with; nothing is proved yet."""
    found = _KEY_ID.search(signature_input)
    return found[1] if found else ""


def prove(message: Message, sender: Sender, *, now: datetime) -> Proof:
    """Raises `Untrusted`: signature, digest, clock. That the nonce is spent only once is the store's."""
    verifier, found = _verified(message, sender, now=now)
    try:
        verifier.verify_body(message, [found], message.body)
    except InvalidSignature as error:
        raise Untrusted(Distrust.DIGEST, server_time=now) from error
    created, nonce, expires = found.parameters.get("created"), found.parameters.get("nonce"), found.parameters.get("expires")
    if not isinstance(created, int) or not isinstance(nonce, str) or not 0 < len(nonce) <= LONGEST_NONCE:
        raise Untrusted(Distrust.SIGNATURE, server_time=now)
    skew = _skew(created, now)
    if skew is None or abs(skew) > TOLERANCE.total_seconds() or (isinstance(expires, int) and expires < now.timestamp()):
        raise Untrusted(Distrust.CLOCK, server_time=now)
    return Proof(sign=Sign.RFC9421, skew_s=skew, nonce=nonce)


def _verified(message: Message, sender: Sender, *, now: datetime) -> tuple[_Verifier, VerifyResult]:
    """By the device's key, or by its former one while both are good."""
    why: Exception | None = None
    for pem in keys_of(sender.public_key or ""):
        verifier = _Verifier(signature_algorithm=ED25519, key_resolver=_OneKey(sender.key_id, _key(pem)))
        try:
            (found,) = verifier.verify(message, max_age=None, require_components=COVERED)
        except (InvalidSignature, ValueError) as error:
            why = error
        else:
            return verifier, found
    raise Untrusted(Distrust.SIGNATURE, server_time=now) from why


def keys_of(kept: str) -> list[str]:
    """The key, or the new one and the old while both are good, one after the other."""
    return [f"{_PEM}{one}" for one in kept.split(_PEM) if one.strip()]


def _skew(created: int, now: datetime) -> float | None:
    try:
        return (datetime.fromtimestamp(created, UTC) - now).total_seconds()
    except (OverflowError, ValueError, OSError):
        return None


def _key(pem: str) -> Ed25519PublicKey:
    found = load_pem_public_key(pem.encode())
    if not isinstance(found, Ed25519PublicKey):
        raise TypeError("a device's key is Ed25519: the register takes no other")
    return found
