"""Lessons, and the marks, absences and homework that stand on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from connectors.diaries.epgu.mapping import wire
from connectors.diaries.epgu.mapping.frame import Frame, read
from connectors.kit.answers import original
from connectors.kit.diary import Attendance, AttendanceKind, Criterion, Homework, Lesson, LessonStatus, Mark, Scale, Work
from connectors.kit.errors import Drifted
from connectors.kit.marks import attendance as absence_of
from connectors.kit.marks import read_mark
from connectors.kit.plain_text import https_links, plain_text, says_nothing

# Records of their own.
_APART = frozenset({"Homework", "Mark", "Attendance", "AttendanceComment"})
_STATUSES = {status.value: status for status in LessonStatus}
ONE = Decimal(1)


class SeenLesson(msgspec.Struct, frozen=True, kw_only=True):
    """A lesson as it stood in an answer; `where` is its path there."""

    id: str
    lesson: wire.LessonOf
    plain: Any
    where: str
    date: date
    subject: str


def seen(frame: Frame, answers: Iterable[Any]) -> list[SeenLesson]:
    """The lessons of the window, each id once; several may share a number."""
    found: dict[str, SeenLesson] = {}
    for data in answers:
        for index, (lesson, plain) in enumerate(zip(read(frame.system, data, wire.Diary).lesson, data.get("Lesson", ()), strict=True)):
            where = f"$.Lesson[{index}]"
            day = frame.day(lesson.date, f"{where}.Date")
            if frame.holds(day):
                subject = plain_text(lesson.subject)
                found[lesson.id] = SeenLesson(id=lesson.id, lesson=lesson, plain=plain, where=where, date=day, subject=subject)
    return sorted(found.values(), key=lambda item: (item.date, item.lesson.number, item.lesson.start, item.id))


def lessons(frame: Frame, found: Sequence[SeenLesson]) -> tuple[Lesson, ...]:
    return tuple(_lesson(frame, item) for item in found)


def _lesson(frame: Frame, item: SeenLesson) -> Lesson:
    lesson, where = item.lesson, item.where
    end = frame.moment(lesson.end, f"{where}.End")
    return Lesson(
        origin=frame.origin(item.id),
        school_date=item.date,
        subject=item.subject,
        status=_status(frame, item, over=end is not None and end <= frame.fetched_at),
        number=lesson.number,
        start=frame.moment(lesson.start, f"{where}.Start"),
        end=end,
        group=plain_text(lesson.subgroup) or None,
        room=plain_text(lesson.room),
        topic=plain_text(lesson.topic),
        replaces=plain_text(lesson.instead_of) or None,
        moved_from=frame.day(lesson.moved_from, f"{where}.MovedFrom") if lesson.moved_from else None,
        raw=original(item.plain, without=_APART),
    )


def _status(frame: Frame, item: SeenLesson, *, over: bool) -> LessonStatus:
    """Where the service says nothing, a substitute is one, and the clock tells the rest."""
    written = item.lesson.status
    if written:
        if written not in _STATUSES:
            raise Drifted(frame.system, f"{item.where}.Status", "not a documented status")
        return _STATUSES[written]
    if item.lesson.instead_of:
        return LessonStatus.REPLACED
    return LessonStatus.HELD if over else LessonStatus.PLANNED


def marks(frame: Frame, found: Sequence[SeenLesson]) -> tuple[Mark, ...]:
    return tuple(
        _mark(frame, item, mark, plain, f"{item.where}.Mark[{index}]", index)
        for item in found
        for index, (mark, plain) in enumerate(zip(item.lesson.mark, item.plain.get("Mark", ()), strict=True))
        if mark.value.strip()
    )


def _mark(frame: Frame, item: SeenLesson, mark: wire.MarkOf, plain: Any, where: str, index: int) -> Mark:
    reading = read_mark(mark.value)
    criteria = tuple(Criterion(name=plain_text(one.name), value=one.value, max=one.max) for one in mark.criterion)
    named = plain_text(mark.type)
    return Mark(
        # A mark without an id is known by its place on the lesson.
        origin=frame.origin(mark.id or f"{item.id}-{index}"),
        subject=item.subject,
        value=reading.text,
        lesson=item.id,
        lesson_date=item.date,
        set_at=frame.moment(mark.set_at, f"{where}.SetAt"),
        number=reading.number,
        parts=reading.parts,
        scale=Scale.CRITERIA if criteria and reading.number is None else reading.scale,
        criteria=criteria,
        weight=_weight(frame, mark.weight, f"{where}.Weight"),
        work=Work(type_name=named) if named else None,
        comment=plain_text(mark.comment),
        flagged=reading.flagged,
        raw=original(plain) if isinstance(plain, dict) else None,
    )


def _weight(frame: Frame, text: str, where: str) -> Decimal:
    """An absent weight counts as one (docs/wire/epgu.md)."""
    if not text:
        return ONE
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise Drifted(frame.system, where, "not a decimal") from error
    if not value.is_finite() or value < 0:
        raise Drifted(frame.system, where, "not a weight")
    return value


def attendance(frame: Frame, found: Sequence[SeenLesson]) -> tuple[Attendance, ...]:
    """One a lesson, so the lesson's id is its own."""
    return tuple(
        Attendance(
            origin=frame.origin(item.id),
            school_date=item.date,
            code=item.lesson.attendance.strip(),
            kind=absence_of(item.lesson.attendance.strip()) or AttendanceKind.UNKNOWN,
            subject=item.subject,
            lesson=item.id,
            comment=plain_text(item.lesson.attendance_comment),
        )
        for item in found
        if item.lesson.attendance.strip()
    )


def homework(frame: Frame, found: Sequence[SeenLesson]) -> tuple[Homework, ...]:
    """Text without an id on the lesson where it is due; «Без задания» is no homework."""
    return tuple(
        Homework(
            origin=frame.origin(f"{item.id}-{index}"),
            subject=item.subject,
            text=plain_text(text),
            due_lesson=item.id,
            due_date=item.date,
            links=https_links(text),
        )
        for item in found
        for index, text in enumerate(item.lesson.homework)
        if not says_nothing(plain_text(text))
    )
