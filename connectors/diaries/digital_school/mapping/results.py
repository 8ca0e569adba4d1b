"""Absences, marks of periods with the cabinet's own averages, and announcements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connectors.diaries.digital_school.mapping import wire
from connectors.diaries.digital_school.mapping.frame import KHABAROVSK, Frame, said, words
from connectors.kit.answers import original
from connectors.kit.diary import Announcement, Attendance, AttendanceKind, Final, Period, PeriodKind, Term
from connectors.kit.errors import Drifted
from connectors.kit.marks import read_mark
from connectors.kit.terms import of_periods

_CODES = {
    "нуп": AttendanceKind.ABSENT_UNEXCUSED,
    "уп": AttendanceKind.EXCUSED,
    "б": AttendanceKind.ILL,
    "оп": AttendanceKind.LATE,
}
_KINDS = {
    "четверть": PeriodKind.QUARTER,
    "триместр": PeriodKind.TRIMESTER,
    "полугодие": PeriodKind.SEMESTER,
    "год": PeriodKind.YEAR,
}


def attendance(frame: Frame, pages: Sequence[tuple[list[wire.Absence], Any]]) -> tuple[Attendance, ...]:
    """Each absence once, also when a page moved while it was turned."""
    records: dict[int, Attendance] = {}
    for page, originals in pages:
        for index, (one, plain) in enumerate(zip(page, originals, strict=True)):
            where = f"$.data[{index}]"
            day = frame.day(one.date, f"{where}.date")
            if frame.holds(day):
                records[one.id] = Attendance(
                    origin=frame.origin(one.id),
                    school_date=day,
                    code=one.code,
                    kind=_CODES.get(one.code.strip().casefold(), AttendanceKind.UNKNOWN),
                    subject=words(one.subject),
                    lesson=said(one.lesson) or None,
                    minutes_late=frame.whole(one.minutes, f"{where}.minutes"),
                    comment=words(one.comment),
                    raw=original(plain),
                )
    return tuple(sorted(records.values(), key=lambda absence: (absence.school_date, absence.origin.id)))


def periods(frame: Frame, answer: wire.Finals) -> dict[int, Period]:
    found: dict[int, Period] = {}
    for index, one in enumerate(answer.periods):
        where = f"$.data.periods[{index}]"
        found[one.id] = Period(
            id=str(one.id),
            kind=_KINDS.get(one.kind.strip().casefold(), PeriodKind.UNKNOWN),
            name=words(one.name),
            number=frame.whole(one.number, f"{where}.number"),
            start=frame.maybe_day(one.begins, f"{where}.begins"),
            end=frame.maybe_day(one.ends, f"{where}.ends"),
            school_year=said(answer.year) or None,
        )
    return found


def terms(frame: Frame, answer: wire.Finals) -> tuple[Term, ...]:
    """The periods of study; holidays are not told."""
    return of_periods(periods(frame, answer).values(), frame.origin)


def finals(frame: Frame, answer: wire.Finals, plain: Any) -> tuple[Final, ...]:
    known = periods(frame, answer)
    return tuple(
        _final(frame, one, kept, known, f"$.data.items[{index}]")
        for index, (one, kept) in enumerate(zip(answer.items, plain["items"], strict=True))
        if said(one.value)
    )


def _final(frame: Frame, one: wire.FinalOf, plain: Any, known: dict[int, Period], where: str) -> Final:
    if one.period not in known:
        raise Drifted(frame.system, f"{where}.period", "a period that is not listed")
    reading = read_mark(one.value)
    return Final(
        origin=frame.origin(one.id),
        subject=words(one.subject),
        period=known[one.period],
        value=reading.text,
        number=reading.number,
        average=said(one.average) or None,
        raw=original(plain),
    )


def announcements(frame: Frame, posts: Sequence[wire.Post]) -> tuple[Announcement, ...]:
    """What was announced in the window; there is a text and no heading."""
    records: dict[int, Announcement] = {}
    for index, post in enumerate(posts):
        published_at = frame.moment(post.at, f"$.data[{index}].at")
        if frame.holds(published_at.astimezone(KHABAROVSK).date()):
            records[post.id] = Announcement(origin=frame.origin(post.id), title="", body=words(post.text), published_at=published_at)
    return tuple(records.values())
