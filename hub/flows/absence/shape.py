"""One stored notice as the family sees it; pure but for the author's name, read in the caller's unit."""

from __future__ import annotations

from datetime import datetime

from connectors.kit.absences import DayState
from hub.deps import Deps
from hub.flows.absence.register import of_entry, own_registers
from hub.flows.absence.standing import days_of, missing
from hub.flows.views.written.absence import AbsenceView, DiaryEntry
from hub.flows.words import title_of
from hub.store.written import entries
from hub.store.written.absences import Notice, NoticeState
from hub.store.written.entries import ASKED, STANDING, Entry, EntryState
from hub.store.written.letters import GOING, LetterState
from identity.model import PersonId
from identity.store import person

CLOSED = frozenset({EntryState.SENDING, EntryState.REMOVED, EntryState.GONE, EntryState.FAILED, EntryState.REFUSED})
"""Nothing to look for in the diary any more, or not yet; but for days that were asked for and may arrive late."""
AGAIN = frozenset({LetterState.FAILED, LetterState.UNKNOWN})


def letter_state(notice: Notice, now: datetime) -> LetterState | None:
    """A letter still under way after two minutes was left behind by a process that ended."""
    if notice.letter is None:
        return None
    state = LetterState(notice.letter)
    return LetterState.UNKNOWN if state is LetterState.SENDING and notice.created_at < now - GOING else state


def family_view(deps: Deps, notice: Notice, *, who: str, may_act: bool, sees_reason: bool) -> AbsenceView:
    author = person(deps.keys, PersonId(notice.author))
    letter = letter_state(notice, deps.now())
    carried = letter in (LetterState.SENT, LetterState.UNKNOWN)
    waiting = notice.state in (NoticeState.SENT, NoticeState.DRAFT)
    diary = _diary(deps, notice, who if may_act else "")
    entered = diary is not None and diary.state in {*STANDING, EntryState.UNKNOWN, EntryState.SENDING}
    again = letter in AGAIN or notice.state is NoticeState.DRAFT or (diary is not None and diary.state in entries.AGAIN)
    return AbsenceView(
        id=notice.id,
        first_day=notice.first_day,
        last_day=notice.last_day,
        lessons=notice.told.lessons,
        kind=notice.told.kind if sees_reason else "",
        reason=notice.told.reason if sees_reason else None,
        state=notice.state.value,
        channels=(*(("office",) if notice.school else ()), *(("letter",) if carried else ()), *(("diary",) if entered else ())),
        author=author.first_name if author else "",
        letter=letter.value if letter else None,
        title=title_of(deps.diaries, notice.system) if notice.system else "",
        answer=notice.answer,
        sent_at=notice.sent_at,
        decided_at=notice.decided_at,
        may_withdraw=may_act and waiting,
        may_retry=may_act and waiting and who == notice.author and again,
        diary=diary,
    )


def _is_open(entry: Entry) -> bool:
    return entry.state not in CLOSED or (entry.state is EntryState.FAILED and any(one.state == ASKED for one in entry.days))


def _diary(deps: Deps, notice: Notice, who: str) -> DiaryEntry | None:
    """`who` may look at it again, through an own account; empty for nobody."""
    entry = entries.find(deps.keys, notice.id, now=deps.now())
    if entry is None:
        return None
    there = tuple(one for one in entry.days if one.state != ASKED)
    return DiaryEntry(
        state=entry.state.value,
        system=entry.system,
        title=title_of(deps.diaries, entry.system),
        missing=missing(days_of(notice), there) if entry.state is EntryState.PARTLY else (),
        rejected=tuple(one.day for one in there if one.state == DayState.REJECTED),
        says=entry.says,
        checked_at=entry.checked_at,
        may_check=bool(who) and _is_open(entry) and of_entry(own_registers(deps, who, notice.child), entry) is not None,
    )
