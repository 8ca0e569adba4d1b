"""The words of a provider's register: its lines, the payments they are held against, and the classes of differences (RULES D10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

DAYS_OF = ZoneInfo("Europe/Moscow")
"""The day of a register is Moscow's."""


class Kind(StrEnum):
    """The classes of work items."""

    OURS_ONLY = "ours_only"
    THEIRS_ONLY = "theirs_only"
    SUM_DIFFERS = "sum_differs"
    DUPLICATE = "duplicate"
    DATE_SHIFT = "date_shift"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`number` is the line's in the file, from one."""

    number: int
    key: str
    at: datetime
    account: str
    amount_kop: int
    fee_kop: int = 0
    place: str = ""

    @property
    def day(self) -> date:
        return self.at.astimezone(DAYS_OF).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """A payment of this provider as the ledger has it; `account` is the contract's number, or nothing where it waits in suspense."""

    key: str
    account: str
    amount_kop: int
    day: date
    school: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """`place` tells several of one kind and id apart. `note` is a code: `account_differs`, `contradictory`, `other_register`."""

    kind: Kind
    key: str
    ours: Ours | None = None
    line: Line | None = None
    place: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A line as an earlier import took it, with the day of its register."""

    line: Line
    day: date
