"""Period marks, which name their periods by title, and the running averages of the term, as the platform wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from connectors.diaries.eljur.mapping import wire
from connectors.diaries.eljur.mapping.frame import Frame, listed
from connectors.kit.answers import original, text_of
from connectors.kit.diary import Final, Period, SubjectAverage, Term
from connectors.kit.local_time import school_year
from connectors.kit.marks import read_mark
from connectors.kit.period_names import kind_of, number_of
from connectors.kit.plain_text import plain_text
from connectors.kit.terms import of_days_off, of_periods


def periods(frame: Frame, answer: wire.Terms, plain: Any) -> tuple[Period, ...]:
    """The terms with their dates; the year is not among them."""
    found = []
    for place, one, _ in listed(answer.periods, plain["periods"]):
        where = f"$.periods.{place}"
        start = frame.day(one.start, f"{where}.start") if one.start else None
        end = frame.day(one.end, f"{where}.end") if one.end else None
        found.append(_period(frame, plain_text(one.name), start, end))
    return tuple(found)


def _period(frame: Frame, name: str, start: date | None = None, end: date | None = None) -> Period:
    year = school_year(start or frame.fetched_at.astimezone(frame.zone).date())
    return Period(id=f"{year} {name}", kind=kind_of(name), name=name, number=number_of(name), start=start, end=end, school_year=year)


def terms(frame: Frame, known: Sequence[Period], diaries: Sequence[tuple[wire.Diary, Any]]) -> tuple[Term, ...]:
    """The periods of the year, and the days off that the diary names."""
    off = {
        frame.day(day.name, f"$.days.{key}.name"): plain_text(day.holiday_name)
        for diary, plain in diaries
        for key, day, _ in listed(diary.days, plain["days"])
        if day.holiday_name
    }
    return (*of_periods(known, frame.origin), *of_days_off(off, frame.origin))


def running(frame: Frame, terms: Sequence[Period]) -> Period | None:
    """The term of the day it is read; in holidays the one before."""
    today = frame.fetched_at.astimezone(frame.zone).date()
    begun = [term for term in terms if term.start and term.end and term.start <= today]
    # A half-year may be listed beside its quarters: the shorter one began later.
    return max(begun, key=lambda term: (term.start or today, term.end or today)) if begun else None


def finals(frame: Frame, answer: wire.Results, plain: Any, terms: Sequence[Period]) -> tuple[Final, ...]:
    """One record for each mark; the year and the exams have no dates."""
    known = {term.name: term for term in terms}
    records = []
    for at, subject, kept in listed(answer.items, plain["items"]):
        for place, one, own in listed(subject.assessments, kept["assessments"]):
            reading = read_mark(text_of(frame.system, one.value, f"$.items.{at}.assessments.{place}.value"))
            if reading.empty:
                continue
            name = plain_text(one.period)
            period = known.get(name) or _period(frame, name)
            records.append(
                Final(
                    origin=frame.origin(f"{period.id} {plain_text(subject.name)}"),
                    subject=plain_text(subject.name),
                    period=period,
                    value=reading.text,
                    number=reading.number,
                    raw=original(own),
                )
            )
    return tuple(records)


def averages(frame: Frame, answer: wire.Subjects, plain: Any, term: Period) -> tuple[SubjectAverage, ...]:
    """A subject without marks has an empty text or 0 here and no average."""
    records = []
    for place, one, _ in listed(answer.lessons, plain["lessons"]):
        average = text_of(frame.system, one.average, f"$.lessons.{place}.average").strip()
        if average and average.strip("0.,"):
            subject = text_of(frame.system, one.lesson_id, f"$.lessons.{place}.lesson_id")
            name = plain_text(one.name)
            records.append(
                SubjectAverage(origin=frame.origin(f"{term.id} {name}", subject=subject), subject=name, period=term, average=average)
            )
    return tuple(records)
