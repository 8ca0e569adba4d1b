"""A week of the diary: lessons, and the marks, absences and homework that stand on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from connectors.diaries.iv_edu.mapping import wire
from connectors.diaries.iv_edu.mapping.frame import IVANOVO, Frame
from connectors.kit.answers import original
from connectors.kit.diary import (
    Attachment,
    Attendance,
    AttendanceKind,
    Criterion,
    Homework,
    Lesson,
    LessonStatus,
    Mark,
    Scale,
    Work,
)
from connectors.kit.errors import Drifted
from connectors.kit.local_time import iso_day, moment
from connectors.kit.marks import attendance as absence_of
from connectors.kit.marks import read_mark
from connectors.kit.plain_text import https_links, plain_text, says_nothing

# Records of their own.
_APART = frozenset({"homework", "marks", "absence"})
_STATUSES = frozenset(status.value for status in LessonStatus)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLesson:
    """A lesson as it stood in an answer; `where` is its path there."""

    lesson: wire.LessonOf
    plain: Any
    where: str
    date: date

    @property
    def id(self) -> str:
        return str(self.lesson.id)

    @property
    def subject(self) -> str:
        return plain_text(self.lesson.subject)


def seen(frame: Frame, answers: Sequence[tuple[wire.Week, Any]]) -> list[SeenLesson]:
    """The lessons of the window, each id once, in the order of their days."""
    found: dict[int, SeenLesson] = {}
    for week, plain in answers:
        for at, (day, kept) in enumerate(zip(week.days, plain["days"], strict=True)):
            school_date = iso_day(frame.system, day.date, f"$.days[{at}].date")
            if not frame.holds(school_date):
                continue
            for index, (lesson, own) in enumerate(zip(day.lessons, kept["lessons"], strict=True)):
                where = f"$.days[{at}].lessons[{index}]"
                found[lesson.id] = SeenLesson(lesson=lesson, plain=own, where=where, date=school_date)
    return sorted(found.values(), key=lambda item: (item.date, item.lesson.begins, item.lesson.id))


def lessons(frame: Frame, found: Sequence[SeenLesson]) -> tuple[Lesson, ...]:
    return tuple(_lesson(frame, item) for item in found)


def _lesson(frame: Frame, item: SeenLesson) -> Lesson:
    lesson, where = item.lesson, item.where
    if lesson.status not in _STATUSES:
        raise Drifted(frame.system, f"{where}.status", "not a documented status")
    return Lesson(
        origin=frame.origin(item.id),
        school_date=item.date,
        subject=item.subject,
        status=LessonStatus(lesson.status),
        number=lesson.number,
        start=moment(frame.system, item.date, lesson.begins, IVANOVO, f"{where}.from"),
        end=moment(frame.system, item.date, lesson.ends, IVANOVO, f"{where}.to"),
        group=plain_text(lesson.subgroup) or None,
        room=plain_text(lesson.room),
        topic=plain_text(lesson.topic),
        replaces=plain_text(lesson.instead_of) or None,
        moved_from=iso_day(frame.system, lesson.moved_from, f"{where}.moved_from") if lesson.moved_from else None,
        is_control=lesson.is_control,
        raw=original(item.plain, without=_APART),
    )


def marks(frame: Frame, found: Sequence[SeenLesson]) -> tuple[Mark, ...]:
    return tuple(
        _mark(frame, item, mark, plain, f"{item.where}.marks[{index}]")
        for item in found
        for index, (mark, plain) in enumerate(zip(item.lesson.marks, item.plain["marks"], strict=True))
        if mark.value.strip()
    )


def _mark(frame: Frame, item: SeenLesson, mark: wire.MarkOf, plain: Any, where: str) -> Mark:
    reading = read_mark(mark.value)
    criteria = tuple(Criterion(name=plain_text(one.name), value=one.value, max=one.max) for one in mark.criteria)
    named, code = plain_text(mark.work), plain_text(mark.work_code)
    written, where_set = (mark.changed_at, "changed_at") if mark.changed_at else (mark.set_at, "set_at")
    return Mark(
        origin=frame.origin(mark.id),
        subject=item.subject,
        value=reading.text,
        lesson=item.id,
        lesson_date=item.date,
        set_at=frame.moment(written, f"{where}.{where_set}"),
        number=reading.number,
        parts=reading.parts,
        scale=Scale.CRITERIA if criteria and reading.number is None else reading.scale,
        criteria=criteria,
        weight=decimal(frame, mark.weight, f"{where}.weight"),
        work=Work(type_code=code, type_name=named, abbr=code) if named or code else None,
        comment=plain_text(mark.comment),
        flagged=reading.flagged,
        raw=original(plain),
    )


def decimal(frame: Frame, text: str | None, where: str) -> Decimal | None:
    if text is None:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise Drifted(frame.system, where, "not a decimal") from error
    if not value.is_finite():
        raise Drifted(frame.system, where, "not a decimal")
    return value


def attendance(frame: Frame, found: Sequence[SeenLesson]) -> tuple[Attendance, ...]:
    return tuple(_attendance(frame, item, item.lesson.absence) for item in found if item.lesson.absence)


def _attendance(frame: Frame, item: SeenLesson, absence: wire.Absence) -> Attendance:
    return Attendance(
        origin=frame.origin(absence.id, updated_at=frame.moment(absence.set_at, f"{item.where}.absence.set_at")),
        school_date=item.date,
        code=absence.code,
        kind=absence_of(absence.code) or AttendanceKind.UNKNOWN,
        subject=item.subject,
        lesson=item.id,
        comment=plain_text(absence.comment),
        raw=original(item.plain["absence"]),
    )


def homework(frame: Frame, found: Sequence[SeenLesson]) -> tuple[Homework, ...]:
    """It stands on the lesson where it is due; «Без задания» is no homework."""
    records: dict[int, Homework] = {}
    for item in found:
        for index, (home, plain) in enumerate(zip(item.lesson.homework, item.plain["homework"], strict=True)):
            if home.files or not says_nothing(plain_text(home.text)):
                records[home.id] = _homework(frame, item, home, plain, f"{item.where}.homework[{index}]")
    return tuple(records.values())


def _homework(frame: Frame, item: SeenLesson, home: wire.Home, plain: Any, where: str) -> Homework:
    return Homework(
        origin=frame.origin(home.id),
        subject=item.subject,
        text=plain_text(home.text),
        assigned_date=iso_day(frame.system, home.assigned.date, f"{where}.assigned.date") if home.assigned else None,
        due_lesson=item.id,
        due_date=item.date,
        individual=home.individual,
        # The cabinet names files and gives no address to open them by.
        attachments=tuple(Attachment(name=plain_text(file.name), url="", size=file.size) for file in home.files),
        links=https_links(home.text),
        raw=original(plain),
    )
