"""What every record of one read shares, and how the payload's texts become values; a difference is `Drifted` with its path."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime
from typing import Any, TypeVar

import msgspec

from connectors.kit.diary import Origin
from connectors.kit.errors import Drifted
from connectors.kit.local_time import iso_day
from connectors.kit.ports import Window

Wire = TypeVar("Wire")
_PATH = re.compile(r"`(\$[^`]*)`")


def read(system: str, data: Any, wire: type[Wire]) -> Wire:
    """The payload as `wire`."""
    try:
        return msgspec.convert(data, type=wire, strict=False)
    except msgspec.ValidationError as error:
        where = _PATH.search(str(error))
        raise Drifted(system, where.group(1) if where else "$", str(error)) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    system: str
    fetched_at: datetime
    window: Window

    def origin(self, id_: str, *, updated_at: datetime | None = None) -> Origin:
        return Origin(system=self.system, id=id_, fetched_at=self.fetched_at, updated_at=updated_at)

    def holds(self, day: date) -> bool:
        return self.window.start <= day <= self.window.end

    def day(self, text: str, where: str) -> date:
        return iso_day(self.system, text, where)

    def moment(self, text: str, where: str) -> datetime | None:
        """None for an absent one; a time without an offset belongs to nobody's clock."""
        return told(self.system, text, where).astimezone(UTC) if text else None


def told(system: str, text: str, where: str) -> datetime:
    """`2026-11-16T08:30:00+03:00`, with the offset that was written."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Drifted(system, where, "not a time") from error
    if found.tzinfo is None:
        raise Drifted(system, where, "a time without an offset")
    if not 1 < found.year < MAXYEAR:
        raise Drifted(system, where, "a time at the end of the calendar, which UTC may not have")
    return found
