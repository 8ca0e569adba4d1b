"""What every record of one read shares, and the answer itself: whose it must be, and its lessons one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime
from typing import Any

import msgspec

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


class SeenLesson(msgspec.Struct, frozen=True, kw_only=True):
    """A lesson as it stood in an answer, its place there, and its instants. The day is the school's own, by the offset that was written."""

    id: str
    lesson: wire.LessonOf
    plain: Any
    place: tuple[int, int, int]
    subject: str
    date: date
    start: datetime
    end: datetime

    @property
    def where(self) -> str:
        return where_of(*self.place)


def where_of(school: int, group: int, lesson: int) -> str:
    return f"$.school[{school}].class[{group}].lesson[{lesson}]"


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
                start, end = lesson.period.start, lesson.period.end
                begins, ends = _instant(start), _instant(end)
                if begins is None or ends is None:
                    where = f"{where_of(at, place, index)}.period"
                    begins, ends = moment(system, start, f"{where}.start"), moment(system, end, f"{where}.end")
                yield SeenLesson(
                    id=lesson.id,
                    lesson=lesson,
                    plain=raw,
                    place=(at, place, index),
                    subject=plain_text(lesson.subject),
                    date=begins.date(),
                    start=begins.astimezone(UTC),
                    end=ends.astimezone(UTC),
                )


def _instant(text: str) -> datetime | None:
    """None for what `moment` is to refuse with a path."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None and 1 < found.year < MAXYEAR else None


def moment(system: str, text: str, where: str) -> datetime:
    """A time with the offset that was written; one without an offset belongs to nobody's clock."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Drifted(system, where, "not a time") from error
    if found.utcoffset() is None:
        raise Drifted(system, where, "a time without an offset")
    if not 1 < found.year < MAXYEAR:
        raise Drifted(system, where, "a time at the end of the calendar, which UTC may not have")
    return found
