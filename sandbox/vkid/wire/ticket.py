"""The id_token: a signed ticket for /oauth2/public_info, with the app in `app` and neither aud nor nonce."""

from __future__ import annotations

import base64
import json
import uuid
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

LIFE = timedelta(days=365)
HEADER = {"alg": "RS256", "typ": "JWT"}


@cache
def _key() -> rsa.RSAPrivateKey:
    # Made once a process, when first needed: VK publishes no key, so none outlives it.
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def issue(user_id: int, client_id: str, now: datetime) -> str:
    moment = int(now.timestamp())
    claims = {
        "iss": "VK",
        "sub": user_id,
        "app": int(client_id) if client_id.isascii() and client_id.isdigit() else client_id,
        "exp": moment + int(LIFE.total_seconds()),
        "iat": moment,
        "jti": str(uuid.uuid4()),
    }
    body = f"{_b64(_json(HEADER))}.{_b64(_json(claims))}"
    return f"{body}.{_b64(_key().sign(body.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def read(text: str, client_id: str, now: datetime) -> int | None:
    """Whose it is, if it was issued here to this app and has not ended."""
    body, _, signature = text.rpartition(".")
    try:
        _key().public_key().verify(_unb64(signature), body.encode(), padding.PKCS1v15(), hashes.SHA256())
        claims: dict[str, Any] = json.loads(_unb64(body.partition(".")[2]))
    except (InvalidSignature, ValueError):
        return None
    if str(claims["app"]) != client_id or claims["exp"] <= now.timestamp():
        return None
    return int(claims["sub"])


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
