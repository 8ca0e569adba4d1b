"""Our own key and certificate: read from their files at the first use, in a thread, and kept."""

from __future__ import annotations

import asyncio
import logging
import re
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from connectors.esia.signing import der
from connectors.esia.signing.gost_math import CURVES, SIZE, GostKey, public_key, streebog_256
from connectors.kit.errors import Unavailable

log = logging.getLogger("hub.esia")
T = TypeVar("T")

GOST_2012_256 = "1.2.643.7.1.1.1.1"
_PKCS8 = re.compile(rb"-----BEGIN PRIVATE[ ]KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE[ ]KEY-----")


class Files:
    """The two files of one information system. Every failure to read them is `Unavailable`, with the reason in the log."""

    def __init__(self, system: str, *, key: Path, certificate: Path) -> None:
        self.system = system
        self.key = key
        self.certificate = certificate
        self._hash: str | None = None

    def certificate_der(self) -> bytes:
        return self._read(self.certificate, _certificate_der)

    def read_key(self, parse: Callable[[bytes], T]) -> T:
        """The key as `parse` makes it of the file; a TypeError means a key of another kind or under a password."""
        return self._read(self.key, parse)

    async def certificate_hash(self) -> str:
        """Streebog-256 over the DER, never over the PEM text (ESIA-007053)."""
        if self._hash is None:
            self._hash = (await asyncio.to_thread(lambda: streebog_256(self.certificate_der()))).hex().upper()
        return self._hash

    def _read(self, path: Path, parse: Callable[[bytes], T]) -> T:
        try:
            return parse(path.read_bytes())
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
            log.warning("%s: %s cannot be used for signing: %s", self.system, path, error)
            raise Unavailable(self.system, "signing files") from error


def _certificate_der(data: bytes) -> bytes:
    certificate = x509.load_pem_x509_certificate(data) if b"-----BEGIN" in data else x509.load_der_x509_certificate(data)
    return certificate.public_bytes(Encoding.DER)


def gost_key(data: bytes, certificate: bytes) -> GostKey:
    """The key of `certificate`; another's would be refused by ESIA without a reason that helps (007053)."""
    key = gost_private_key(data)
    point = public_key(key)
    if point[SIZE - 1 :: -1] + point[: SIZE - 1 : -1] not in certificate:
        raise der.BadDer("the certificate is of another key")
    return key


def gost_private_key(data: bytes) -> GostKey:
    """A PKCS#8 key, PEM or DER. The octets are little-endian; some writers wrap them once more, some write an INTEGER."""
    info = der.parts(_unarmoured(data))
    if len(info) < 3:
        raise der.BadDer("not a PKCS#8 private key")
    algorithm = der.parts(info[1])
    if der.dotted(algorithm[0]) != GOST_2012_256 or len(algorithm) < 2:
        raise der.BadDer("not a GOST R 34.10-2012 key of 256 bits")
    curve = der.dotted(der.parts(algorithm[1])[0])
    if curve not in CURVES:
        raise der.BadDer(f"unknown curve {curve}")
    value = der.contents(info[2])
    if len(value) == SIZE:
        return GostKey(number=value[::-1], curve=curve)
    inner = der.contents(value)
    number = inner[::-1] if der.tag(value) == der.OCTET_STRING else int.from_bytes(inner, "big").to_bytes(SIZE, "big")
    if len(number) != SIZE:
        raise der.BadDer("the key is not 32 bytes long")
    return GostKey(number=number, curve=curve)


def _unarmoured(data: bytes) -> bytes:
    if b"-----BEGIN" not in data:
        return data
    found = _PKCS8.search(data)
    if not found:
        raise der.BadDer("the key must be an unencrypted PKCS#8 «PRIVATE KEY»")
    return b64decode(b"".join(found.group(1).split()))
