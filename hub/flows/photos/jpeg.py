"""A JPEG without what its camera wrote of the place and the owner; which way up is kept. Pure (ITU T.81, Exif 2.3)."""

from __future__ import annotations

import re
import struct

START, END = b"\xff\xd8", b"\xff\xd9"
_SOF = (0xC0, 0xC1, 0xC2)
_KEPT = (0xC4, 0xDB, 0xDD)
"""Huffman and quantisation tables, the restart interval."""
_SCAN, _APP1, _ADOBE, _EOI = 0xDA, 0xE1, 0xEE, 0xD9
_NEXT = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_ORIENTATION = 0x0112


def cleaned(raw: bytes) -> tuple[bytes, int, int]:
    """The picture alone, its width and height; ValueError for what is no whole JPEG."""
    if not raw.startswith(START):
        raise ValueError("no JPEG")
    kept: list[bytes] = []
    at, size, way, scans = 2, (0, 0), 1, 0
    while True:
        marker, at = _marker(raw, at)
        if marker == _EOI:
            break
        end = at + int.from_bytes(_piece(raw, at, 2))
        body = _piece(raw, at, end - at)
        segment = bytes((0xFF, marker)) + body
        if marker in _SOF:
            size = (int.from_bytes(_piece(body, 5, 2)), int.from_bytes(_piece(body, 3, 2)))
            kept.append(segment)
        elif marker in _KEPT or (marker == _ADOBE and body[2:7] == b"Adobe" and len(body) == 14):
            kept.append(segment)
        elif marker == _APP1 and body[2:8] == b"Exif\0\0":
            way = _way_up(body[8:]) or way
        elif marker == _SCAN:
            found = _NEXT.search(raw, end)
            if found is None or not size[0]:
                raise ValueError("cut off")
            kept.append(segment + raw[end : found.start()])
            scans, end = scans + 1, found.start()
        elif not (0xE0 <= marker <= 0xEF or marker == 0xFE):
            raise ValueError("a kind of JPEG that browsers do not show")
        at = end
    if not scans:
        raise ValueError("no picture inside")
    return START + _turned(way) + b"".join(kept) + END, *size


def _marker(raw: bytes, at: int) -> tuple[int, int]:
    """The next marker and where its segment begins; fill bytes may stand before it."""
    if _piece(raw, at, 1) != b"\xff":
        raise ValueError("no marker")
    while _piece(raw, at, 1) == b"\xff":
        at += 1
    return raw[at], at + 1


def _piece(raw: bytes, at: int, length: int) -> bytes:
    found = raw[at : at + length]
    if length <= 0 or len(found) != length:
        raise ValueError("cut off")
    return found


def _way_up(tiff: bytes) -> int | None:
    """What the camera said of how it was held; nothing where it said it badly."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 10:
        return None
    (first,) = struct.unpack_from(f"{order}I", tiff, 4)
    if first + 2 > len(tiff):
        return None
    (count,) = struct.unpack_from(f"{order}H", tiff, first)
    for place in range(first + 2, min(first + 2 + 12 * count, len(tiff) - 11), 12):
        tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, place)
        if tag == _ORIENTATION:
            return value if 1 <= value <= 8 else None
    return None


def _turned(way: int) -> bytes:
    """An Exif of one field; none where the picture stands upright."""
    if way == 1:
        return b""
    body = b"Exif\0\0MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHH", _ORIENTATION, 3, 1, way, 0) + b"\0\0\0\0"
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2) + body
