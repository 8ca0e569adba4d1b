"""One way a device: the one it was registered with, whatever else the message carries."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime

from device_ingest.errors import Distrust, Untrusted
from device_ingest.model import Proof, Sender, Sign
from device_ingest.signing import rfc9421, standard_webhooks
from device_ingest.signing.message import Message

__all__ = ["Message", "claimed_key", "prove"]


def claimed_key(message: Message) -> str:
    """Whose message it says it is: `?device=`, the signature's key, or the user of Basic; empty when it says nothing."""
    if message.device:
        return message.device
    if signed := message.headers.get("signature-input"):
        return rfc9421.claimed_key(signed)
    return _basic(message)[0]


def prove(message: Message, sender: Sender, *, now: datetime) -> Proof:
    """Raises `Untrusted`."""
    if sender.revoked:
        raise Untrusted(Distrust.REVOKED, server_time=now)
    return _WAYS[sender.sign](message, sender, now=now)


def _signed(message: Message, sender: Sender, *, now: datetime) -> Proof:
    if "signature-input" not in message.headers:
        raise Untrusted(Distrust.UNSIGNED, server_time=now)
    return rfc9421.prove(message, sender, now=now)


def _by_password(message: Message, sender: Sender, *, now: datetime) -> Proof:
    """The user is the device's id or key id, the password its secret as it was shown."""
    user, password = _basic(message)
    if not user:
        raise Untrusted(Distrust.UNSIGNED, server_time=now)
    known = [one.encode() for one in (sender.secret or "").split()]
    right = any(hmac.compare_digest(password.encode(), one) for one in known)
    if user not in (sender.id, sender.key_id) or not right:
        raise Untrusted(Distrust.SIGNATURE, server_time=now)
    return Proof(sign=Sign.BASIC)


def _by_serial(message: Message, sender: Sender, *, now: datetime) -> Proof:  # noqa: ARG001 - the shape of every way
    """Its number is all it has: the school's network vouches for it."""
    if not message.trusted_network:
        raise Untrusted(Distrust.NETWORK, server_time=now)
    return Proof(sign=Sign.SERIAL)


def _basic(message: Message) -> tuple[str, str]:
    scheme, _, given = message.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, _, password = base64.b64decode(given.strip(), validate=True).decode().partition(":")
    except ValueError:  # no base64, no UTF-8, or not even ASCII
        return "", ""
    return user, password


_WAYS: Mapping[Sign, Callable[..., Proof]] = {
    Sign.RFC9421: _signed,
    Sign.STANDARD_WEBHOOKS: standard_webhooks.prove,
    Sign.BASIC: _by_password,
    Sign.SERIAL: _by_serial,
}
