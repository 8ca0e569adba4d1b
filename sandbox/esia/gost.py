"""GOST R 34.10-2012 (256 bit) and Streebog-256 as the OpenSSL gost engine and CryptoPro write them, in pure Python."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import gostcrypto
from asn1crypto import core, pem

KEY_OID = "1.2.643.7.1.1.1.1"
SIGNATURE_OID = "1.2.643.7.1.1.3.2"
DIGEST_OID = "1.2.643.7.1.1.2.2"
CRYPTOPRO_A = "1.2.643.2.2.35.1"

# CryptoPro's curves are the very curves of TC26 under other names: A is TC26's B, and so on (facts/esia.md 2b).
_CURVE_NAMES = {
    "1.2.643.7.1.2.1.1.1": "id-tc26-gost-3410-2012-256-paramSetA",
    "1.2.643.2.2.35.1": "id-tc26-gost-3410-2012-256-paramSetB",
    "1.2.643.2.2.36.0": "id-tc26-gost-3410-2012-256-paramSetB",
    "1.2.643.7.1.2.1.1.2": "id-tc26-gost-3410-2012-256-paramSetB",
    "1.2.643.2.2.35.2": "id-tc26-gost-3410-2012-256-paramSetC",
    "1.2.643.7.1.2.1.1.3": "id-tc26-gost-3410-2012-256-paramSetC",
    "1.2.643.2.2.35.3": "id-tc26-gost-3410-2012-256-paramSetD",
    "1.2.643.2.2.36.1": "id-tc26-gost-3410-2012-256-paramSetD",
    "1.2.643.7.1.2.1.1.4": "id-tc26-gost-3410-2012-256-paramSetD",
}


class KeyParameters(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """The curve and, in older keys, the digest."""

    _fields = [
        ("curve", core.ObjectIdentifier),
        ("digest", core.ObjectIdentifier, {"optional": True}),
        ("cipher", core.ObjectIdentifier, {"optional": True}),
    ]


class KeyAlgorithm(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """The key's algorithm with its parameters."""

    _fields = [("algorithm", core.ObjectIdentifier), ("parameters", KeyParameters)]


class SubjectPublicKeyInfo(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """asn1crypto's own class refuses algorithms that it does not know."""

    _fields = [("algorithm", KeyAlgorithm), ("public_key", core.OctetBitString)]


class _AnyAlgorithm(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    _fields = [("algorithm", core.ObjectIdentifier), ("parameters", core.Any, {"optional": True})]


class _AnyKey(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    _fields = [("algorithm", _AnyAlgorithm), ("public_key", core.OctetBitString)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """`point` is x then y, big-endian; `curve` is the parameter set's OID."""

    point: bytes
    curve: str

    def verify(self, data: bytes, signature: bytes) -> bool:
        """Whether these 64 bytes (s first, then r) sign the data; about 60 ms, so never on the event loop."""
        if len(signature) != 64:
            return False
        swapped = bytearray(signature[32:] + signature[:32])
        digest = bytearray(reversed(streebog(data)))
        return bool(_engine(self.curve).verify(bytearray(self.point), digest, swapped))

    def der(self) -> bytes:
        """The SubjectPublicKeyInfo: the point is little-endian on the wire, inside an OCTET STRING."""
        raw = bytes(reversed(self.point[:32])) + bytes(reversed(self.point[32:]))
        parameters = KeyParameters({"curve": self.curve, "digest": DIGEST_OID})
        algorithm = KeyAlgorithm({"algorithm": KEY_OID, "parameters": parameters})
        octets: bytes = core.OctetString(raw).dump()
        info = SubjectPublicKeyInfo({"algorithm": algorithm, "public_key": octets})
        encoded: bytes = info.dump()
        return encoded

    def pem(self) -> str:
        """The same as PEM text."""
        armored: bytes = pem.armor("PUBLIC KEY", self.der())
        return armored.decode("ascii")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateKey:
    """A signing key of the emulator itself; not constant-time, so for the sandbox only."""

    number: bytes
    public: PublicKey

    @staticmethod
    def generate() -> PrivateKey:
        """A fresh key on CryptoPro's curve A."""
        number = secrets.token_bytes(31).rjust(32, b"\x01")
        point = bytes(_engine(CRYPTOPRO_A).public_key_generate(bytearray(number)))
        return PrivateKey(number=number, public=PublicKey(point=point, curve=CRYPTOPRO_A))

    def sign(self, data: bytes) -> bytes:
        """64 bytes, exactly as `openssl dgst -sign` with the gost engine writes them; about 40 ms."""
        digest = bytearray(reversed(streebog(data)))
        signature = bytes(_engine(self.public.curve).sign(bytearray(self.number), digest))
        return signature[32:] + signature[:32]


def streebog(data: bytes) -> bytes:
    """Streebog-256 in the byte order of OpenSSL and CryptoPro."""
    return bytes(gostcrypto.gosthash.new("streebog256", data=bytearray(data)).digest())


def parse_public_key(der: bytes) -> PublicKey:
    """Reads a SubjectPublicKeyInfo; ValueError when it is no 256-bit GOST key."""
    info = SubjectPublicKeyInfo.load(der)
    if info["algorithm"]["algorithm"].native != KEY_OID:
        raise ValueError("not a GOST R 34.10-2012 key of 256 bits")
    curve = str(info["algorithm"]["parameters"]["curve"].native)
    if curve not in _CURVE_NAMES:
        raise ValueError(f"unknown GOST parameter set {curve}")
    raw: bytes = core.OctetString.load(info["public_key"].native).native
    if len(raw) != 64:
        raise ValueError("a GOST public key has 64 bytes")
    return PublicKey(point=bytes(reversed(raw[:32])) + bytes(reversed(raw[32:])), curve=curve)


def read_algorithm(der: bytes) -> str:
    """The algorithm's OID of any SubjectPublicKeyInfo."""
    return str(_AnyKey.load(der)["algorithm"]["algorithm"].native)


def _engine(curve: str) -> gostcrypto.gostsignature.GOST34102012:
    curves = gostcrypto.gostsignature.CURVES_R_1323565_1_024_2019
    return gostcrypto.gostsignature.new(gostcrypto.gostsignature.MODE_256, curves[_CURVE_NAMES[curve]])
