"""Identifiers as the platform makes them: 64-bit integers above 2^53, so that a reader that takes them for doubles loses digits."""

from __future__ import annotations

import hashlib
from typing import Final

SPAN: Final = 10**17
"""Every kind of object has its own span of numbers; the lowest span begins above 2^53 already."""

KINDS: Final = (
    "person", "user", "school", "group", "subject", "lesson", "work", "mark", "homework", "final", "final_work", "task", "period",
    "work_type", "file", "place", "timetable", "holiday", "section", "criterion", "loose_work",
    "invite",
)  # fmt: skip
_BASES: Final = {kind: (place + 1) * SPAN for place, kind in enumerate(KINDS)}


def numbered(kind: str, number: int) -> int:
    """The id of an object that already has a stable number in the town."""
    return _BASES[kind] + number % SPAN


def named(kind: str, *parts: object) -> int:
    """The id of an object that the town knows by name only."""
    digest = hashlib.sha256(":".join(map(str, (kind, *parts))).encode()).digest()
    return _BASES[kind] + int.from_bytes(digest[:6])


def with_text(**ids: int | None) -> dict[str, object]:
    """Each id beside its string twin: `id` and `id_str`."""
    pairs: dict[str, object] = {}
    for key, value in ids.items():
        pairs[key] = value
        pairs[f"{key}_str"] = None if value is None else str(value)
    return pairs


def number_behind(kind: str, number: int) -> int | None:
    """The town's own number behind an id that `numbered` made; None for an id of another kind."""
    own = number - _BASES[kind]
    return own if 0 <= own < SPAN else None
