"""What every mapping step needs to know of the read, and the platform's dates: with offset, naive local, or alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from connectors.kit.diary import Origin
from connectors.kit.errors import Drifted
from connectors.kit.local_time import dotted_day, iso_day, iso_moment
from connectors.kit.ports import Window

Listed = Sequence[tuple[Any, Any]]
"""Members of an answer's list, each with its original."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One read of one child's diary."""

    system: str
    zone: ZoneInfo
    fetched_at: datetime
    window: Window
    days: dict[str, date] = field(default_factory=dict)
    """Days that were read before: an answer repeats each many times."""

    def origin(self, id_: str, *, updated_at: datetime | None = None, **ids: str) -> Origin:
        named = {name: value for name, value in ids.items() if value}
        return Origin(system=self.system, id=id_, fetched_at=self.fetched_at, ids=named, updated_at=updated_at)

    def holds(self, day: date | None) -> bool:
        return day is not None and self.window.start <= day <= self.window.end

    def day(self, text: str, where: str) -> date:
        """`2026-11-20`, `20.11.2026`, or either with a time behind it, which is the school's own."""
        plain = text.strip()[:10]
        known = self.days.get(plain)
        if known is None:
            known = dotted_day(self.system, plain, where) if "." in plain else iso_day(self.system, plain, where)
            self.days[plain] = known
        return known

    def maybe_day(self, text: str | None, where: str) -> date | None:
        return self.day(text, where) if text else None

    def moment(self, text: str, where: str) -> datetime:
        """A time without an offset is the school's."""
        try:
            told = datetime.fromisoformat(text)
            if told.tzinfo is not None:
                return told.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise Drifted(self.system, where, "not a time") from error
        return iso_moment(self.system, text, self.zone, where)

    def maybe_moment(self, text: str | None, where: str) -> datetime | None:
        return self.moment(text, where) if text else None
