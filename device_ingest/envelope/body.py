"""A body as it was before it was packed, never larger than a mebibyte."""

from __future__ import annotations

import zlib

from device_ingest.errors import TooLarge, Unreadable, WrongMediaType
from device_ingest.model import MOST_BYTES

_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}


def unpacked(body: bytes, encoding: str) -> bytes:
    """Raises `TooLarge` as soon as the limit is passed, so that a bomb costs one mebibyte."""
    if len(body) > MOST_BYTES:
        raise TooLarge
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return body
    window = _WINDOWS.get(name)
    if window is None:
        raise WrongMediaType(f"Content-Encoding {name[:20]!r}")
    unpacking = zlib.decompressobj(window)
    try:
        found = unpacking.decompress(body, MOST_BYTES + 1)
    except zlib.error as error:
        raise Unreadable(f"the body is not {name}") from error
    if len(found) > MOST_BYTES:
        raise TooLarge
    if not unpacking.eof or unpacking.unused_data:
        raise Unreadable(f"the {name} body is cut or has a tail")
    return found
