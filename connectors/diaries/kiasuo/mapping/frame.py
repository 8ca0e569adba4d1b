"""What every mapping step needs to know of the read: which system, when it was read, which days were asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from connectors.diaries.kiasuo.manifest import ZONE
from connectors.kit.diary import Origin
from connectors.kit.errors import Drifted
from connectors.kit.local_time import iso_day
from connectors.kit.ports import Window

KRASNOYARSK = ZoneInfo(ZONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One read of one child's diary."""

    system: str
    fetched_at: datetime
    window: Window

    def origin(self, id_: str, *, updated_at: datetime | None = None, **ids: str) -> Origin:
        named = {name: value for name, value in ids.items() if value}
        return Origin(system=self.system, id=id_, fetched_at=self.fetched_at, ids=named, updated_at=updated_at)

    def holds(self, day: date | None) -> bool:
        return day is not None and self.window.start <= day <= self.window.end

    def day(self, text: str, where: str) -> date:
        """`2026-11-16`, also as the beginning of a time."""
        return iso_day(self.system, text[:10], where)

    def instant(self, text: str, where: str) -> datetime:
        """A time with its offset; without one it is local."""
        try:
            found = datetime.fromisoformat(text)
            return (found if found.tzinfo else found.replace(tzinfo=KRASNOYARSK)).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise Drifted(self.system, where, "not a time") from error
