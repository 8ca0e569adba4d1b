"""A forger of tokens: python-jose where it agrees to sign, bare HMAC and base64 where it refuses."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID
from jose import jwk, jwt
from jose.backends.base import Key

from connectors.kit.errors import Rejected
from connectors.kit.jose import Rules, keys_from, verify

NOW = datetime(2026, 9, 15, 9, 0, tzinfo=UTC)
CLIENT = "HUB01"
ISSUER = "http://esia.gosuslugi.ru/"
RULES = Rules(issuers=frozenset({ISSUER}), audience=CLIENT, header={"sbt": "id"}, integer_sub=True, nonce_may_be_absent=True)
STRICT = Rules(issuers=frozenset({ISSUER}), audience=CLIENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An RSA key in the forms that a verifier may be given."""

    private: rsa.RSAPrivateKey

    @property
    def key_pem(self) -> str:
        return self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    def public(self, encoding: Encoding = Encoding.PEM, form: PublicFormat = PublicFormat.SubjectPublicKeyInfo) -> bytes:
        return self.private.public_key().public_bytes(encoding, form)

    def certificate(self, *, name: str = "esia") -> x509.Certificate:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(self.private.public_key())
        builder = builder.serial_number(7).not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW + timedelta(days=365))
        return builder.sign(self.private, hashes.SHA256())

    def certificate_pem(self, *, name: str = "esia") -> bytes:
        return self.certificate(name=name).public_bytes(Encoding.PEM)


@cache
def pair(name: str, bits: int = 2048) -> Pair:
    """The same key for the same name within one run: making one takes a tenth of a second."""
    return Pair(private=rsa.generate_private_key(public_exponent=65537, key_size=bits))


@cache
def _signer(name: str) -> Key:
    # Made of text at each signature, the key costs forty times the signature.
    return jwk.construct(pair(name).key_pem, "RS256")


def at(offset_s: float = 0) -> int:
    return int(NOW.timestamp() + offset_s)


def claims(**changed: Any) -> dict[str, Any]:
    """An id_token as ESIA writes it; a claim given as None is left out."""
    told: dict[str, Any] = {
        "aud": CLIENT,
        "sub": 1000299654,
        "nbf": at(),
        "amr": "PWD",
        "urn:esia:amd": "PWD",
        "auth_time": at(),
        "iss": ISSUER,
        "urn:esia:sid": "2cdd3b1e-9b0a-4c52-9d1c-1c33c5d1a3e9",
        "urn:esia:sbj": {
            "urn:esia:sbj:typ": "P",
            "urn:esia:sbj:is_tru": True,
            "urn:esia:sbj:oid": 1000299654,
            "urn:esia:sbj:nam": "OID.1000299654",
        },
        "exp": at(10800),
        "iat": at(),
    }
    return {name: value for name, value in {**told, **changed}.items() if value is not None}


def token(told: Mapping[str, Any] | None = None, *, key: str = "esia", header: Mapping[str, Any] | None = None) -> str:
    """Signed with RS256 by python-jose, with ESIA's own header."""
    headers = {"ver": 0, "sbt": "id", **(header or {})}
    return str(jwt.encode(dict(claims() if told is None else told), _signer(key), algorithm="RS256", headers=headers))


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def part(value: object) -> str:
    return b64(json.dumps(value).encode())


def hmac_token(secret: bytes, told: Mapping[str, Any] | None = None, *, alg: str = "HS256") -> str:
    """Signed with a public key's bytes as the secret: the classic confusion of algorithms."""
    signed = f"{part({'alg': alg, 'typ': 'JWT', 'sbt': 'id'})}.{part(claims() if told is None else told)}"
    return f"{signed}.{b64(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


def check(text: str, *, rules: Rules = RULES, key: str = "esia", now: datetime = NOW, **more: Any) -> dict[str, Any]:
    return verify("esia", text, keys_from(pair(key).public()), rules, now=now, **more)


def why(text: str, **more: Any) -> str:
    with pytest.raises(Rejected) as caught:
        check(text, **more)
    assert caught.value.system == "esia"
    assert caught.value.text
    return caught.value.reason
