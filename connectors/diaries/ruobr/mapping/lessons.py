"""Lessons, the marks that stand on them and the homework that they set: one answer carries all three."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from connectors.diaries.ruobr.mapping import wire
from connectors.diaries.ruobr.mapping.frame import KUZBASS, Frame, means_none
from connectors.kit.answers import original, text_of
from connectors.kit.diary import Lesson, LessonStatus, Mark, Work
from connectors.kit.local_time import iso_day, moment
from connectors.kit.marks import MarkReading, read_mark
from connectors.kit.plain_text import plain_text

# Teachers are other people; marks and tasks are records of their own.
_APART = frozenset({"staff", "staff_id", "staff_img", "marks", "task"})
_NO_TOPIC = frozenset({"", "-", "нет", "не указана", "не указано"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLesson:
    """A lesson as it stood in an answer; `where` is its path there."""

    lesson: wire.Lesson
    plain: Any
    where: str
    date: date

    @property
    def id(self) -> str:
        return str(self.lesson.id)

    @property
    def subject(self) -> str:
        return plain_text(self.lesson.subject)


def seen(frame: Frame, answers: Sequence[tuple[wire.Timetable, Any]]) -> list[SeenLesson]:
    """The lessons of all answers, each id once, in the order of their days."""
    found: dict[int, SeenLesson] = {}
    for answer, plain in answers:
        for index, (lesson, kept) in enumerate(zip(answer.lessons, plain["lessons"], strict=True)):
            where = f"$.lessons[{index}]"
            day = iso_day(frame.system, lesson.date, f"{where}.date")
            found[lesson.id] = SeenLesson(lesson=lesson, plain=kept, where=where, date=day)
    return sorted(found.values(), key=lambda item: (item.date, item.lesson.time_start, item.lesson.id))


def lessons(frame: Frame, found: Sequence[SeenLesson]) -> tuple[Lesson, ...]:
    return tuple(_lesson(frame, item) for item in found if frame.holds(item.date))


def _lesson(frame: Frame, item: SeenLesson) -> Lesson:
    lesson = item.lesson
    start = moment(frame.system, item.date, lesson.time_start, KUZBASS, f"{item.where}.time_start")
    end = moment(frame.system, item.date, lesson.time_end, KUZBASS, f"{item.where}.time_end")
    teacher, topic = plain_text(lesson.staff), plain_text(lesson.topic)
    return Lesson(
        origin=frame.origin(item.id),
        school_date=item.date,
        subject=item.subject,
        status=_status(lesson, end, frame.fetched_at),
        start=start,
        end=end,
        teachers=(teacher,) if teacher else (),
        topic="" if topic.casefold() in _NO_TOPIC else topic,
        raw=original(item.plain, without=_APART),
    )


def _status(lesson: wire.Lesson, end: datetime, now: datetime) -> LessonStatus:
    """The answer tells a cancelled lesson only; whether another one is over is the clock's word."""
    if lesson.lesson_status_cancel:
        return LessonStatus.CANCELLED
    return LessonStatus.HELD if end <= now else LessonStatus.PLANNED


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenMark:
    """A mark in its lesson, with the id that we give it: its lesson, its question, and which of that question it is."""

    item: SeenLesson
    mark: wire.LessonMark
    plain: Any
    id: str
    reading: MarkReading


def seen_marks(frame: Frame, found: Sequence[SeenLesson]) -> Iterator[SeenMark]:
    """What stands in the marks of the lessons in the window, without those that mean none."""
    for item in found:
        if not frame.holds(item.date):
            continue
        asked: Counter[int] = Counter()
        for index, (mark, plain) in enumerate(zip(item.lesson.marks or (), item.plain.get("marks") or (), strict=True)):
            question = mark.question_id or 0
            asked[question] += 1
            text = text_of(frame.system, mark.mark, f"{item.where}.marks[{index}].mark")
            if means_none(text):
                continue
            yield SeenMark(item=item, mark=mark, plain=plain, id=f"{item.id}-{question}-{asked[question]}", reading=read_mark(text))


def marks(frame: Frame, found: Sequence[SeenLesson]) -> tuple[Mark, ...]:
    """An absence in the place of a mark stays there as its text: the diary has no list of absences where it would not be lost."""
    return tuple(_mark(frame, one) for one in seen_marks(frame, found))


def _mark(frame: Frame, one: SeenMark) -> Mark:
    reading = one.reading
    question = str(one.mark.question_id) if one.mark.question_id is not None else ""
    return Mark(
        origin=frame.origin(one.id, question=question),
        subject=one.item.subject,
        value=reading.text,
        lesson=one.item.id,
        lesson_date=one.item.date,
        number=reading.number,
        parts=reading.parts,
        scale=reading.scale,
        work=_work(one.mark),
        flagged=reading.flagged,
        raw=original(one.plain),
    )


def _work(mark: wire.LessonMark) -> Work | None:
    kind, name = plain_text(mark.question_type), plain_text(mark.question_name)
    if not kind and not name:
        return None
    return Work(type_name=kind or name, topic=name if kind and name != kind else "")
