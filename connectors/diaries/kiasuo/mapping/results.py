"""Marks of periods by the types of the class, and the averages of the periods, as the platform wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from connectors.diaries.kiasuo.mapping import wire
from connectors.diaries.kiasuo.mapping.frame import Frame
from connectors.kit.answers import original, text_of
from connectors.kit.diary import Final, Period, SubjectAverage, Term
from connectors.kit.local_time import iso_day, school_year
from connectors.kit.marks import read_mark
from connectors.kit.period_names import kind_of, number_of
from connectors.kit.plain_text import plain_text
from connectors.kit.terms import of_periods


def begun(system: str, periods: Sequence[wire.StudyPeriod], today: date) -> list[wire.StudyPeriod]:
    """The periods of which there can be an average."""
    return [one for index, one in enumerate(periods) if iso_day(system, one.start[:10], f"$[{index}].from") <= today]


def averages(frame: Frame, answers: Sequence[tuple[wire.StudyPeriod, wire.PeriodMarks]]) -> tuple[SubjectAverage, ...]:
    """The child's alone: the class's comes without the number of its pupils, and fewer than five must not show (RULES C5)."""
    records = []
    for period, answer in sorted(answers, key=lambda pair: pair[0].start):
        told = _period(frame, period)
        for index, one in enumerate(answer.lessons):
            pair = one.averages.for_student if one.averages else None
            text = text_of(frame.system, pair[0], f"$.lessons[{index}].averages.for_student[0]") if pair else ""
            if text:
                origin = frame.origin(f"{period.id}-{one.id}", subject=str(one.id))
                records.append(SubjectAverage(origin=origin, subject=plain_text(one.subject), period=told, average=text))
    return tuple(records)


def terms(frame: Frame, periods: Sequence[wire.StudyPeriod]) -> tuple[Term, ...]:
    """The periods of study; holidays are not told."""
    return of_periods((_period(frame, one) for one in periods), frame.origin)


def finals(
    frame: Frame, answer: tuple[wire.SchoolClass, wire.Results, Any] | None, periods: Sequence[wire.StudyPeriod]
) -> tuple[Final, ...]:
    if answer is None:
        return ()
    own, results, plain = answer
    dated = {plain_text(one.text).casefold(): _period(frame, one) for one in periods}
    types = {str(one.id): _typed(one, own, dated) for one in results.standard_mark_type}
    records = []
    for at, (one, kept) in enumerate(zip(results.lessons, plain["lessons"], strict=True)):
        for type_, raw in (one.marks if isinstance(one.marks, dict) else {}).items():
            text = text_of(frame.system, raw, f"$.lessons[{at}].marks.{type_}").strip()
            period = types.get(type_)
            if not text or period is None:
                continue
            reading = read_mark(text)
            records.append(
                Final(
                    origin=frame.origin(f"{own.id}-{one.id}-{type_}", subject=str(one.id)),
                    subject=plain_text(one.subject),
                    period=period,
                    value=reading.text,
                    number=reading.number,
                    raw=original(kept),
                )
            )
    return tuple(records)


def _typed(one: wire.MarkType, own: wire.SchoolClass, dated: dict[str, Period]) -> Period:
    """A type is a period by its title; its days stand in the list of periods, where that knows the title."""
    title = plain_text(one.text)
    same = dated.get(title.casefold())
    return Period(
        id=str(one.id),
        kind=kind_of(title),
        name=title,
        number=number_of(title),
        start=same.start if same else None,
        end=same.end if same else None,
        school_year=own.study_year,
    )


def _period(frame: Frame, one: wire.StudyPeriod) -> Period:
    title = plain_text(one.text)
    start, end = iso_day(frame.system, one.start[:10], "$[].from"), iso_day(frame.system, one.end[:10], "$[].to")
    number = number_of(title)
    return Period(id=str(one.id), kind=kind_of(title), name=title, number=number, start=start, end=end, school_year=school_year(start))
