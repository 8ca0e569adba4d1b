"""Marks of periods and of the year, and the platform's own averages: `fixed_value` was set, `value` only runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from connectors.diaries.mes.mapping import wire
from connectors.diaries.mes.mapping.frame import Frame
from connectors.kit.answers import original, text_of
from connectors.kit.diary import Final, Period, PeriodKind, SubjectAverage
from connectors.kit.local_time import school_year
from connectors.kit.marks import read_mark
from connectors.kit.period_names import kind_of, number_of
from connectors.kit.plain_text import plain_text

# What stands beside a period's mark and is told elsewhere.
_APART = frozenset({"marks", "target"})


def finals(frame: Frame, answer: wire.Payload[wire.SubjectMarks], plain: Any) -> tuple[Final, ...]:
    records = []
    for at, (subject, own) in enumerate(zip(answer.payload, plain["payload"], strict=True)):
        for place, period in enumerate(subject.periods or ()):
            where = f"$.payload[{at}].periods[{place}]"
            value = text_of(frame.system, period.fixed_value, f"{where}.fixed_value")
            if value.strip():
                kept = original(own["periods"][place], without=_APART)
                records.append(_final(frame, subject, _period(frame, period, where), value, _told(period.value), kept))
        year = text_of(frame.system, subject.year_mark, f"$.payload[{at}].year_mark")
        if year.strip():
            kept = original(own, without=frozenset({"periods"}))
            records.append(_final(frame, subject, _year(frame, answer.payload), year, _told(subject.average_by_all), kept))
    return tuple(records)


def _final(frame: Frame, subject: wire.SubjectMarks, period: Period, value: str, average: str | None, raw: Any) -> Final:
    reading = read_mark(value)
    name = plain_text(subject.subject_name)
    return Final(
        origin=frame.origin(f"{period.id} {name}", subject=str(subject.subject_id or "")),
        subject=name,
        period=period,
        value=reading.text,
        number=reading.number,
        average=average,
        raw=raw,
    )


def averages(frame: Frame, answer: wire.Payload[wire.SubjectMarks], ranks: Sequence[wire.SubjectRank]) -> tuple[SubjectAverage, ...]:
    """Of each period and of the year, as the platform wrote them. Of the class it tells no mean, but the child's own place today."""
    places = {one.subject_id: one.rank.place for one in ranks if one.rank is not None}
    records = []
    for at, subject in enumerate(answer.payload):
        running = [*_running(frame, subject, f"$.payload[{at}]")]
        latest = running[-1][0] if running else None
        if told := _told(subject.average_by_all):
            running.append((_year(frame, answer.payload), told))
        for period, average in running:
            records.append(_average(frame, subject, period, average, places.get(subject.subject_id or 0) if period is latest else None))
    return tuple(records)


def _average(frame: Frame, subject: wire.SubjectMarks, period: Period, average: str, place: int | None) -> SubjectAverage:
    name = plain_text(subject.subject_name)
    return SubjectAverage(
        origin=frame.origin(f"{period.id} {name}", subject=str(subject.subject_id or "")),
        subject=name,
        period=period,
        average=average,
        place=place,
    )


def _running(frame: Frame, subject: wire.SubjectMarks, where: str) -> Iterator[tuple[Period, str]]:
    """In the order of the year, so that the last is the one that runs."""
    for place, period in enumerate(subject.periods or ()):
        if told := _told(period.value):
            yield _period(frame, period, f"{where}.periods[{place}]"), told


def _told(average: str | None) -> str | None:
    """«0» and an empty text stand where there is nothing to average."""
    text = (average or "").strip()
    return text if text.strip("0.,-") else None


def _period(frame: Frame, period: wire.PeriodOf, where: str) -> Period:
    title = plain_text(period.title)
    start = frame.maybe_day(period.start_iso or period.start, f"{where}.start")
    end = frame.maybe_day(period.end_iso or period.end, f"{where}.end")
    year = school_year(start or frame.window.end)
    return Period(id=f"{year} {title}", kind=kind_of(title), name=title, number=number_of(title), start=start, end=end, school_year=year)


def _year(frame: Frame, every: Sequence[wire.SubjectMarks]) -> Period:
    """The year has no entry of its own; it is the one that its periods lie in."""
    starts = [text for subject in every for period in subject.periods or () if (text := period.start_iso or period.start)]
    first = frame.day(starts[0], "$.payload[].periods[].start") if starts else frame.fetched_at.astimezone(frame.zone).date()
    year = school_year(first)
    return Period(id=f"{year} Год", kind=PeriodKind.YEAR, name="Год", number=1, school_year=year)
