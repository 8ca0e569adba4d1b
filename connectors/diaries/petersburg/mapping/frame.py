"""What every mapping step needs to know of the read: which system, when it was read, which days were asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from connectors.kit.diary import Origin
from connectors.kit.ports import Window

ZONE = "Europe/Moscow"
MOSCOW = ZoneInfo(ZONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One read of one child's diary."""

    system: str
    fetched_at: datetime
    window: Window

    def origin(self, id_: str, **ids: str) -> Origin:
        return Origin(system=self.system, id=id_, fetched_at=self.fetched_at, ids={name: value for name, value in ids.items() if value})

    def holds(self, day: date | None) -> bool:
        return day is not None and self.window.start <= day <= self.window.end
