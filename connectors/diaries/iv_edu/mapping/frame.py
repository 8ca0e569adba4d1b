"""What every mapping step needs to know of the read: which system, when it was read, which days were asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from connectors.diaries.iv_edu.manifest import ZONE
from connectors.kit.diary import Origin
from connectors.kit.local_time import iso_moment
from connectors.kit.ports import Window

IVANOVO = ZoneInfo(ZONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One read of one child's diary."""

    system: str
    fetched_at: datetime
    window: Window

    @property
    def today(self) -> date:
        return self.fetched_at.astimezone(IVANOVO).date()

    def origin(self, id_: str | int, *, updated_at: datetime | None = None, **ids: str) -> Origin:
        named = {name: value for name, value in ids.items() if value}
        return Origin(system=self.system, id=str(id_), fetched_at=self.fetched_at, ids=named, updated_at=updated_at)

    def holds(self, day: date | None) -> bool:
        return day is not None and self.window.start <= day <= self.window.end

    def moment(self, text: str, where: str) -> datetime:
        return iso_moment(self.system, text, IVANOVO, where)


def weeks(window: Window) -> list[str]:
    """The ISO weeks that the window touches; the year is the ISO year, which differs around New Year."""
    day = window.start - timedelta(days=window.start.weekday())
    found = []
    while day <= window.end:
        year, week, _ = day.isocalendar()
        found.append(f"{year}-W{week:02d}")
        day += timedelta(days=7)
    return found
