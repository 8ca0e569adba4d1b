"""The signers that work inside our process, in a thread: RSA by the cryptography library, GOST in pure Python."""

from __future__ import annotations

import asyncio

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

from connectors.esia.signing import cms
from connectors.esia.signing.files import Files
from connectors.esia.signing.gost_math import GostKey, sign
from connectors.esia.signing.port import within_deadline
from connectors.kit.errors import Unavailable


class RsaCms:
    """Dialect v1 as it was before GOST: a detached CMS, RSA with SHA-256."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._loaded: tuple[RSAPrivateKey, x509.Certificate] | None = None

    async def sign(self, message: bytes) -> bytes:
        return await within_deadline(self._files.system, asyncio.to_thread(self._sign, message))

    async def certificate_hash(self) -> str:
        return await self._files.certificate_hash()

    def _sign(self, message: bytes) -> bytes:
        key, certificate = self._loaded or self._load()
        builder = PKCS7SignatureBuilder().set_data(message).add_signer(certificate, key, SHA256())
        return builder.sign(Encoding.DER, [PKCS7Options.DetachedSignature, PKCS7Options.Binary, PKCS7Options.NoCapabilities])

    def _load(self) -> tuple[RSAPrivateKey, x509.Certificate]:
        try:
            key = load_pem_private_key(self._files.key_bytes(), password=None)
        except (ValueError, TypeError) as error:
            raise Unavailable(self._files.system, "signing key") from error
        if not isinstance(key, RSAPrivateKey):
            raise Unavailable(self._files.system, "the signing key is not RSA")
        self._loaded = key, x509.load_der_x509_certificate(self._files.certificate_der())
        return self._loaded


class GostPython:
    """GOST in pure Python: not constant-time, so it is for a sandbox on the same machine only; `choose` sees to that."""

    def __init__(self, files: Files, *, raw: bool) -> None:
        self._files = files
        self._raw = raw
        self._loaded: tuple[GostKey, bytes] | None = None

    async def sign(self, message: bytes) -> bytes:
        return await within_deadline(self._files.system, asyncio.to_thread(self._sign, message))

    async def certificate_hash(self) -> str:
        return await self._files.certificate_hash()

    def _sign(self, message: bytes) -> bytes:
        if self._loaded is None:
            self._loaded = self._files.gost_key(), self._files.certificate_der()
        key, certificate = self._loaded
        return sign(key, message) if self._raw else cms.detached(message, key, certificate)
