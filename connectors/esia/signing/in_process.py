"""The signers that work inside our process, in a thread: RSA by the cryptography library, GOST in pure Python."""

from __future__ import annotations

import asyncio

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

from connectors.esia.signing import cms
from connectors.esia.signing.files import Files, gost_key
from connectors.esia.signing.gost_math import GostKey, sign
from connectors.esia.signing.port import within_deadline


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
        certificate = x509.load_der_x509_certificate(self._files.certificate_der())

        def parse(data: bytes) -> RSAPrivateKey:
            key = load_pem_private_key(data, password=None)
            if not isinstance(key, RSAPrivateKey):
                raise TypeError("the key is not RSA")
            if key.public_key() != certificate.public_key():
                raise ValueError("the certificate is of another key")
            return key

        self._loaded = self._files.read_key(parse), certificate
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
            certificate = self._files.certificate_der()
            self._loaded = self._files.read_key(lambda data: gost_key(data, certificate)), certificate
        key, certificate = self._loaded
        return sign(key, message) if self._raw else cms.detached(message, key, certificate)
