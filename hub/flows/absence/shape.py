"""One stored notice as the family sees it; pure but for the author's name, read in the caller's unit."""

from __future__ import annotations

from datetime import datetime

from hub.deps import Deps
from hub.flows.views.written.absence import AbsenceView
from hub.flows.words import title_of
from hub.store.written.absences import Notice, NoticeState
from hub.store.written.letters import GOING, LetterState
from identity.model import PersonId
from identity.store import person

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
    return AbsenceView(
        id=notice.id,
        first_day=notice.first_day,
        last_day=notice.last_day,
        lessons=notice.told.lessons,
        kind=notice.told.kind if sees_reason else "",
        reason=notice.told.reason if sees_reason else None,
        state=notice.state.value,
        channels=(*(("office",) if notice.school else ()), *(("letter",) if carried else ())),
        author=author.first_name if author else "",
        letter=letter.value if letter else None,
        title=title_of(deps.diaries, notice.system) if notice.system else "",
        answer=notice.answer,
        sent_at=notice.sent_at,
        decided_at=notice.decided_at,
        may_withdraw=may_act and waiting,
        may_retry=may_act and waiting and who == notice.author and (letter in AGAIN or notice.state is NoticeState.DRAFT),
    )
