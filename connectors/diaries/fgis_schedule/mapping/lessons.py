"""Lessons, and the scores, absences and homework that lie inside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from connectors.diaries.fgis_schedule.mapping import wire
from connectors.diaries.fgis_schedule.mapping.frame import Frame, SeenLesson
from connectors.kit.answers import original, text_of
from connectors.kit.diary import Attendance, AttendanceKind, Homework, Lesson, LessonStatus, Mark, Scale, Work
from connectors.kit.errors import Drifted
from connectors.kit.marks import attendance as absence_of
from connectors.kit.marks import read_mark
from connectors.kit.plain_text import https_links, plain_text, says_nothing

# Records of their own.
_APART = frozenset({"homework", "score", "attendance"})
_SCALES = {"5": Scale.FIVE, "pass": Scale.PASS, "criteria": Scale.CRITERIA}
_CANCELLED = "Урок отменён"
_MOVED = re.compile(r"Перенесён с ([0-9]{4}-[0-9]{2}-[0-9]{2})")


def lessons(frame: Frame, found: Sequence[SeenLesson]) -> tuple[Lesson, ...]:
    return tuple(_lesson(frame, item) for item in found)


def _lesson(frame: Frame, item: SeenLesson) -> Lesson:
    lesson = item.lesson
    status, note, moved_from = _change(frame, item)
    return Lesson(
        origin=frame.origin(item.id),
        school_date=item.date,
        subject=item.subject,
        status=status,
        start=item.start,
        end=item.end,
        room=plain_text(lesson.classroom),
        topic=plain_text(lesson.topic),
        replaces=plain_text(lesson.instead_of) or None,
        moved_from=moved_from,
        comment=plain_text(note),
        raw=original(item.plain, without=_APART),
    )


def _change(frame: Frame, item: SeenLesson) -> tuple[LessonStatus, str, date | None]:
    """The contract has no status: the first paragraph of the note says a cancelled or moved lesson, the rest is the teacher's."""
    note = item.lesson.note
    if note:
        first, _, rest = note.partition("\n\n")
        if first == _CANCELLED:
            return LessonStatus.CANCELLED, rest, None
        if moved := _MOVED.fullmatch(first):
            try:
                return LessonStatus.MOVED, rest, date.fromisoformat(moved[1])
            except ValueError as error:
                raise Drifted(frame.system, f"{item.where}.note", "not a date") from error
    if item.lesson.instead_of:
        return LessonStatus.REPLACED, note, None
    return LessonStatus.HELD if item.end <= frame.fetched_at else LessonStatus.PLANNED, note, None


def marks(frame: Frame, found: Sequence[SeenLesson]) -> tuple[Mark, ...]:
    return tuple(
        _mark(frame, item, score, plain, index)
        for item in found
        for index, (score, plain) in enumerate(zip(item.lesson.score, item.plain.get("score", ()), strict=True))
        if score.score.strip()
    )


def _mark(frame: Frame, item: SeenLesson, score: wire.ScoreOf, plain: Any, index: int) -> Mark:
    """A score has neither id nor time: its place on the lesson stands for both. A double mark comes in two halves."""
    reading = read_mark(f"{score.score}/{score.score2}" if score.score2 else score.score, scale=_SCALES.get(score.score_system))
    code = plain_text(score.code)
    return Mark(
        origin=frame.origin(f"{item.id}-{index}"),
        subject=item.subject,
        value=reading.text,
        lesson=item.id,
        lesson_date=item.date,
        number=reading.number,
        parts=reading.parts,
        scale=reading.scale,
        weight=_weight(frame, item, score, index),
        work=Work(type_code=code, abbr=code) if code else None,
        flagged=reading.flagged,
        raw=original(plain),
    )


def _weight(frame: Frame, item: SeenLesson, score: wire.ScoreOf, index: int) -> Decimal | None:
    written = bytes(score.weight)
    if written == b"null":
        return None
    where = f"{item.where}.score[{index}].weight"
    text = text_of(frame.system, score.weight, where)
    if text and not text.replace(".", "", 1).isdecimal():
        raise Drifted(frame.system, where, "not a weight")
    return Decimal(text) if text else None


def attendance(frame: Frame, found: Sequence[SeenLesson]) -> tuple[Attendance, ...]:
    """One a lesson, so the lesson's id is its own."""
    return tuple(
        Attendance(
            origin=frame.origin(item.id),
            school_date=item.date,
            code=code,
            kind=absence_of(code) or AttendanceKind.UNKNOWN,
            subject=item.subject,
            lesson=item.id,
        )
        for item in found
        if item.lesson.attendance is not None and (code := item.lesson.attendance.code.strip())
    )


def homework(frame: Frame, found: Sequence[SeenLesson]) -> tuple[Homework, ...]:
    """One text on the lesson where it is due; an empty line parts the tasks."""
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
        for index, text in enumerate(item.lesson.homework.split("\n\n") if item.lesson.homework else ())
        if not says_nothing(plain_text(text))
    )
