"""What a diary's list of told days means for a notice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from connectors.kit.absences import AbsentDay, DayState
from hub.flows.absence.standing import SOON, USUAL, asked, missing, next_look, seen, state_of, verdict, with_asked
from hub.store.written.absences import NoticeState
from hub.store.written.entries import Entry, EntryDay, EntryState

MON, TUE, WED = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
WANTED = (MON, TUE)


def day(at: date, state: DayState = DayState.SENT, *, own: bool | None = True) -> AbsentDay:
    return AbsentDay(day=at, state=state, is_own=own)


def entry(state: EntryState) -> Entry:
    return Entry(id="n", link="l", system="mes", state=state, days=(), last_day=TUE, checked_at=None)


@pytest.mark.parametrize(
    ("told", "own", "ours"), [(True, True, True), (True, None, True), (True, False, False), (False, True, False), (False, None, False)]
)
def test_ours_is_what_we_told_unless_the_diary_names_another(told: bool, own: bool | None, ours: bool) -> None:
    known = asked((), (MON,)) if told else ()
    assert seen(WANTED, known, [day(MON, own=own), day(WED)]) == (EntryDay(day=MON, state="sent", ours=ours),)


@pytest.mark.parametrize(
    ("there", "before", "state"),
    [
        ((MON, TUE), None, EntryState.TAKEN),
        ((TUE,), None, EntryState.PARTLY),
        ((), None, EntryState.FAILED),
        ((), EntryState.UNKNOWN, EntryState.FAILED),
        ((), EntryState.TAKEN, EntryState.GONE),
        ((), EntryState.GONE, EntryState.GONE),
    ],
)
def test_the_state_is_what_stands_there(there: tuple[date, ...], before: EntryState | None, state: EntryState) -> None:
    found = tuple(EntryDay(day=one, state="sent") for one in there)
    assert state_of(WANTED, found, entry(before) if before else None, otherwise=EntryState.FAILED) is state


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ((DayState.ACCEPTED, DayState.ACCEPTED), NoticeState.ACCEPTED),
        ((DayState.REJECTED, DayState.REJECTED), NoticeState.REJECTED),
        ((DayState.ACCEPTED, DayState.REJECTED), None),
        ((DayState.ACCEPTED, DayState.SENT), None),
        ((DayState.ACCEPTED,), None),
        ((), None),
    ],
)
def test_the_school_has_spoken_once_it_said_the_same_of_every_day(states: tuple[DayState, ...], said: NoticeState | None) -> None:
    assert verdict(WANTED, [EntryDay(day=at, state=state.value) for at, state in zip(WANTED, states, strict=False)]) is said


def test_days_that_nobody_knows_of_stay_ours_until_they_are_seen() -> None:
    known = asked((), WANTED)
    found = seen(WANTED, known, [day(TUE)])
    assert [(one.day, one.state) for one in with_asked(found, known)] == [(MON, "asked"), (TUE, "sent")]
    assert missing(WANTED, found) == (MON,)


@pytest.mark.parametrize(
    ("state", "is_open", "days", "after"),
    [
        (EntryState.TAKEN, False, 0, USUAL), (EntryState.PARTLY, False, 0, USUAL), (EntryState.UNKNOWN, False, 0, SOON),
        (EntryState.LEAVING, False, 0, SOON), (EntryState.FAILED, True, 0, SOON), (EntryState.FAILED, False, 0, None),
        (EntryState.REMOVED, False, 0, None), (EntryState.TAKEN, False, 4, None),
    ],
)  # fmt: skip
def test_the_list_is_looked_at_while_something_may_change(state: EntryState, is_open: bool, days: int, after: timedelta | None) -> None:
    now = NOW + timedelta(days=days)
    assert next_look(state, TUE, now=now, open_question=is_open) == (None if after is None else now + after)
