"""What a diary's list of told days means for one notice; pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from connectors.kit.absences import AbsenceReason, AbsentDay, DayState
from hub.store.written.absences import Notice, NoticeState
from hub.store.written.entries import ASKED, STANDING, Entry, EntryDay, EntryState

SOON, USUAL = timedelta(minutes=5), timedelta(hours=6)
"""When a diary's list is looked at again: soon where something is open, seldom where all is well."""


def days_of(notice: Notice) -> tuple[date, ...]:
    """Whole days alone: no diary of ours takes single lessons."""
    if notice.told.lessons:
        return ()
    span = (notice.last_day - notice.first_day).days
    return tuple(notice.first_day + timedelta(days=shift) for shift in range(span + 1))


def reason_of(notice: Notice) -> AbsenceReason:
    return AbsenceReason(notice.told.kind) if notice.told.kind in set(AbsenceReason) else AbsenceReason.OTHER


def asked(known: Sequence[EntryDay], days: Collection[date]) -> tuple[EntryDay, ...]:
    """Before the answer is there: nobody knows of these days."""
    kept = tuple(one for one in known if one.day not in days)
    return tuple(sorted((*kept, *(EntryDay(day=day, state=ASKED) for day in days)), key=lambda one: one.day))


def seen(wanted: Collection[date], known: Sequence[EntryDay], listed: Sequence[AbsentDay]) -> tuple[EntryDay, ...]:
    """Those of the wanted days that stand there. Ours are those that we told, unless the diary names another account."""
    told = {one.day for one in known if one.ours}
    return tuple(
        EntryDay(day=one.day, state=one.state.value, ours=one.day in told and one.is_own is not False)
        for one in sorted(listed, key=lambda one: one.day)
        if one.day in wanted
    )


def with_asked(found: Sequence[EntryDay], known: Sequence[EntryDay]) -> tuple[EntryDay, ...]:
    """Days that nobody knows of stay ours: a sending may arrive after we looked."""
    there = {one.day for one in found}
    open_days = (one for one in known if one.state == ASKED and one.day not in there)
    return tuple(sorted((*found, *open_days), key=lambda one: one.day))


def missing(wanted: Collection[date], found: Sequence[EntryDay]) -> tuple[date, ...]:
    there = {one.day for one in found}
    return tuple(day for day in sorted(wanted) if day not in there)


def state_of(wanted: Collection[date], found: Sequence[EntryDay], before: Entry | None, *, otherwise: EntryState) -> EntryState:
    """`otherwise`: what it is called when nothing stands there and nothing did."""
    if found:
        return EntryState.PARTLY if missing(wanted, found) else EntryState.TAKEN
    stood = before is not None and (before.state in STANDING or before.state is EntryState.GONE)
    return EntryState.GONE if stood else otherwise


def verdict(wanted: Collection[date], found: Sequence[EntryDay]) -> NoticeState | None:
    """The school's word through the diary, once it has spoken of every day alike."""
    states = {one.state for one in found}
    if missing(wanted, found) or len(states) != 1:
        return None
    return {DayState.ACCEPTED.value: NoticeState.ACCEPTED, DayState.REJECTED.value: NoticeState.REJECTED}.get(states.pop())


def next_look(state: EntryState, last_day: date, *, now: datetime, open_question: bool) -> datetime | None:
    """None where nothing can change any more that the family would want to know."""
    if last_day < now.date() - timedelta(days=1):
        return None
    if open_question or state in (EntryState.UNKNOWN, EntryState.LEAVING):
        return now + SOON
    return now + USUAL if state in STANDING else None
