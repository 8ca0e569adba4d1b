"""Keys of devices: a shared secret as Standard Webhooks write it, or the device's own Ed25519 public key (RULES E6)."""

from __future__ import annotations

import base64
import hashlib

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from hub.store.school.devices import Sign

LONGEST_KEY, SECRET_BYTES = 2000, 32
WITH_SECRET = frozenset({Sign.STANDARD_WEBHOOKS, Sign.BASIC})


def secret_of(raw: bytes) -> str:
    """As Standard Webhooks write it."""
    return f"whsec_{base64.b64encode(raw).decode()}"


def secret_again(deps: Deps, seed: str) -> str:
    """The secret that a device was given with this seed; it is sealed in its row and shown nowhere else."""
    return secret_of(hashlib.sha256(deps.keys.code_hash(f"device {seed}").encode()).digest())


def public_key_of(text: str) -> str:
    """The device's own Ed25519 key; the hub never has the private half."""
    if not text.strip() or len(text) > LONGEST_KEY:
        raise Refused(Reason.MALFORMED, "Для подписи rfc9421 нужен открытый ключ устройства: Ed25519 в виде PEM.")
    try:
        key = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Refused(Reason.MALFORMED, "Открытый ключ не читается: нужен Ed25519 в виде PEM.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise Refused(Reason.MALFORMED, "Нужен ключ Ed25519, а это другой.")
    return text.strip()
