"""One subject over the school year: every mark, the class average, results, homework, absences (F225)."""

from __future__ import annotations

from datetime import timedelta

from connectors.kit.diary import Datum
from hub.deps import Deps
from hub.flows.show_diary.blocks import school_year_of
from hub.flows.show_diary.pages.frame import Asked, head, read
from hub.flows.show_diary.pages.views import SubjectView
from hub.flows.show_diary.results import progress_of
from hub.flows.show_diary.week import decoded
from hub.flows.views.items import AttendanceItem, AverageItem, FinalItem, HomeworkItem, MarkItem
from hub.flows.words import today_of
from hub.store.sessions import Visitor

DATA = frozenset({Datum.MARKS, Datum.AVERAGES, Datum.FINALS, Datum.HOMEWORK, Datum.ATTENDANCE})
AHEAD = timedelta(days=7)


async def show_subject(deps: Deps, visitor: Visitor, child: str, subject: str | None, asked: Asked) -> SubjectView:
    """Without a name the subject with the most marks; without dates the school year up to the homework of next week."""
    today = await today_of(deps, child)
    window = asked.window(school_year_of(today).start, today + AHEAD)
    seen = await read(deps, visitor, child, "diary.subject", DATA, window)
    marks = decoded(seen.of(Datum.MARKS), MarkItem)
    averages = decoded(seen.of(Datum.AVERAGES), AverageItem)
    finals = decoded(seen.of(Datum.FINALS), FinalItem)
    homework = decoded(seen.of(Datum.HOMEWORK), HomeworkItem)
    absences = [one for one in decoded(seen.of(Datum.ATTENDANCE), AttendanceItem) if one.kind != "present"]
    named: tuple[MarkItem | AverageItem | FinalItem | HomeworkItem, ...] = (*marks, *averages, *finals, *homework)
    names = sorted({one.subject for one in named})
    chosen = subject or max(names, key=lambda name: sum(one.subject == name for one in marks), default="")
    mine = [one for one in marks if one.subject == chosen]
    return SubjectView(
        **head(deps, visitor, seen, window),
        subject=chosen,
        subjects=tuple(names),
        progress=progress_of(chosen, mine, [one for one in averages if one.subject == chosen]) if chosen in names else None,
        finals=tuple(one for one in finals if one.subject == chosen),
        homework=tuple(one for one in reversed(homework) if one.subject == chosen),
        absences=tuple(one for one in absences if one.subject == chosen),
    )
