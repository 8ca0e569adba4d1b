"""Small pictures of each kind, with what a camera writes beside them."""

from __future__ import annotations

import struct
import zlib

SECRET = b"55.7558N 37.6173E Orlov"


def png(wide: int = 120, high: int = 150, *, extra: bytes = SECRET) -> bytes:
    lines = b"".join(b"\0" + b"\x7f\x9f\xbf" * wide for _ in range(min(high, 400)))
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)),
        (b"tEXt", b"Place\0" + extra),
        (b"IDAT", zlib.compress(lines)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4) for name, body in parts
    )


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2) + body


def exif(way: int) -> bytes:
    entry = struct.pack("<HHIHH", 0x0112, 3, 1, way, 0)
    return b"Exif\0\0II*\0\x08\0\0\0\x01\0" + entry + b"\0\0\0\0" + SECRET


def jpeg(wide: int = 120, high: int = 150, *, way: int = 6, tail: bytes = SECRET) -> bytes:
    """Its walls are those of a JPEG; nobody decodes it here."""
    frame = struct.pack(">BHHB", 8, high, wide, 1) + b"\x01\x11\0"
    return (
        b"\xff\xd8"
        + segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
        + segment(0xE1, exif(way))
        + segment(0xED, b"Photoshop 3.0\0" + SECRET)
        + segment(0xFE, SECRET)
        + segment(0xDB, bytes(65))
        + segment(0xC2, frame)
        + segment(0xC4, bytes(20))
        + segment(0xDA, b"\x01\x01\0\0\0\0")
        + b"\x12\xff\x00\x34\xff\xd0\x56"
        + b"\xff"
        + segment(0xC4, bytes(20))
        + segment(0xDA, b"\x01\x01\0\x01\x3f\0")
        + b"\x77\x88\xff\xd9"
        + tail
    )


def webp(wide: int = 120, high: int = 150, *, more: bytes = b"") -> bytes:
    bits = (wide - 1) | (high - 1) << 14
    parts = (
        b"VP8X"
        + (10).to_bytes(4, "little")
        + b"\x2c"
        + bytes(9)
        + _chunk(b"EXIF", SECRET)
        + _chunk(b"VP8L", b"\x2f" + bits.to_bytes(4, "little") + b"x")
        + more
    )
    return b"RIFF" + (4 + len(parts)).to_bytes(4, "little") + b"WEBP" + parts


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)
