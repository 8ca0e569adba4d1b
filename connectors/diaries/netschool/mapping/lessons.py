"""A week of the diary: lessons with their assignments, of which some are homework, some marks, some absences, and some a topic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from connectors.diaries.netschool.mapping import wire
from connectors.diaries.netschool.mapping.frame import Frame
from connectors.kit.answers import original, text_of
from connectors.kit.diary import Attachment, Attendance, AttendanceKind, Homework, Lesson, LessonStatus, Mark, Work
from connectors.kit.local_time import moment
from connectors.kit.marks import MarkReading, read_mark
from connectors.kit.plain_text import https_links, plain_text, says_nothing

_HOMEWORK = "домашн"
_ANSWER = "ответ на уроке"
_APART = frozenset({"assignments"})
_NO_TOPIC = frozenset({"", "не указана", "не указано", "нет"})

Types = Mapping[int, wire.AssignmentType]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLesson:
    """A lesson as it stood in an answer; `where` is its path there."""

    lesson: wire.LessonOf
    plain: Any
    where: str
    date: date

    @property
    def id(self) -> str:
        return str(self.lesson.classmeeting_id)

    @property
    def subject(self) -> str:
        return plain_text(self.lesson.subject_name)

    def assignments(self) -> Iterator[tuple[wire.Assignment, Any, str]]:
        for index, (one, kept) in enumerate(zip(self.lesson.assignments or (), self.plain.get("assignments") or (), strict=True)):
            yield one, kept, f"{self.where}.assignments[{index}]"


def seen(frame: Frame, answers: Sequence[tuple[wire.Diary, Any]]) -> list[SeenLesson]:
    """The lessons of the window, each id once; two shifts use the same numbers, so the order is the clock's."""
    found: dict[int, SeenLesson] = {}
    for diary, plain in answers:
        for at, (day, kept) in enumerate(zip(diary.week_days, plain["weekDays"], strict=True)):
            for index, (lesson, own) in enumerate(zip(day.lessons, kept["lessons"], strict=True)):
                where = f"$.weekDays[{at}].lessons[{index}]"
                school_date = frame.day(lesson.day, f"{where}.day")
                if frame.holds(school_date):
                    found[lesson.classmeeting_id] = SeenLesson(lesson=lesson, plain=own, where=where, date=school_date)
    return sorted(found.values(), key=lambda item: (item.date, item.lesson.start_time.zfill(8), item.lesson.classmeeting_id))


def lessons(frame: Frame, found: Sequence[SeenLesson], types: Types) -> tuple[Lesson, ...]:
    return tuple(_lesson(frame, item, types) for item in found)


def _lesson(frame: Frame, item: SeenLesson, types: Types) -> Lesson:
    lesson = item.lesson
    start = moment(frame.system, item.date, lesson.start_time, frame.zone, f"{item.where}.startTime")
    end = moment(frame.system, item.date, lesson.end_time, frame.zone, f"{item.where}.endTime")
    return Lesson(
        origin=frame.origin(lesson.classmeeting_id, relay="" if lesson.relay is None else str(lesson.relay)),
        school_date=item.date,
        subject=item.subject,
        status=_status(end, frame.fetched_at),
        number=lesson.number,
        start=start,
        end=end,
        room=plain_text(lesson.room),
        topic=_topic(item, types),
        raw=original(item.plain, without=_APART),
    )


def _status(end: datetime, now: datetime) -> LessonStatus:
    """The diary tells no change of a lesson; whether it is over is the clock's word."""
    return LessonStatus.HELD if end <= now else LessonStatus.PLANNED


def _topic(item: SeenLesson, types: Types) -> str:
    """The name of the lesson's own assignment: «Ответ на уроке»."""
    for one, _, _ in item.assignments():
        if _kind(one, types).casefold().startswith(_ANSWER):
            name = plain_text(one.assignment_name)
            if name.strip(" -—.").casefold() not in _NO_TOPIC:
                return name
    return ""


def _kind(one: wire.Assignment, types: Types) -> str:
    known = types.get(one.type_id)
    return plain_text(known.name) if known else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenMark:
    """What stands in the place of an assignment's mark."""

    item: SeenLesson
    one: wire.Assignment
    plain: Any
    where: str
    reading: MarkReading

    @property
    def comment(self) -> str:
        return plain_text(self.one.mark_comment.name) if self.one.mark_comment else ""


def seen_marks(frame: Frame, found: Sequence[SeenLesson]) -> Iterator[SeenMark]:
    for item in found:
        for one, plain, where in item.assignments():
            text = _written(frame, one.mark, f"{where}.mark")
            if text:
                yield SeenMark(item=item, one=one, plain=plain, where=where, reading=read_mark(text))


def _written(frame: Frame, mark: wire.MarkOf | int | str | None, where: str) -> str:
    if mark is None or isinstance(mark, int | str):
        return "" if mark is None else str(mark).strip()
    text = text_of(frame.system, mark.mark, f"{where}.mark").strip()
    if text:
        return text
    # A duty stands here without a mark: owed work is no mark yet.
    return next((word.strip() for word in (mark.abbr, mark.short_name, mark.name) if word and word.strip()), "")


def marks(frame: Frame, found: Sequence[SeenLesson], types: Types) -> tuple[Mark, ...]:
    """An absence written in the place of a mark is no mark; «осв» is one."""
    return tuple(_mark(frame, one, types) for one in seen_marks(frame, found) if one.reading.attendance in (None, AttendanceKind.EXEMPT))


def _mark(frame: Frame, seen_mark: SeenMark, types: Types) -> Mark:
    item, one, reading = seen_mark.item, seen_mark.one, seen_mark.reading
    known = types.get(one.type_id)
    name = plain_text(one.assignment_name)
    weight = text_of(frame.system, one.weight, f"{seen_mark.where}.weight").replace(",", ".")
    return Mark(
        origin=frame.origin(one.id),
        subject=item.subject,
        value=reading.text,
        lesson=item.id,
        lesson_date=item.date,
        number=reading.number,
        parts=reading.parts,
        scale=reading.scale,
        weight=Decimal(weight) if weight.replace(".", "", 1).isdecimal() else None,
        work=Work(
            type_code=str(one.type_id),
            type_name=_kind(one, types),
            abbr=plain_text(known.abbr) if known else "",
            topic="" if name.strip(" -—.").casefold() in _NO_TOPIC else name,
        ),
        comment=seen_mark.comment,
        flagged=reading.flagged,
        raw=original(seen_mark.plain),
    )


def attendance(frame: Frame, found: Sequence[SeenLesson]) -> tuple[Attendance, ...]:
    return tuple(
        Attendance(
            origin=frame.origin(one.one.id),
            school_date=one.item.date,
            code=one.reading.text,
            kind=one.reading.attendance,
            subject=one.item.subject,
            lesson=one.item.id,
            comment=one.comment,
            raw=original(one.plain),
        )
        for one in seen_marks(frame, found)
        if one.reading.attendance not in (None, AttendanceKind.EXEMPT)
    )


def homework(frame: Frame, found: Sequence[SeenLesson], types: Types, *, base: str) -> tuple[Homework, ...]:
    """It stands on the lesson where it is due; its type is called «Домашнее задание» or alike. `base` is the region's address."""
    records: dict[int, Homework] = {}
    for item in found:
        for one, plain, where in item.assignments():
            if not _kind(one, types).casefold().startswith(_HOMEWORK):
                continue
            text = plain_text(one.assignment_name)
            files = tuple(Attachment(name=plain_text(file.original_file_name or file.name), url="") for file in one.attachments or ())
            if says_nothing(text.strip(" -—")) and not files:
                continue
            records[one.id] = Homework(
                origin=frame.origin(one.id),
                subject=item.subject,
                text=text,
                due_lesson=item.id,
                due_date=frame.day(one.due_date, f"{where}.dueDate") if one.due_date else item.date,
                attachments=files,
                links=https_links(one.assignment_name, base=base),
                raw=original(plain),
            )
    return tuple(records.values())
