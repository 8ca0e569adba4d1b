"""What every mapping step needs to know of the read: which system, when it was read, which days were asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from connectors.diaries.ruobr.manifest import ZONE
from connectors.kit.diary import Origin
from connectors.kit.ports import Window

KUZBASS = ZoneInfo(ZONE)


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


def means_none(text: str) -> bool:
    """0 and 0.0 stand for «no mark yet»."""
    try:
        return Decimal(text.replace(",", ".")) == 0
    except InvalidOperation:
        return not text.strip()
