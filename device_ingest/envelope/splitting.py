"""An array of JSON cut into its items by brackets alone, so that an item which nobody can read spoils no neighbour."""

from __future__ import annotations

import re

from device_ingest.errors import Unreadable

# A string that is not closed runs to the end: looked at once, however many quotes it holds.
_MARKS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)|[\[\]{},]', re.DOTALL)
_OPENS, _CLOSES = (b"[", b"{"), (b"]", b"}")


def cut(body: bytes) -> list[bytes]:
    """The items as they were written, read by nobody yet. Raises `Unreadable` where the array has no end."""
    text = body.strip()
    depth, start, end, items = 0, 1, 0, []
    for found in _MARKS.finditer(text) if text[:1] == b"[" else ():
        mark = found[0]
        if mark in _OPENS:
            depth += 1
        elif mark in _CLOSES:
            depth -= 1
            if not depth:
                end = found.end()
                break
        elif mark == b"," and depth == 1:
            items.append(text[start : found.start()])
            start = found.end()
    if not end or end != len(text) or text[-1:] != b"]":
        raise Unreadable("the body is no JSON array")
    last = text[start : end - 1]
    return [*items, last] if items or last.strip() else []
