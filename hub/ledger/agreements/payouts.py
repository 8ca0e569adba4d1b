"""The states of a payout, what may follow what, and its term, pure (RULES D9; F156)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

DUE_DAYS = 10


class PayoutState(StrEnum):
    """`OPEN` waits for the payer's choice, `READY` for the first officer, `SIGNED` for the second, `SENDING` for the acquirer.

    `FAILED` and `RETURNED` wait for another choice: the money is still here."""

    OPEN = "open"
    READY = "ready"
    SIGNED = "signed"
    SENDING = "sending"
    DONE = "done"
    FAILED = "failed"
    RETURNED = "returned"


class Way(StrEnum):
    REFUND = "refund"
    REQUISITES = "requisites"
    SIBLING = "sibling"


class Reason(StrEnum):
    """Why the contract ended; `LATE`: money that came after its end."""

    PAYER = "payer"
    PUPIL_LEFT = "pupil_left"
    SCHOOL = "school"
    SCHOOL_ALL = "school_all"
    LATE = "late"


CHOOSABLE = frozenset({PayoutState.OPEN, PayoutState.READY, PayoutState.FAILED, PayoutState.RETURNED})
"""Until somebody signed it the payer may choose, and choose again."""
JOINED = frozenset({PayoutState.OPEN, PayoutState.FAILED, PayoutState.RETURNED})
"""Late money joins one that nobody has begun to pay."""
NEXT: Mapping[PayoutState, frozenset[PayoutState]] = MappingProxyType(
    {
        PayoutState.OPEN: frozenset({PayoutState.READY, PayoutState.SENDING, PayoutState.DONE}),
        PayoutState.READY: frozenset({PayoutState.READY, PayoutState.SIGNED, PayoutState.SENDING, PayoutState.DONE, PayoutState.FAILED}),
        PayoutState.SIGNED: frozenset({PayoutState.DONE, PayoutState.FAILED}),
        PayoutState.SENDING: frozenset({PayoutState.DONE, PayoutState.FAILED}),
        PayoutState.DONE: frozenset({PayoutState.RETURNED}),
        PayoutState.FAILED: frozenset({PayoutState.READY, PayoutState.SENDING, PayoutState.DONE}),
        PayoutState.RETURNED: frozenset({PayoutState.READY, PayoutState.SENDING, PayoutState.DONE}),
    }
)


def may_follow(now: PayoutState, then: PayoutState) -> bool:
    return then in NEXT[now]


def due_of(at: datetime, zone: str) -> datetime:
    """The end of the tenth calendar day after this one, where the school is."""
    here = at.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return here + timedelta(days=DUE_DAYS + 1)


def last_day_of(due: datetime, zone: str) -> date:
    """The last calendar day of the term, where the school is."""
    return (due.astimezone(ZoneInfo(zone)) - timedelta(seconds=1)).date()


def days_left(due: datetime, now: datetime, zone: str) -> int:
    """Whole calendar days until the last day; 0 on it, below zero when it is over."""
    return (last_day_of(due, zone) - now.astimezone(ZoneInfo(zone)).date()).days
