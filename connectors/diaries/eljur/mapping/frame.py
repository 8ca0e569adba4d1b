"""What every mapping step needs to know of the read, and the platform's way with days, maps and lists."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from connectors.kit.diary import Origin
from connectors.kit.local_time import iso_day
from connectors.kit.ports import Window

MOSCOW = ZoneInfo("Europe/Moscow")
_DAY = re.compile(r"(\d{4})[.-]?(\d{2})[.-]?(\d{2})")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One read of one child's diary."""

    system: str
    zone: ZoneInfo
    fetched_at: datetime
    window: Window

    def origin(self, id_: str, **ids: str) -> Origin:
        return Origin(system=self.system, id=id_, fetched_at=self.fetched_at, ids={name: value for name, value in ids.items() if value})

    def holds(self, day: date | None) -> bool:
        return day is not None and self.window.start <= day <= self.window.end

    def day(self, text: str, where: str) -> date:
        """Days come as `20261116`, in marks as `2026-11-16`; the documentation has dots too."""
        match = _DAY.fullmatch(text)
        return iso_day(self.system, "-".join(match.groups()) if match else text, where)


def days_of(window: Window) -> str:
    """A range, both ends included."""
    return f"{window.start:%Y%m%d}-{window.end:%Y%m%d}"


def listed(typed: Mapping[str, T] | Sequence[T] | None, plain: Any) -> list[tuple[str, T, Any]]:
    """The members of what comes as a map by key or as a list, an empty map always as a list; the key, or the place from 1."""
    if isinstance(typed, Mapping):
        return [(key, one, plain[key]) for key, one in typed.items()]
    return [(str(place), one, kept) for place, (one, kept) in enumerate(zip(typed or (), plain or (), strict=True), 1)]
