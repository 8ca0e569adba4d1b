"""Lessons, and the marks and absences that stand on them in two shapes at once."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from connectors.diaries.kiasuo.mapping import wire
from connectors.diaries.kiasuo.mapping.frame import KRASNOYARSK, Frame
from connectors.kit.answers import original, text_of
from connectors.kit.diary import Attendance, AttendanceKind, Lesson, LessonStatus, Mark, Work
from connectors.kit.errors import Drifted
from connectors.kit.local_time import moment
from connectors.kit.marks import MarkReading, read_mark
from connectors.kit.plain_text import plain_text

# Teachers are other people; marks are records of their own.
_APART = frozenset({"teacher", "slots", "marks"})
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
        return str(self.lesson.lesson_event_id)

    @property
    def subject(self) -> str:
        return plain_text(self.lesson.subject)


def seen(frame: Frame, answers: Sequence[tuple[wire.Week, Any]]) -> list[SeenLesson]:
    """The lessons of all answers, each id once, in the order of their days."""
    found: dict[int, SeenLesson] = {}
    for week, plain in answers:
        for index, (lesson, kept) in enumerate(zip(week.schedule, plain["schedule"], strict=True)):
            where = f"$.schedule[{index}]"
            day = frame.day(lesson.lesson_date, f"{where}.lesson_date")
            found[lesson.lesson_event_id] = SeenLesson(lesson=lesson, plain=kept, where=where, date=day)
    return sorted(found.values(), key=lambda item: (item.date, item.lesson.start.zfill(8), item.lesson.lesson_event_id))


def lessons(frame: Frame, found: Sequence[SeenLesson]) -> tuple[Lesson, ...]:
    return tuple(_lesson(frame, item) for item in found if frame.holds(item.date))


def _lesson(frame: Frame, item: SeenLesson) -> Lesson:
    lesson = item.lesson
    end = _clock(frame, item, lesson.end, "to")
    teacher, topic = plain_text(lesson.teacher), plain_text(lesson.theme)
    return Lesson(
        origin=frame.origin(item.id),
        school_date=item.date,
        subject=item.subject,
        # The week tells no state: whether a lesson is over is the clock's word.
        status=LessonStatus.HELD if end <= frame.fetched_at else LessonStatus.PLANNED,
        number=lesson.lesson_number,
        start=_clock(frame, item, lesson.start, "from"),
        end=end,
        teachers=(teacher,) if teacher else (),
        topic="" if topic.casefold() in _NO_TOPIC else topic,
        raw=original(item.plain, without=_APART),
    )


def _clock(frame: Frame, item: SeenLesson, text: str, key: str) -> datetime:
    """`08:30`, alone or after its day."""
    clock = text.replace("T", " ").rpartition(" ")[2]
    return moment(frame.system, item.date, clock, KRASNOYARSK, f"{item.where}.{key}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenMark:
    """One mark of a lesson, from whichever shapes show it, with the id that we give it: it has none of its own."""

    item: SeenLesson
    id: str
    reading: MarkReading
    updated_at: datetime | None
    weight: Decimal | None
    work: Work | None
    comment: str
    plain: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class _Both:
    """The same mark in the shape of today and in that of 2024; one of them may be missing."""

    text: str
    slot: wire.Slot | None = None
    old: wire.OldMark | None = None
    plain: Any
    where: str

    @property
    def work(self) -> Work | None:
        asked = self.old.slot if self.old else None
        kind = plain_text((self.slot.text if self.slot else None) or (asked.text if asked else None))
        abbr, topic = (plain_text(asked.short_text), plain_text(asked.remark)) if asked else ("", "")
        return Work(type_name=kind, abbr=abbr, topic=topic) if kind or abbr or topic else None


def seen_marks(frame: Frame, found: Sequence[SeenLesson]) -> Iterator[SeenMark]:
    """Numbered within their lesson and kind of work, so that a correction keeps the id (facts/diaries.md, traps)."""
    for item in found:
        if not frame.holds(item.date):
            continue
        count: Counter[str] = Counter()
        for both in _paired(frame, item):
            work = both.work
            kind = work.type_name if work else ""
            count[kind] += 1
            if not both.text.strip():
                continue
            changed = both.slot.updated_at if both.slot else None
            yield SeenMark(
                item=item,
                id=f"{item.id}-{hashlib.sha256(kind.encode()).hexdigest()[:8]}-{count[kind]}",
                reading=read_mark(both.text),
                updated_at=frame.instant(changed, f"{both.where}.updated_at") if changed else None,
                weight=_weight(frame, both),
                work=work,
                comment=plain_text(both.old.remark) if both.old else "",
                plain=both.plain,
            )


def _paired(frame: Frame, item: SeenLesson) -> list[_Both]:
    """Both shapes name the marks in the same order. Where they tell different marks, the one that tells more is believed alone."""
    slots = [
        _Both(text=_slot_text(frame, slot, f"{item.where}.slots[{at}]"), slot=slot, plain=plain, where=f"{item.where}.slots[{at}]")
        for at, (slot, plain) in enumerate(zip(item.lesson.slots or (), item.plain.get("slots") or (), strict=True))
    ]
    old = [
        _Both(
            text=text_of(frame.system, mark.mark, f"{item.where}.marks[{at}].mark"),
            old=mark,
            plain=plain,
            where=f"{item.where}.marks[{at}]",
        )
        for at, (mark, plain) in enumerate(zip(item.lesson.marks or (), item.plain.get("marks") or (), strict=True))
    ]
    marked = [one.text for one in slots if one.text.strip()]
    if marked != [one.text for one in old if one.text.strip()]:
        return slots if len(marked) >= len(old) else old
    others = iter([one for one in old if one.text.strip()])
    return [_joined(one, next(others)) if one.text.strip() else one for one in slots]


def _joined(new: _Both, old: _Both) -> _Both:
    return _Both(text=new.text, slot=new.slot, old=old.old, plain={"slot": new.plain, "mark": old.plain}, where=new.where)


def _slot_text(frame: Frame, slot: wire.Slot, where: str) -> str:
    return text_of(frame.system, slot.mark.value, f"{where}.mark.value") if slot.mark else ""


def _weight(frame: Frame, both: _Both) -> Decimal | None:
    """`"1.5"`; a mark without one says nothing of it."""
    where = f"{both.where}.weight"
    text = text_of(frame.system, both.old.weight, where) if both.old else ""
    if not text:
        return None
    try:
        weight = Decimal(text.replace(",", "."))
    except InvalidOperation as error:
        raise Drifted(frame.system, where, "not a weight") from error
    if not weight.is_finite():
        raise Drifted(frame.system, where, "not a weight")
    return weight


def marks(frame: Frame, found: Sequence[SeenLesson]) -> tuple[Mark, ...]:
    """An absence written as a mark is no mark; «осв» is one, it stands where a mark would."""
    return tuple(_mark(frame, one) for one in seen_marks(frame, found) if one.reading.attendance in (None, AttendanceKind.EXEMPT))


def _mark(frame: Frame, one: SeenMark) -> Mark:
    reading = one.reading
    return Mark(
        origin=frame.origin(one.id, updated_at=one.updated_at),
        subject=one.item.subject,
        value=reading.text,
        lesson=one.item.id,
        lesson_date=one.item.date,
        set_at=one.updated_at,
        number=reading.number,
        parts=reading.parts,
        scale=reading.scale,
        weight=one.weight,
        work=one.work,
        comment=one.comment,
        flagged=reading.flagged,
        raw=original(one.plain),
    )


def attendance(frame: Frame, found: Sequence[SeenLesson]) -> tuple[Attendance, ...]:
    return tuple(
        Attendance(
            origin=frame.origin(one.id, updated_at=one.updated_at),
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
