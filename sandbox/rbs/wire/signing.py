"""The checksum of a callback: `name;value;` of all parameters in the order of their names, by HMAC or by the gateway's key."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

ALIAS = "SANDBOX"


def signed_text(parameters: Mapping[str, str]) -> str:
    return "".join(f"{name};{parameters[name]};" for name in sorted(parameters) if name not in ("checksum", "sign_alias"))


def by_hmac(parameters: Mapping[str, str], key: str) -> str:
    return hmac.new(key.encode(), signed_text(parameters).encode(), hashlib.sha256).hexdigest().upper()


class Seal:
    """The gateway's RSA key; made when it is first asked for."""

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @cached_property
    def certificate_pem(self) -> bytes:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "School Hub sandbox: acquiring")])
        since = datetime(2015, 1, 1, tzinfo=UTC)
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self._key.public_key())
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(since)
        made = builder.not_valid_after(since + timedelta(days=365 * 40)).sign(self._key, hashes.SHA256())
        return made.public_bytes(serialization.Encoding.PEM)

    @property
    def public_pem(self) -> bytes:
        return self._key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def by_key(self, parameters: Mapping[str, str]) -> str:
        return self._key.sign(signed_text(parameters).encode(), padding.PKCS1v15(), hashes.SHA512()).hex().upper()
