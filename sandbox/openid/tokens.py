"""Compact JWTs of the provider: the ID token, a signed userinfo, and reading an own ID token back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.openid.keys import Key, Keys, b64, unb64
from sandbox.openid.state import Client, Grant, Switches
from sandbox.openid.wire import claims, spoiling
from sandbox.world.model import Person


def encoded(value: Mapping[str, Any]) -> str:
    return b64(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def signed(header: Mapping[str, Any], payload: Mapping[str, Any], key: Key) -> str:
    body = f"{encoded(header)}.{encoded(payload)}"
    return f"{body}.{b64(key.sign(body.encode()))}"


def at_hash(access: str) -> str:
    """The left half of the hash that belongs to the algorithm: both of ours use SHA-256."""
    return b64(hashlib.sha256(access.encode()).digest()[:16])


def id_token(
    client: Client, grant: Grant, person: Person, keys: Keys, access: str, switches: Switches, now: datetime, *, nonce: str | None
) -> str:
    """`nonce` belongs to the sign-in, not to what is refreshed later."""
    moment = int(now.timestamp())
    payload: dict[str, Any] = {
        "iss": grant.issuer,
        "sub": claims.subject(person, client),
        "aud": client.client_id,
        "exp": moment + int(switches.id_token_life_s),
        "iat": moment,
        "auth_time": int(grant.auth_time.timestamp()),
        **({"nonce": nonce} if nonce is not None else {}),
        "at_hash": at_hash(access),
        "acr": grant.acr,
        "amr": ["pwd"],
        "sid": grant.sid,
    }
    payload |= claims.told(person, grant.claims.get("id_token", {}))
    key = keys.active(client.alg)
    header = {"alg": key.alg, "typ": "JWT", "kid": key.kid}
    if not switches.id_token:
        return signed(header, payload, key)
    spoilt = spoiling.id_token(switches.id_token, header, payload, secret=client.secret or "", pem=key.pem(), jwk=key.jwk())
    body = f"{encoded(spoilt.header)}.{encoded(spoilt.payload)}"
    return f"{body}.{b64(spoilt.signature(key.sign, body.encode()))}"


def signed_userinfo(told: Mapping[str, Any], client: Client, key: Key, issuer: str) -> str:
    header = {"alg": key.alg, "typ": "JWT", "kid": key.kid}
    return signed(header, {**told, "iss": issuer, "aud": client.client_id}, key)


def read_own(token: str, keys: Keys) -> dict[str, Any] | None:
    """The claims of an ID token that this provider signed, however old; None for anything else."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        header, payload = (json.loads(unb64(part)) for part in parts[:2])
        signature = unb64(parts[2])
    except (ValueError, RecursionError):
        return None
    if not isinstance(header, dict) or not isinstance(payload, dict):
        return None
    key = keys.by_kid(header.get("kid"))
    if key is None or header.get("alg") != key.alg or not key.verify(f"{parts[0]}.{parts[1]}".encode(), signature):
        return None
    return payload
