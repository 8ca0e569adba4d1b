"""Long codes, access tokens and id tokens, and the keys that sign them, renewed as ESIA renews its own."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from sandbox.esia import gost
from sandbox.esia.state import ACCESS_LIFE, Asked, Client, Grant, Switches
from sandbox.esia.wire.scopes import with_oid
from sandbox.world.model import Person

ID_TOKEN_LIFE = timedelta(hours=3)
RS256, GOST = "RS256", "GOST3410_2012_256"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One signing key; `thumbprint` goes into a code's header."""

    alg: str
    private: rsa.RSAPrivateKey | gost.PrivateKey = field(repr=False)
    pem: str
    thumbprint: str

    def sign(self, data: bytes) -> bytes:
        if isinstance(self.private, gost.PrivateKey):
            return self.private.sign(data)
        return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())


class Keys:
    """The signing keys by algorithm, oldest first, with the one in use; a new one may be shown before it is used."""

    def __init__(self) -> None:
        self._keys: dict[str, list[Key]] = {}
        self._active: dict[str, int] = {}

    def active(self, alg: str) -> Key:
        keys = self.all(alg)
        return keys[self._active.setdefault(alg, len(keys) - 1)]

    def all(self, alg: str) -> list[Key]:
        return self._keys.setdefault(alg, [_first(alg)])

    def rotate(self, alg: str, *, announce: bool = False) -> Key:
        """Use the key announced earlier, or a new one; with `announce` only show the new one for now."""
        used = self.all(alg).index(self.active(alg))
        if announce or used == len(self.all(alg)) - 1:
            self._keys[alg].append(_generate(alg))
        if not announce:
            self._active[alg] = len(self._keys[alg]) - 1
        return self._keys[alg][-1]


@cache
def _first(alg: str) -> Key:
    # Making an RSA key takes a tenth of a second: one process makes its first key once.
    return _generate(alg)


def _generate(alg: str) -> Key:
    if alg == GOST:
        key = gost.PrivateKey.generate()
        return Key(alg=alg, private=key, pem=key.public.pem(), thumbprint=_thumbprint(key.public.der()))
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = made.public_key()
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    text = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return Key(alg=RS256, private=made, pem=text.decode("ascii"), thumbprint=_thumbprint(der))


def _thumbprint(der: bytes) -> str:
    return _b64(hashlib.sha1(der, usedforsecurity=False).digest())


async def signed(header: Mapping[str, Any], payload: Mapping[str, Any], key: Key) -> str:
    """A compact JWT; the slow GOST arithmetic runs in a thread."""
    body = f"{_b64(_json({**header, 'alg': key.alg}))}.{_b64(_json(payload))}"
    signature = await asyncio.to_thread(key.sign, body.encode())
    return f"{body}.{_b64(signature)}"


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def subject(person: Person, oid: int) -> dict[str, Any]:
    """The inner claims of urn:esia:sbj: `is_tru` and `lvl` are there for a confirmed account only."""
    told: dict[str, Any] = {"urn:esia:sbj:typ": "P"}
    if person.esia is not None and person.esia.level == "confirmed":
        told |= {"urn:esia:sbj:lvl": "PR", "urn:esia:sbj:is_tru": True}
    return {**told, "urn:esia:sbj:oid": oid, "urn:esia:sbj:nam": f"OID.{oid}"}


async def code(asked: Asked, grant: Grant, person: Person, oid: int, key: Key, switches: Switches, now: datetime) -> str:
    """The authorisation code: itself a JWT, longer than a kilobyte, alive for four minutes."""
    moment = int(now.timestamp())
    header = {"ver": 1, "typ": "JWT", "sbt": "authorization_code", "x5t": key.thumbprint}
    payload = {
        "nbf": moment,
        "scope": with_oid(grant.scopes, oid),
        "iss": switches.issuer,
        "urn:esia:sid": grant.sid,
        "urn:esia:client:state": asked.state,
        "auth_mthd": "PWD",
        "urn:esia:sbj": subject(person, oid),
        "exp": moment + int(switches.code_life_s),
        "auth_time": int(grant.auth_time.timestamp()),
        "acr": {"2fa": "otp"},
        "iat": moment,
        "jti": str(uuid.uuid4()),
        "client_id": grant.client,
    }
    return await signed(header, payload, key)


async def access_token(grant: Grant, oid: int | None, key: Key, switches: Switches, now: datetime) -> str:
    """`urn:esia:sbj_id` is an integer; a system's own token has none."""
    moment = int(now.timestamp())
    payload: dict[str, Any] = {
        "nbf": moment,
        "scope": with_oid(grant.scopes, oid) if oid is not None else " ".join(grant.scopes),
        "iss": switches.issuer,
        "urn:esia:sid": grant.sid,
        **({"urn:esia:sbj_id": oid} if oid is not None else {}),
        "exp": moment + int(ACCESS_LIFE.total_seconds()),
        "iat": moment,
        "jti": str(uuid.uuid4()),
        "client_id": grant.client,
    }
    return await signed({"ver": 1, "typ": "JWT", "sbt": "access"}, payload, key)


async def id_token(client: Client, grant: Grant, person: Person, oid: int, key: Key, access: str, switches: Switches, now: datetime) -> str:
    """ESIA's own shape (integer sub, amr as text), or for a system registered with strict claims the one that OpenID Connect wants."""
    moment = int(now.timestamp())
    payload: dict[str, Any] = {
        "aud": client.mnemonic,
        "sub": oid,
        "nbf": moment,
        "amr": "PWD",
        "urn:esia:amd": "PWD",
        "auth_time": int(grant.auth_time.timestamp()),
        "iss": switches.issuer,
        "urn:esia:sid": grant.sid,
        "urn:esia:sbj": subject(person, oid),
        "exp": moment + int(ID_TOKEN_LIFE.total_seconds()),
        "iat": moment,
    }
    if grant.nonce is not None and (client.strict_claims or switches.nonce == "echo"):
        payload["nonce"] = grant.nonce
    if not client.strict_claims:
        return await signed({"ver": 0, "typ": "JWT", "sbt": "id"}, payload, key)
    half = hashlib.sha256(access.encode()).digest()[:16] if key.alg == RS256 else gost.streebog(access.encode())[:16]
    strict = {**payload, "sub": str(oid), "amr": ["pwd"], "at_hash": _b64(half)}
    return await signed({"typ": "JWT", "kid": key.thumbprint}, strict, key)
