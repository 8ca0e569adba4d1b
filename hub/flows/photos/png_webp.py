"""PNG and WebP without texts, places and colour profiles, and never more than one picture. Pure (PNG 1.2, RFC 9649)."""

from __future__ import annotations

import zlib

PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_ALPHA = 0x10
_VP8_START, _VP8L_START = b"\x9d\x01\x2a", 0x2F


def cleaned_png(raw: bytes) -> tuple[bytes, int, int]:
    """The chunks that make the picture, its width and height; ValueError for what is no whole PNG."""
    if not raw.startswith(PNG):
        raise ValueError("no PNG")
    kept: list[tuple[bytes, bytes]] = []
    at = len(PNG)
    while not kept or kept[-1][0] != b"IEND":
        length, name = int.from_bytes(raw[at : at + 4]), raw[at + 4 : at + 8]
        whole, body = raw[at : at + 12 + length], raw[at + 8 : at + 8 + length]
        if len(whole) != 12 + length or zlib.crc32(name + body) != int.from_bytes(whole[-4:]):
            raise ValueError("cut off or damaged")
        if not kept and (name != b"IHDR" or length != 13):
            raise ValueError("no header")
        if name in _PNG_KEPT:
            kept.append((name, whole))
        elif not name[0] & 0x20:
            raise ValueError("a chunk that nobody knows and the picture needs")
        at += 12 + length
    names = [name for name, _ in kept]
    if b"IDAT" not in names or names.count(b"IHDR") != 1:
        raise ValueError("no picture inside")
    header = kept[0][1][8:]
    return PNG + b"".join(whole for _, whole in kept), int.from_bytes(header[:4]), int.from_bytes(header[4:8])


def cleaned_webp(raw: bytes) -> tuple[bytes, int, int]:
    """The one still picture; ValueError for an animation and for what is no whole WebP."""
    if raw[:4] != b"RIFF" or raw[8:12] != b"WEBP":
        raise ValueError("no WebP")
    kept, size = b"", (0, 0)
    at, end = 12, min(len(raw), 8 + int.from_bytes(raw[4:8], "little"))
    while at + 8 <= end:
        name, length = raw[at : at + 4], int.from_bytes(raw[at + 4 : at + 8], "little")
        body = raw[at + 8 : at + 8 + length]
        if len(body) != length:
            raise ValueError("cut off")
        at += 8 + length + length % 2
        if name in (b"ANIM", b"ANMF"):
            raise ValueError("an animation")
        if name in (b"VP8 ", b"VP8L"):
            if size != (0, 0):
                raise ValueError("two pictures")
            size = _size(name, body)
        elif name == b"VP8X":
            if kept or length != 10:
                raise ValueError("a header in the wrong place")
            body = bytes((body[0] & _ALPHA,)) + body[1:]
        elif name != b"ALPH":
            continue
        kept += name + length.to_bytes(4, "little") + body + b"\0" * (length % 2)
    if size == (0, 0):
        raise ValueError("no picture inside")
    return b"RIFF" + (4 + len(kept)).to_bytes(4, "little") + b"WEBP" + kept, *size


def _size(name: bytes, body: bytes) -> tuple[int, int]:
    if name == b"VP8 ":
        if body[3:6] != _VP8_START or len(body) < 10:
            raise ValueError("no key frame")
        return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    if len(body) < 5 or body[0] != _VP8L_START:
        raise ValueError("no lossless picture")
    bits = int.from_bytes(body[1:5], "little")
    return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
