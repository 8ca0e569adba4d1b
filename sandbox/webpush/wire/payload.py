"""An encrypted payload opened with the subscription's own key: `aes128gcm` of RFC 8188, keys by RFC 8291; pure."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SALT, POINT, TAG = 16, 65, 16
HEAD: Final = struct.Struct("!16sLB")
LAST, NOT_LAST = 2, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """What a browser makes when it subscribes; the private half never leaves it."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    auth: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        return point(self.key.public_key())


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def opened(body: bytes, receiver: Receiver) -> bytes:
    """Raises ValueError for what this receiver cannot read."""
    if len(body) < HEAD.size:
        raise ValueError("shorter than its head")
    salt, size, length = HEAD.unpack_from(body)
    sender, records = body[HEAD.size : HEAD.size + length], body[HEAD.size + length :]
    if length != POINT or size < TAG + 2 or not records:
        raise ValueError("head")
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
    shared = receiver.key.exchange(ec.ECDH(), theirs)
    material = _derived(shared, receiver.auth, b"WebPush: info\x00" + receiver.public + sender, 32)
    key = _derived(material, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derived(material, salt, b"Content-Encoding: nonce\x00", 12)
    pieces = [records[start : start + size] for start in range(0, len(records), size)]
    return b"".join(_record(AESGCM(key), nonce, place, piece, last=place == len(pieces) - 1) for place, piece in enumerate(pieces))


def _record(cipher: AESGCM, nonce: bytes, place: int, piece: bytes, *, last: bool) -> bytes:
    own = int.from_bytes(nonce, "big") ^ place
    try:
        plain = cipher.decrypt(own.to_bytes(12, "big"), piece, None).rstrip(b"\x00")
    except InvalidTag as error:
        raise ValueError("not for this receiver, or changed on its way") from error
    if not plain or plain[-1] != (LAST if last else NOT_LAST):
        raise ValueError("delimiter")
    return plain[:-1]


def _derived(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(material)
