"""The table of marks: marks of lessons, absences and marks of periods, told apart by the code of their type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from connectors.diaries.petersburg.mapping import wire
from connectors.diaries.petersburg.mapping.frame import Frame
from connectors.kit.answers import decode_both, original
from connectors.kit.diary import Attendance, AttendanceKind, Final, Mark, Period, Work
from connectors.kit.errors import Drifted
from connectors.kit.local_time import dotted_day, school_year
from connectors.kit.marks import MarkReading, read_mark
from connectors.kit.period_names import kind_of, number_of
from connectors.kit.plain_text import plain_text

ABSENT, LATE = "30000", "30001"
OF_PERIOD = "за период"

Items = Sequence[msgspec.Raw]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One line of the table."""

    estimate: wire.Estimate
    plain: Any
    date: date
    reading: MarkReading

    @property
    def id(self) -> str:
        return str(self.estimate.id)

    @property
    def type_code(self) -> str:
        return str(self.estimate.estimate_type_code)

    @property
    def type_name(self) -> str:
        return plain_text(self.estimate.estimate_type_name)

    @property
    def lesson(self) -> str | None:
        return str(self.estimate.lesson_id) if self.estimate.lesson_id is not None else None

    @property
    def is_final(self) -> bool:
        """Types 20001 and on; a title that says so on a line without a lesson is one too."""
        coded = len(self.type_code) == 5 and self.type_code.startswith("200") and self.type_code != "20000"
        return self.lesson is None and (coded or OF_PERIOD in self.type_name.casefold())

    @property
    def absence(self) -> AttendanceKind | None:
        """By the type, then by the text; «осв» stands where a mark would and is one."""
        said = self.reading.attendance
        if self.type_code == LATE:
            return AttendanceKind.LATE
        if self.type_code == ABSENT:
            return said or AttendanceKind.UNKNOWN
        return None if said is AttendanceKind.EXEMPT else said


def _seen(frame: Frame, items: Items, education: str) -> Iterator[Seen]:
    """The lines with something in them, each id once, of this child alone (RULES C8)."""
    met: set[int] = set()
    for item in items:
        estimate, plain = decode_both(frame.system, bytes(item), wire.Estimate)
        if str(estimate.education_id) != education:
            raise Drifted(frame.system, "$.items[].education_id", "another child's")
        reading = read_mark(estimate.estimate_value_name)
        if reading.empty or estimate.id in met:
            continue
        met.add(estimate.id)
        yield Seen(estimate=estimate, plain=plain, date=dotted_day(frame.system, estimate.date, "$.items[].date"), reading=reading)


def marks(frame: Frame, items: Items, education: str) -> tuple[Mark, ...]:
    return tuple(
        Mark(
            origin=frame.origin(one.id, subject=str(one.estimate.subject_id or "")),
            subject=plain_text(one.estimate.subject_name),
            value=one.reading.text,
            lesson=one.lesson,
            lesson_date=one.date,
            number=one.reading.number,
            parts=one.reading.parts,
            scale=one.reading.scale,
            work=Work(type_code=one.type_code, type_name=one.type_name),
            comment=plain_text(one.estimate.estimate_comment),
            flagged=one.reading.flagged,
            raw=original(one.plain),
        )
        for one in _seen(frame, items, education)
        if frame.holds(one.date) and not one.is_final and one.absence is None
    )


def attendance(frame: Frame, items: Items, education: str) -> tuple[Attendance, ...]:
    return tuple(
        Attendance(
            origin=frame.origin(one.id),
            school_date=one.date,
            code=one.reading.text,
            kind=one.absence,
            subject=plain_text(one.estimate.subject_name),
            lesson=one.lesson,
            comment=plain_text(one.estimate.estimate_comment),
            raw=original(one.plain),
        )
        for one in _seen(frame, items, education)
        if frame.holds(one.date) and not one.is_final and one.absence is not None
    )


def finals(frame: Frame, items: Items, education: str) -> tuple[Final, ...]:
    """«Оценка за период: 1 четверть»."""
    return tuple(
        Final(
            origin=frame.origin(one.id, subject=str(one.estimate.subject_id or "")),
            subject=plain_text(one.estimate.subject_name),
            period=_period(one),
            value=one.reading.text,
            number=one.reading.number,
            raw=original(one.plain),
        )
        for one in _seen(frame, items, education)
        if one.is_final
    )


def _period(one: Seen) -> Period:
    title = one.type_name.rpartition(":")[2].strip() or one.type_name
    return Period(id=one.type_code, kind=kind_of(title), name=title, number=number_of(title), school_year=school_year(one.date))
