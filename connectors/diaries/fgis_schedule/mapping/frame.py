"""What every record of one read shares, and the answer itself: whose it must be, and its lessons one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from connectors.diaries.fgis_schedule.mapping import wire
from connectors.kit.answers import decode_both
from connectors.kit.diary import Origin
from connectors.kit.errors import Drifted
from connectors.kit.plain_text import plain_text
from connectors.kit.ports import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    system: str
    fetched_at: datetime
    window: Window

    def origin(self, id_: str) -> Origin:
        return Origin(system=self.system, id=id_, fetched_at=self.fetched_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLesson:
    """A lesson as it stood in an answer; `where` is its path there. The day is the school's own, by the offset that was written."""

    lesson: wire.LessonOf
    plain: Any
    where: str
    start: datetime
    end: datetime

    @property
    def id(self) -> str:
        return self.lesson.id

    @property
    def subject(self) -> str:
        return plain_text(self.lesson.subject)

    @property
    def date(self) -> date:
        return self.start.date()


def opened(system: str, body: bytes, subject: str) -> tuple[wire.Schedule, Any]:
    """The answer, if it is a Schedule of this pupil (RULES C8)."""
    found, plain = decode_both(system, body, wire.Schedule)
    if found.resource_type != "Schedule":
        raise Drifted(system, "$.resourceType", "not a Schedule")
    if found.id != subject:
        raise Drifted(system, "$.id", "the schedule of another pupil")
    return found, plain


def seen(frame: Frame, answers: Iterable[tuple[wire.Schedule, Any]]) -> list[SeenLesson]:
    """The lessons of the window, each id once, by the clock; a pupil who moved has two schools."""
    found = {one.id: one for answer in answers for one in _every(frame.system, *answer)}
    inside = (one for one in found.values() if frame.window.start <= one.date <= frame.window.end)
    return sorted(inside, key=lambda one: (one.start, one.end, one.id))


def _every(system: str, answer: wire.Schedule, plain: Any) -> Iterator[SeenLesson]:
    for at, (school, own) in enumerate(zip(answer.school, plain["school"], strict=True)):
        for place, (group, kept) in enumerate(zip(school.classes, own["class"], strict=True)):
            for index, (lesson, raw) in enumerate(zip(group.lesson, kept["lesson"], strict=True)):
                where = f"$.school[{at}].class[{place}].lesson[{index}]"
                start = moment(system, lesson.period.start, f"{where}.period.start")
                end = moment(system, lesson.period.end, f"{where}.period.end")
                yield SeenLesson(lesson=lesson, plain=raw, where=where, start=start, end=end)


def moment(system: str, text: str, where: str) -> datetime:
    """A time with the offset that was written; one without an offset belongs to nobody's clock."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Drifted(system, where, "not a time") from error
    if found.utcoffset() is None:
        raise Drifted(system, where, "a time without an offset")
    return found


def utc(found: datetime) -> datetime:
    return found.astimezone(UTC)
