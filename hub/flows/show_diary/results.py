"""The year's results by subject and period, and the progress of a child against the class average."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from connectors.kit.diary import Datum
from connectors.kit.ports import Window
from hub.deps import Deps
from hub.flows.show_diary.blocks import school_year_name, school_year_of
from hub.flows.show_diary.known import Wish
from hub.flows.show_diary.sources import look
from hub.flows.show_diary.week import decoded, head_of, zone_of
from hub.flows.views.diary import FinalRow, FinalsView, ProgressPoint, ProgressView, SubjectProgress
from hub.flows.views.items import AverageItem, FigureItem, FinalItem, MarkItem, PeriodView
from hub.flows.words import today_of
from hub.store.sessions import Visitor

PROGRESS_DAYS = 90
_KINDS = ("quarter", "trimester", "semester", "module", "unknown", "year", "exam", "final")


async def show_finals(deps: Deps, visitor: Visitor, child: str, *, day: date | None = None, forced: bool = False) -> FinalsView:
    """The school year of that day, or of today."""
    year = school_year_of(day or await today_of(deps, child))
    wish = Wish(child=child, data=frozenset({Datum.FINALS}), window=year, page="diary.finals", forced=forced)
    seen = await look(deps, visitor, wish, pupils=True)
    finals = decoded(seen.of(Datum.FINALS), FinalItem)
    periods = _periods(finals)
    cells = {(final.subject, period_key(final.period_info)): final for final in finals}
    rows = tuple(
        FinalRow(subject=subject, cells=tuple(cells.get((subject, period_key(period))) for period in periods))
        for subject in sorted({final.subject for final in finals})
    )
    return FinalsView(
        child=head_of(visitor, seen),
        school_year=school_year_name(year),
        start=year.start,
        end=year.end,
        periods=periods,
        rows=rows,
        sources=seen.states,
    )


def period_key(period: PeriodView) -> tuple[str, int | str]:
    """One column for a period that two systems name differently."""
    return period.kind, period.name if period.number is None else period.number


def _periods(finals: Iterable[FinalItem]) -> tuple[PeriodView, ...]:
    found: dict[tuple[str, int | str], PeriodView] = {}
    for final in finals:
        found.setdefault(period_key(final.period_info), final.period_info)

    def place(period: PeriodView) -> tuple[int, int, str]:
        kind = _KINDS.index(period.kind) if period.kind in _KINDS else len(_KINDS)
        return (kind, period.number or 0, period.name)

    return tuple(sorted(found.values(), key=place))


async def show_progress(
    deps: Deps, visitor: Visitor, child: str, *, start: date | None = None, end: date | None = None, figures: bool = False
) -> ProgressView:
    """Marks over time by subject; without dates the last 90 days of the school year. `figures`: with those that the diary tells itself."""
    last = end or await today_of(deps, child)
    first = start or max(school_year_of(last).start, last - timedelta(days=PROGRESS_DAYS))
    window = Window(start=min(first, last), end=last)
    data = frozenset({Datum.MARKS, Datum.AVERAGES, *((Datum.STATISTICS,) if figures else ())})
    wish = Wish(child=child, data=data, window=window, page="diary.progress")
    seen = await look(deps, visitor, wish, pupils=True)
    marks = decoded(seen.of(Datum.MARKS), MarkItem)
    averages = decoded(seen.of(Datum.AVERAGES), AverageItem)
    subjects = sorted({mark.subject for mark in marks} | {average.subject for average in averages})
    return ProgressView(
        child=head_of(visitor, seen),
        start=window.start,
        end=window.end,
        subjects=tuple(
            progress_of(subject, [one for one in marks if one.subject == subject], [one for one in averages if one.subject == subject])
            for subject in subjects
        ),
        sources=seen.states,
        zone=zone_of(seen.child, seen.pupils),
        figures=tuple(decoded(seen.of(Datum.STATISTICS), FigureItem)),
    )


def progress_of(subject: str, marks: list[MarkItem], averages: list[AverageItem]) -> SubjectProgress:
    """The marks of one subject in their order, with our own running average."""
    points: list[ProgressPoint] = []
    total = weights = 0.0
    for mark in marks:
        numbers = counted(mark)
        if not numbers or mark.date is None:
            continue
        weight = 1.0 if mark.weight is None else mark.weight
        total += sum(numbers) * weight
        weights += len(numbers) * weight
        if weights:
            points.append(ProgressPoint(date=mark.date, value=mark.value, average=round(total / weights, 2)))
    return SubjectProgress(
        subject=subject,
        marks=tuple(marks),
        points=tuple(points),
        our_average=points[-1].average if points else None,
        averages=tuple(averages),
    )


def counted(mark: MarkItem) -> list[float]:
    """The numbers of a mark that go into our own average: each part of «4/5» counts as a mark of its own (RULES C1)."""
    if mark.counts_in_average is False or mark.scale != "five":
        return []
    if mark.number is not None:
        return [mark.number]
    return [float(number) for part in mark.parts if (number := part.rstrip("+-")) in {"1", "2", "3", "4", "5"}]
