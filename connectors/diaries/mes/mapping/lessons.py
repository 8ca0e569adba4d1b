"""The calendar: lessons and other events of the day, and who was absent from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from connectors.diaries.mes.mapping import wire
from connectors.diaries.mes.mapping.frame import Frame
from connectors.kit.answers import original
from connectors.kit.diary import Attendance, AttendanceKind, Lesson, LessonStatus
from connectors.kit.errors import Drifted
from connectors.kit.plain_text import plain_text

# Records of their own.
_APART = frozenset({"homework", "marks"})
_KINDS = {"": "lesson", "PLAN": "lesson", "AE": "extra", "EC": "extra"}
_ABSENCES = {
    1: ("Н", AttendanceKind.ABSENT_UNEXCUSED),
    2: ("УП", AttendanceKind.EXCUSED),
    6: ("Б", AttendanceKind.ILL),
    9: ("ОП", AttendanceKind.LATE),
}
_MISSED = "пропуск"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenEvent:
    """An event as it stood in an answer; `where` is its path there. Its day is the one that the school wrote."""

    event: wire.Event
    plain: Any
    where: str
    date: date
    start: datetime
    end: datetime | None
    subject: str

    @property
    def id(self) -> str:
        return str(self.event.id)

    @property
    def is_lesson(self) -> bool:
        return _KINDS.get(self.event.source or "") == "lesson"


def seen(frame: Frame, answers: Sequence[tuple[wire.Events, Any]]) -> list[SeenEvent]:
    """The events of the window, each once, in the order of their bells."""
    found: dict[tuple[str, int], SeenEvent] = {}
    for answer, plain in answers:
        if answer.total_count is not None and answer.total_count > len(answer.response):
            raise Drifted(frame.system, "$.total_count", "more events than were sent")
        for at, (event, own) in enumerate(zip(answer.response, plain["response"], strict=True)):
            where = f"$.response[{at}]"
            day = frame.day(event.start_at, f"{where}.start_at")
            if frame.holds(day):
                found[event.source or "", event.id] = SeenEvent(
                    event=event,
                    plain=own,
                    where=where,
                    date=day,
                    start=frame.moment(event.start_at, f"{where}.start_at"),
                    end=frame.maybe_moment(event.finish_at, f"{where}.finish_at"),
                    subject=_named(event),
                )
    return sorted(found.values(), key=lambda one: (one.start, one.event.id))


def _named(one: wire.Event) -> str:
    """Extra classes and events often have a name and no subject."""
    return next((text for text in map(plain_text, (one.subject_name, one.title, one.lesson_name, one.group_name)) if text), "")


def lessons(frame: Frame, found: Sequence[SeenEvent]) -> tuple[Lesson, ...]:
    return tuple(_lesson(frame, one) for one in found)


def _lesson(frame: Frame, one: SeenEvent) -> Lesson:
    event = one.event
    if not one.subject:
        raise Drifted(frame.system, f"{one.where}.subject_name", "a lesson of nothing")
    return Lesson(
        origin=frame.origin(one.id, source="" if one.is_lesson else event.source or ""),
        school_date=one.date,
        subject=one.subject,
        status=_status(frame, one),
        start=None if event.is_all_day else one.start,
        end=None if event.is_all_day else one.end,
        room=plain_text(event.room_number) or plain_text(event.room_name),
        topic=plain_text(event.lesson_theme),
        kind=_KINDS.get(event.source or "", "event"),
        raw=original(one.plain, without=_APART),
    )


def _status(frame: Frame, one: SeenEvent) -> LessonStatus:
    if one.event.cancelled:
        return LessonStatus.CANCELLED
    if one.event.replaced:
        return LessonStatus.REPLACED
    return LessonStatus.HELD if (one.end or one.start) <= frame.fetched_at else LessonStatus.PLANNED


def attendance(frame: Frame, found: Sequence[SeenEvent]) -> tuple[Attendance, ...]:
    """A reason that nobody documented, and a lesson missed without one, stay unknown: they are no truancy by our guess."""
    return tuple(_absence(frame, one) for one in found if one.event.absence_reason_id is not None or one.event.is_missed_lesson)


def _absence(frame: Frame, one: SeenEvent) -> Attendance:
    reason = one.event.absence_reason_id
    unknown = (_MISSED if reason is None else str(reason), AttendanceKind.UNKNOWN)
    code, kind = _ABSENCES.get(reason, unknown) if reason is not None else unknown
    return Attendance(
        origin=frame.origin(f"{one.id}-absence", lesson=one.id),
        school_date=one.date,
        code=code,
        kind=kind,
        subject=one.subject,
        lesson=one.id,
        raw=original(one.plain, without=_APART),
    )
