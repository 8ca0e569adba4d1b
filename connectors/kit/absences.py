"""Notices of absence that a diary takes itself, by the day (facts/diaries.md 2, `AbsenceNotice`)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Protocol, runtime_checkable

from connectors.kit.diary import DiaryChild, Record
from connectors.kit.ports import Access, DiaryPort


class AbsenceReason(StrEnum):
    """Why a child stays away; a diary with fewer reasons takes the nearest, one that demands a reason takes `OTHER` for none."""

    ILL = "ill"
    DOCTOR = "doctor"
    FAMILY = "family"
    EVENT = "event"
    OTHER = "other"


class DayState(StrEnum):
    """`SENT`: it stands there, and the school has said nothing of it, or never does in this diary."""

    SENT = "sent"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class AbsentDay(Record, frozen=True, kw_only=True):
    """One day that the family told, as the diary lists it. `is_own`: told by this account; None where the diary does not say.

    `reason` and `comment` are the family's words, `answer` the school's."""

    day: date
    state: DayState = DayState.SENT
    reason: str = ""
    comment: str = ""
    answer: str = ""
    is_own: bool | None = None


@runtime_checkable
class AbsencePort(DiaryPort, Protocol):
    """A diary that takes notices of absence for whole days. Errors: the eight; `AccessDenied` for an account that may not tell (a pupil's).

    All three answer the days that stand there now; days of past weeks may be left out. `announce` and `withdraw` are asked once
    and never repeated: after `TimedOut` look at `absent_days` first. What of the asked days is not in the answer was not taken;
    `Rejected` says that none of them was. Withdrawing a day that does not stand there is harmless."""

    async def absent_days(self, access: Access, child: DiaryChild) -> tuple[AbsentDay, ...]: ...

    async def announce(
        self, access: Access, child: DiaryChild, days: tuple[date, ...], *, reason: AbsenceReason, comment: str = ""
    ) -> tuple[AbsentDay, ...]: ...

    async def withdraw(self, access: Access, child: DiaryChild, days: tuple[date, ...]) -> tuple[AbsentDay, ...]: ...
