"""A day of the diary: lessons with the marks that stand on them, absences among these, and the homework that is due on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from connectors.diaries.eljur.mapping import wire
from connectors.diaries.eljur.mapping.frame import Frame, listed
from connectors.kit.answers import original, text_of
from connectors.kit.diary import Attendance, AttendanceKind, Lesson, LessonStatus, Mark, Work
from connectors.kit.local_time import moment
from connectors.kit.marks import MarkReading, read_mark
from connectors.kit.plain_text import plain_text

# Teachers are other people; marks and homework are records of their own.
_APART = frozenset({"teacher", "assessments", "homework", "files"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLesson:
    """A lesson as it stood in an answer; `where` is its path there. Two subgroups have one number in one day, so the id is ours."""

    item: wire.Item
    plain: Any
    where: str
    date: date
    id: str
    source: str

    @property
    def subject(self) -> str:
        return plain_text(self.item.name)


def seen(frame: Frame, answers: Sequence[tuple[wire.Diary, Any]]) -> list[SeenLesson]:
    """The lessons of the window in the order of their days and places."""
    found: dict[str, SeenLesson] = {}
    for diary, plain in answers:
        for key, day, kept in listed(diary.days, plain["days"]):
            where = f"$.days.{key}"
            school_date = frame.day(day.name, f"{where}.name")
            if not frame.holds(school_date):
                continue
            for place, item, own in listed(day.items, kept.get("items")):
                at = f"{where}.items.{place}"
                source = text_of(frame.system, item.lesson_id, f"{at}.lesson_id")
                id_ = f"{school_date:%Y%m%d}-{source or place}"
                if id_ in found:
                    id_ = f"{id_}-{place}"
                found[id_] = SeenLesson(item=item, plain=own, where=at, date=school_date, id=id_, source=source)
    return sorted(found.values(), key=lambda one: one.date)


def lessons(frame: Frame, found: Sequence[SeenLesson]) -> tuple[Lesson, ...]:
    return tuple(_lesson(frame, one) for one in found)


def _lesson(frame: Frame, one: SeenLesson) -> Lesson:
    item = one.item
    start = moment(frame.system, one.date, item.starttime, frame.zone, f"{one.where}.starttime") if item.starttime else None
    end = moment(frame.system, one.date, item.endtime, frame.zone, f"{one.where}.endtime") if item.endtime else None
    number = text_of(frame.system, item.num, f"{one.where}.num").strip()
    teacher = plain_text(item.teacher)
    return Lesson(
        origin=frame.origin(one.id, lesson=one.source),
        school_date=one.date,
        subject=one.subject,
        status=_status(frame, one.date, end),
        number=int(number) if number.isascii() and number.isdigit() and len(number) < 4 else None,
        start=start,
        end=end,
        group=plain_text(item.grp) or plain_text(item.grp_short) or None,
        teachers=(teacher,) if teacher else (),
        room=plain_text(item.room),
        topic=plain_text(item.topic),
        is_control=bool(item.is_control),
        raw=original(one.plain, without=_APART),
    )


def _status(frame: Frame, day: date, end: datetime | None) -> LessonStatus:
    """The diary tells no change of a lesson; whether it is over is the clock's word, and without bells the calendar's."""
    over = end <= frame.fetched_at if end else day < frame.fetched_at.astimezone(frame.zone).date()
    return LessonStatus.HELD if over else LessonStatus.PLANNED


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenMark:
    """What stands among the marks of a lesson."""

    one: SeenLesson
    mark: wire.MarkOf
    plain: Any
    where: str
    id: str
    reading: MarkReading

    @property
    def comment(self) -> str:
        said = (plain_text(self.mark.comment), plain_text(self.mark.lesson_comment))
        return "\n".join(dict.fromkeys(text for text in said if text))


def seen_marks(frame: Frame, found: Sequence[SeenLesson]) -> Iterator[SeenMark]:
    """In the order of the lessons. `nm` is the place in the lesson's list, and stays when the value is corrected."""
    for one in found:
        taken: set[str] = set()
        for place, mark, plain in listed(one.item.assessments, one.plain.get("assessments")):
            where = f"{one.where}.assessments.{place}"
            number = text_of(frame.system, mark.nm, f"{where}.nm").strip() or place
            number = f"{number}-{place}" if number in taken else number
            taken.add(number)
            text = text_of(frame.system, mark.value, f"{where}.value")
            reading = read_mark(text)
            if not reading.empty:
                yield SeenMark(one=one, mark=mark, plain=plain, where=where, id=f"{one.id}-{number}", reading=reading)


def marks(frame: Frame, found: Sequence[SeenLesson]) -> tuple[Mark, ...]:
    """An absence is written as a mark and is none; «осв» is one."""
    return tuple(_mark(frame, one) for one in seen_marks(frame, found) if one.reading.attendance in (None, AttendanceKind.EXEMPT))


def _mark(frame: Frame, seen_mark: SeenMark) -> Mark:
    mark, reading = seen_mark.mark, seen_mark.reading
    return Mark(
        origin=frame.origin(seen_mark.id),
        subject=seen_mark.one.subject,
        value=reading.text,
        lesson=seen_mark.one.id,
        lesson_date=seen_mark.one.date,
        number=reading.number,
        parts=reading.parts,
        scale=reading.scale,
        weight=_weight(frame, seen_mark),
        counts_in_average=mark.count,
        work=_work(frame, seen_mark),
        comment=seen_mark.comment,
        flagged=reading.flagged,
        raw=original(seen_mark.plain),
    )


def _weight(frame: Frame, one: SeenMark) -> Decimal | None:
    """`weight` is cut to a whole number; the weight itself is `weight_float`."""
    exact = text_of(frame.system, one.mark.weight_float, f"{one.where}.weight_float")
    text = (exact or text_of(frame.system, one.mark.weight, f"{one.where}.weight")).strip().replace(",", ".")
    return Decimal(text) if text.isascii() and text.replace(".", "", 1).isdigit() else None


def _work(frame: Frame, one: SeenMark) -> Work | None:
    """`mtype`, with some servers only the names of the control beside it."""
    kind = one.mark.mtype if isinstance(one.mark.mtype, wire.WorkOf) else wire.WorkOf()
    name = plain_text(kind.type) or plain_text(one.mark.control_type)
    abbr = plain_text(kind.short) or plain_text(one.mark.control_type_short)
    code = text_of(frame.system, kind.id, f"{one.where}.mtype.id")
    return Work(type_code=code, type_name=name, abbr=abbr) if name or abbr else None


def attendance(frame: Frame, found: Sequence[SeenLesson]) -> tuple[Attendance, ...]:
    return tuple(
        Attendance(
            origin=frame.origin(one.id),
            school_date=one.one.date,
            code=one.reading.text,
            kind=one.reading.attendance,
            subject=one.one.subject,
            lesson=one.one.id,
            comment=one.comment,
            raw=original(one.plain),
        )
        for one in seen_marks(frame, found)
        if one.reading.attendance not in (None, AttendanceKind.EXEMPT)
    )
