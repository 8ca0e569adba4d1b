"""What every mapping step needs to know of the read, and how the cabinet says that it has no data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from connectors.diaries.digital_school.manifest import ZONE
from connectors.diaries.digital_school.mapping.wire import Said
from connectors.kit.diary import Origin
from connectors.kit.errors import Drifted
from connectors.kit.local_time import dotted_day, dotted_moment
from connectors.kit.plain_text import plain_text
from connectors.kit.ports import Window

KHABAROVSK = ZoneInfo(ZONE)
_NOTHING = "нет данных"


def said(value: Said) -> str:
    """The text of a value; empty where the cabinet has no data."""
    text = "" if value is None else str(value).strip()
    return "" if text.casefold() == _NOTHING else text


def words(value: Said) -> str:
    """The same as plain text, for people."""
    return plain_text(said(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One read of one child's diary."""

    system: str
    fetched_at: datetime
    window: Window

    def origin(self, id_: int | str) -> Origin:
        return Origin(system=self.system, id=str(id_), fetched_at=self.fetched_at)

    def holds(self, day: date | None) -> bool:
        return day is not None and self.window.start <= day <= self.window.end

    def day(self, text: str, where: str) -> date:
        return dotted_day(self.system, text, where)

    def maybe_day(self, value: Said, where: str) -> date | None:
        text = said(value)
        return dotted_day(self.system, text, where) if text else None

    def moment(self, text: str, where: str) -> datetime:
        return dotted_moment(self.system, text, KHABAROVSK, where)

    def maybe_moment(self, value: Said, where: str) -> datetime | None:
        text = said(value)
        return self.moment(text, where) if text else None

    def whole(self, value: Said, where: str) -> int | None:
        text = said(value)
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 16):
            raise Drifted(self.system, where, "not a number")
        return int(text)

    def decimal(self, value: Said, where: str) -> Decimal | None:
        """`1,5`: the cabinet writes a comma."""
        text = said(value).replace(",", ".")
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation as error:
            raise Drifted(self.system, where, "not a decimal") from error
        if not number.is_finite():
            raise Drifted(self.system, where, "not a decimal")
        return number
