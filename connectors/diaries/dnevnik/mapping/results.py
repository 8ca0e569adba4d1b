"""Reporting periods, final marks and averages; of the class only the mean and the head count leave this module (RULES C5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from connectors.diaries.dnevnik.mapping import wire
from connectors.diaries.dnevnik.mapping.frame import Frame, Tables, ident, pairs, raw
from connectors.diaries.dnevnik.mapping.lessons import subject_of
from connectors.diaries.dnevnik.mapping.times import school_day
from connectors.kit.diary import Final, Period, PeriodKind, SubjectAverage
from connectors.kit.marks import read_mark
from connectors.kit.plain_text import plain_text

SMALLEST_CLASS = 5
_KINDS = {
    "quarter": PeriodKind.QUARTER,
    "trimester": PeriodKind.TRIMESTER,
    "semester": PeriodKind.SEMESTER,
    "halfyear": PeriodKind.SEMESTER,
    "module": PeriodKind.MODULE,
    "year": PeriodKind.YEAR,
    "exam": PeriodKind.EXAM,
    "final": PeriodKind.FINAL,
}
_NAMES = {
    PeriodKind.QUARTER: "{} четверть",
    PeriodKind.TRIMESTER: "{} триместр",
    PeriodKind.SEMESTER: "{} полугодие",
    PeriodKind.MODULE: "{} модуль",
    PeriodKind.YEAR: "Год",
    PeriodKind.EXAM: "Экзамен",
    PeriodKind.FINAL: "Итоговая оценка",
}


def periods(frame: Frame, seen: Sequence[wire.Period]) -> list[Period]:
    """The reporting periods of the class, as the school cut its year."""
    found = []
    for index, period in enumerate(seen):
        start = school_day(frame.system, period.start, frame.zone, f"$[{index}].start")
        end = school_day(frame.system, period.finish, frame.zone, f"$[{index}].finish")
        found.append(
            Period(
                id=ident(period.id, period.id_str),
                kind=_kind(period.type),
                name=plain_text(period.name),
                number=period.number,
                start=start,
                end=end,
                school_year=school_year(start),
            )
        )
    return found


def school_year(day: date) -> str:
    """`2026/2027` for a day of that school year, which begins in August at the earliest."""
    first = day.year if day.month >= 8 else day.year - 1
    return f"{first}/{first + 1}"


def finals(frame: Frame, answer: wire.AllFinalMarks, plain: Any, known: Sequence[Period], tables: Tables) -> tuple[Final, ...]:
    """Period and year marks; the work behind a mark says the subject and the period."""
    tables.add_subjects(answer.subjects)
    tables.add_works(answer.works)
    records = {}
    for index, mark, original in pairs(answer.marks, plain["marks"]):
        where = f"$.marks[{index}]"
        frame.own(mark.person, mark.person_str, f"{where}.person")
        work = tables.works.get(ident(mark.work, mark.work_str))
        subject = subject_of(frame, work.subject_id if work else None, tables, f"{where}.work")
        reading = read_mark(mark.value or mark.text_value)
        if reading.empty:
            continue
        id_ = ident(mark.id, mark.id_str)
        records[id_] = Final(
            origin=frame.origin(id_, work=ident(mark.work, mark.work_str)),
            subject=subject,
            period=_period(work, known),
            value=reading.text,
            number=reading.number,
            raw=raw(original, frame.person),
        )
    return tuple(sorted(records.values(), key=lambda final: (final.subject, final.period.start or date.max, final.origin.id)))


def _period(work: wire.Work | None, known: Sequence[Period]) -> Period:
    kind = _kind(work.period_type if work else None)
    number = work.period_number if work else None
    same = [period for period in known if period.kind is kind]
    for period in same:
        if period.number == number or (len(same) == 1 and kind is PeriodKind.YEAR):
            return period
    name = _NAMES.get(kind, (work.period_type or "") if work else "").format(number or "")
    whole = [period for period in known if period.start and period.end]
    year = whole[0].school_year if whole else None
    return Period(id=f"{kind.value}-{number or 0}", kind=kind, name=name.strip(), number=number, school_year=year)


def _kind(word: str | None) -> PeriodKind:
    return _KINDS.get((word or "").casefold(), PeriodKind.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class OneAverage:
    """One person's average in one subject, as text."""

    subject: str
    person: str
    text: str


def plain_averages(answer: Iterable[wire.PersonAverages]) -> list[OneAverage]:
    return [
        OneAverage(
            subject=ident(average.subject, average.subject_str), person=ident(person.person, person.person_str), text=average.average
        )
        for person in answer
        for average in person.averages or ()
        if average.average
    ]


def weighted_averages(answer: wire.WeightedMarks) -> list[OneAverage]:
    return [
        OneAverage(subject=ident(subject.subject, subject.subject_str), person=ident(mark.person), text=str(mark.value))
        for subject in answer.subject_marks or ()
        for mark in subject.marks or ()
        if mark.value is not None
    ]


def averages(frame: Frame, period: Period, found: Sequence[OneAverage], tables: Tables) -> list[SubjectAverage]:
    """The child's average as the platform wrote it, and the class's mean, which we compute and hide below five pupils."""
    records = []
    for subject in dict.fromkeys(one.subject for one in found):
        mine = [one.text for one in found if one.subject == subject and one.person == frame.person]
        values = [value for one in found if one.subject == subject and (value := _decimal(one.text)) is not None]
        enough = len(values) >= SMALLEST_CLASS
        records.append(
            SubjectAverage(
                origin=frame.origin(f"{period.id}-{subject}", period=period.id, subject=subject),
                subject=subject_of(frame, int(subject) if subject.isdecimal() else None, tables, "$[...].subject"),
                period=period,
                average=mine[0] if mine else None,
                class_average=_mean(values) if enough else None,
                class_size=len(values) if enough else None,
            )
        )
    return records


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() and value > 0 else None


def _mean(values: Sequence[Decimal]) -> str:
    return str((sum(values, Decimal()) / len(values)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))
