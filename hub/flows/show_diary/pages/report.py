"""A report on progress for a chosen period, to read and to print (F205, F228)."""

from __future__ import annotations

from datetime import date, timedelta

from connectors.kit.diary import Datum
from hub.deps import Deps
from hub.flows.show_diary.blocks import school_year_of
from hub.flows.show_diary.pages.frame import Asked, dated_periods, head, read
from hub.flows.show_diary.pages.views import ReportRow, ReportView
from hub.flows.show_diary.results import progress_of
from hub.flows.show_diary.week import decoded
from hub.flows.views.items import AttendanceItem, AverageItem, FinalItem, LessonItem, MarkItem
from hub.flows.words import today_of
from hub.store.sessions import Visitor

DATA = frozenset({Datum.MARKS, Datum.AVERAGES, Datum.FINALS, Datum.ATTENDANCE, Datum.LESSONS})
DAYS = timedelta(days=30)


async def show_report(deps: Deps, visitor: Visitor, child: str, asked: Asked) -> ReportView:
    """Without dates the last 30 days of the school year."""
    today = await today_of(deps, child)
    window = asked.window(max(school_year_of(today).start, today - DAYS), today)
    seen = await read(deps, visitor, child, "diary.report", DATA, window)
    marks = decoded(seen.of(Datum.MARKS), MarkItem)
    averages = decoded(seen.of(Datum.AVERAGES), AverageItem)
    finals = decoded(seen.of(Datum.FINALS), FinalItem)
    absences = [one for one in decoded(seen.of(Datum.ATTENDANCE), AttendanceItem) if one.kind != "present"]
    lessons = [one for one in decoded(seen.of(Datum.LESSONS), LessonItem) if one.status != "cancelled"]
    named: tuple[MarkItem | LessonItem, ...] = (*marks, *lessons)
    top = head(deps, visitor, seen, window)

    def row(name: str) -> ReportRow:
        mine = [one for one in lessons if one.subject == name]
        told = progress_of(name, [one for one in marks if one.subject == name], [one for one in averages if one.subject == name])
        return ReportRow(
            subject=name,
            marks=told.marks,
            our_average=told.our_average,
            averages=tuple(one.average for one in told.averages if one.average and _touches(one, window.start, window.end)),
            finals=tuple(one for one in finals if one.subject == name and _touches(one, window.start, window.end)),
            absences=sum(one.subject == name for one in absences),
            held=_held(mine, top["today"]),
            lessons=len(mine),
        )

    return ReportView(
        **top,
        rows=tuple(row(name) for name in sorted({one.subject for one in named})),
        periods=dated_periods(finals),
        marks=len(marks),
        absences=len(absences),
        held=_held(lessons, top["today"]),
        lessons=len(lessons),
    )


def _held(lessons: list[LessonItem], today: date) -> int:
    """Not every diary says which lessons were held: what lies before today was."""
    return sum(one.date < today or one.status == "held" for one in lessons)


def _touches(one: FinalItem | AverageItem, start: date, end: date) -> bool:
    """Its period ends within the days, or goes on over them; a period without dates is left out."""
    period = one.period_info
    return period.start is not None and period.end is not None and period.start <= end and start <= period.end and period.kind != "year"
