"""GOST R 34.11-2012 and 34.10-2012, 256 bits, over gostcrypto: hash, signature, verification, public key. Not constant-time."""

from __future__ import annotations

from dataclasses import dataclass

from gostcrypto import gosthash, gostsignature

SIZE = 32
# gostcrypto names the curves of R 1323565.1.024-2019; CryptoPro's older names mean the same curves.
CURVES = {
    "1.2.643.7.1.2.1.1.1": "id-tc26-gost-3410-2012-256-paramSetA",
    "1.2.643.7.1.2.1.1.2": "id-tc26-gost-3410-2012-256-paramSetB",
    "1.2.643.7.1.2.1.1.3": "id-tc26-gost-3410-2012-256-paramSetC",
    "1.2.643.7.1.2.1.1.4": "id-tc26-gost-3410-2012-256-paramSetD",
    "1.2.643.2.2.35.1": "id-tc26-gost-3410-2012-256-paramSetB",
    "1.2.643.2.2.35.2": "id-tc26-gost-3410-2012-256-paramSetC",
    "1.2.643.2.2.35.3": "id-tc26-gost-3410-2012-256-paramSetD",
    "1.2.643.2.2.36.0": "id-tc26-gost-3410-2012-256-paramSetB",
    "1.2.643.2.2.36.1": "id-tc26-gost-3410-2012-256-paramSetD",
}
CRYPTOPRO_A = "1.2.643.2.2.35.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class GostKey:
    """A private key as a big-endian number of 32 bytes, and its curve's object identifier."""

    number: bytes
    curve: str


def streebog_256(data: bytes) -> bytes:
    return bytes(gosthash.new("streebog256", data=bytearray(data)).digest())


def _engine(curve: str) -> gostsignature.GOST34102012:
    return gostsignature.new(gostsignature.MODE_256, gostsignature.CURVES_R_1323565_1_024_2019[CURVES[curve]])


def sign(key: GostKey, data: bytes) -> bytes:
    """64 bytes in the order of X.509 and CMS: the half s, then r; signed is the digest read backwards (RFC 7836 practice)."""
    digest = bytearray(reversed(streebog_256(data)))
    # gostcrypto wipes the key that it is given: it gets a copy.
    signature = bytes(_engine(key.curve).sign(bytearray(key.number), digest))
    return signature[SIZE:] + signature[:SIZE]


def verify(public: bytes, curve: str, data: bytes, signature: bytes) -> bool:
    """Whether `signature` (s, then r) over `data` is of `public` (x and y, big-endian)."""
    digest = bytearray(reversed(streebog_256(data)))
    return bool(_engine(curve).verify(bytearray(public), digest, bytearray(signature[SIZE:] + signature[:SIZE])))


def public_key(key: GostKey) -> bytes:
    """x and y, big-endian."""
    return bytes(_engine(key.curve).public_key_generate(bytearray(key.number)))
