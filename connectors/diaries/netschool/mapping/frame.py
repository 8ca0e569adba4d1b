"""What every mapping step needs to know of the read: which system, in which zone, when it was read, which days were asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from connectors.kit.diary import Origin
from connectors.kit.local_time import iso_day, iso_moment
from connectors.kit.ports import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One read of one child's diary."""

    system: str
    zone: ZoneInfo
    fetched_at: datetime
    window: Window

    def origin(self, id_: int, **ids: str) -> Origin:
        named = {name: value for name, value in ids.items() if value}
        return Origin(system=self.system, id=str(id_), fetched_at=self.fetched_at, ids=named)

    def holds(self, day: date | None) -> bool:
        return day is not None and self.window.start <= day <= self.window.end

    def day(self, text: str, where: str) -> date:
        """Days come as `2026-11-16T00:00:00`."""
        return iso_day(self.system, text.partition("T")[0], where)

    def moment(self, text: str, where: str) -> datetime:
        return iso_moment(self.system, text, self.zone, where)


def weeks(window: Window) -> list[Window]:
    """The weeks that the window touches, Monday to Sunday: the diary is asked for by the week."""
    monday = window.start - timedelta(days=window.start.weekday())
    found = []
    while monday <= window.end:
        found.append(Window(start=monday, end=monday + timedelta(days=6)))
        monday += timedelta(days=7)
    return found
