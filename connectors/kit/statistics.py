"""The figures by which a diary sums a child up, as it tells them itself (F108, F109)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from connectors.kit.record import Origin, Record


class Change(StrEnum):
    """How a figure moved since the source last counted it."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


class Figure(Record, frozen=True, kw_only=True):
    """One figure of the child's own: `name` is the source's key, `title` the words for people, `place` where the source lists it.

    `value` is the source's text; None where it says that it has no data, which is not a zero. `told_at` is when the source last counted."""

    origin: Origin
    name: str
    title: str
    place: int = 0
    value: str | None = None
    change: Change | None = None
    told_at: datetime | None = None
