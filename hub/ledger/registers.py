"""The words of a provider's register: its lines, the payments they are held against, and the classes of differences (RULES D10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

DAYS_OF = ZoneInfo("Europe/Moscow")
"""The day of a register is Moscow's."""
YEARS = range(1970, 2100)
"""Beyond them nobody pays; at the calendar's very edge a time has no place in another zone."""


class Kind(StrEnum):
    """The classes of work items."""

    OURS_ONLY = "ours_only"
    THEIRS_ONLY = "theirs_only"
    SUM_DIFFERS = "sum_differs"
    DUPLICATE = "duplicate"
    DATE_SHIFT = "date_shift"
    FEE_DIFFERS = "fee_differs"
    REVERSED = "reversed_by_provider"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`number` is the line's in the file, from one. `by_order`: `account` is our own number of the payment, not a contract's.

    `fee_due_kop` is what the contract lets the provider keep of it; none where nobody has agreed on anything. `part` counts the visits in
    which one payment was made, from one; 0 where there are none.
    """

    number: int
    key: str
    at: datetime
    account: str
    amount_kop: int
    fee_kop: int = 0
    place: str = ""
    by_order: bool = False
    fee_due_kop: int | None = None
    part: int = 0

    @property
    def day(self) -> date:
        return self.at.astimezone(DAYS_OF).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """A payment of this provider as the ledger has it; `account` is the contract's number, or nothing where it waits in suspense.

    `order` is our own number of it, where it had one.
    """

    key: str
    account: str
    amount_kop: int
    day: date
    school: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """`place` tells several of one kind and id apart. `note` is a code: `account_differs`, `contradictory`, `other_register`.

    Of a fee that differs the two sums are what was agreed and what was kept.
    """

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
