"""The provider's signing keys (RS256, ES256) and their rotation, in each of the ways that clients meet in the wild."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

ALGORITHMS = ("RS256", "ES256")
WAYS = ("overlap", "replace", "announce", "unpublished", "publish", "retire")


@dataclass(slots=True, kw_only=True)
class Key:
    """One signing key; `published` is whether the JWKS shows it."""

    alg: str
    kid: str
    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = field(repr=False)
    published: bool = True

    def sign(self, data: bytes) -> bytes:
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())
        r, s = decode_dss_signature(self.private.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)  # RFC 7518 3.4: not the DER that the library gives

    def verify(self, data: bytes, signature: bytes) -> bool:
        try:
            if isinstance(self.private, rsa.RSAPrivateKey):
                self.private.public_key().verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
            else:
                der = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
                self.private.public_key().verify(der, data, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True

    def jwk(self) -> dict[str, Any]:
        """The public half."""
        return {**_public(self.private), "use": "sig", "alg": self.alg, "kid": self.kid}

    def pem(self) -> str:
        text = self.private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        return text.decode("ascii")


class Keys:
    """The keys by algorithm, oldest first, with the one in use."""

    def __init__(self) -> None:
        self._keys: dict[str, list[Key]] = {alg: [_copy(_first(alg))] for alg in ALGORITHMS}
        self._active: dict[str, Key] = {alg: keys[-1] for alg, keys in self._keys.items()}

    def active(self, alg: str) -> Key:
        return self._active[alg]

    def all(self) -> list[Key]:
        return [key for keys in self._keys.values() for key in keys]

    def published(self) -> list[Key]:
        return [key for key in self.all() if key.published]

    def by_kid(self, kid: object) -> Key | None:
        """Also one that is published no more: an id_token_hint may be old."""
        return next((key for key in self.all() if key.kid == kid), None)

    def rotate(self, alg: str, way: str) -> Key:
        """`announce` shows the next key unused, `unpublished` uses it unseen until `publish`; `retire` hides all but the one in use."""
        keys = self._keys[alg]
        if way in {"overlap", "replace", "unpublished"}:
            waiting = [key for key in keys[keys.index(self._active[alg]) + 1 :] if key.published]
            if not waiting:
                keys.append(_generate(alg))
            self._active[alg] = keys[-1]
            self._active[alg].published = way != "unpublished"
        elif way == "announce":
            keys.append(_generate(alg))
        elif way == "publish":
            self._active[alg].published = True
        if way in {"replace", "retire"}:
            for key in keys:
                key.published = key is self._active[alg]
        return keys[-1] if way == "announce" else self._active[alg]


@cache
def _first(alg: str) -> Key:
    # Making an RSA key takes a tenth of a second: one process makes its first key once.
    return _generate(alg)


def _copy(key: Key) -> Key:
    return Key(alg=key.alg, kid=key.kid, private=key.private)


def _generate(alg: str) -> Key:
    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048) if alg == "RS256" else ec.generate_private_key(ec.SECP256R1())
    # RFC 7638: the thumbprint of the public key is its name.
    text = json.dumps(_public(private), sort_keys=True, separators=(",", ":"))
    return Key(alg=alg, kid=b64(hashlib.sha256(text.encode()).digest()), private=private)


def _public(private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> dict[str, str]:
    if isinstance(private, rsa.RSAPrivateKey):
        numbers = private.public_key().public_numbers()
        return {"kty": "RSA", "n": b64(numbers.n.to_bytes(256)), "e": b64(numbers.e.to_bytes(3))}
    point = private.public_key().public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": b64(point.x.to_bytes(32)), "y": b64(point.y.to_bytes(32))}


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64(text: str) -> bytes:
    """ValueError where it is no base64url."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
