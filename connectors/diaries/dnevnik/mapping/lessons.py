"""Lessons with their times, teachers, room, topic and the teacher's comments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from connectors.diaries.dnevnik.mapping import wire
from connectors.diaries.dnevnik.mapping.frame import Frame, Json, Tables, ident, raw
from connectors.diaries.dnevnik.mapping.times import bells, maybe_day
from connectors.kit.diary import Lesson, LessonStatus
from connectors.kit.errors import Drifted
from connectors.kit.plain_text import plain_text

_STATUSES = (
    ("cancel", LessonStatus.CANCELLED),
    ("replac", LessonStatus.REPLACED),
    ("substitut", LessonStatus.REPLACED),
    ("move", LessonStatus.MOVED),
    ("transfer", LessonStatus.MOVED),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLesson:
    """A lesson as it stood in an answer, with its id, date and path there."""

    id: str
    date: date
    lesson: wire.Lesson
    original: Json
    where: str


def subject_of(frame: Frame, subject_id: int | None, tables: Tables, where: str) -> str:
    """The subject's name; an id that no table explains is a broken answer, because a nameless record helps nobody."""
    name = tables.subjects.get(ident(subject_id)) if subject_id is not None else None
    if name is None:
        raise Drifted(frame.system, where, "unknown subject")
    return name


def lessons(frame: Frame, seen: list[SeenLesson], tables: Tables) -> tuple[Lesson, ...]:
    """The canonical lessons inside the window, each id once, in the order of the days."""
    records = {item.id: _lesson(frame, item, tables) for item in seen if frame.holds(item.date)}
    return tuple(sorted(records.values(), key=lambda lesson: (lesson.school_date, lesson.number if lesson.number is not None else 99)))


def _lesson(frame: Frame, seen: SeenLesson, tables: Tables) -> Lesson:
    lesson = seen.lesson
    start, end = bells(seen.date, lesson.hours, frame.zone)
    place = ", ".join(text.strip() for text in (lesson.place, lesson.building, lesson.floor) if text and text.strip())
    works = [tables.works[ident(id_)] for id_ in lesson.works or () if ident(id_) in tables.works]
    ended = end <= frame.fetched_at if end else seen.date < frame.fetched_at.astimezone(frame.zone).date()
    replaced = ident(lesson.replaced_subject_id)
    return Lesson(
        origin=frame.origin(seen.id),
        school_date=seen.date,
        subject=tables.lessons[seen.id].subject,
        status=_status(lesson.status, ended),
        number=lesson.number,
        start=start,
        end=end,
        teachers=tuple(tables.teachers[ident(id_)] for id_ in lesson.teachers or () if ident(id_) in tables.teachers),
        room=place,
        topic=plain_text(lesson.title),
        replaces=tables.subjects.get(replaced) if replaced else None,
        moved_from=maybe_day(frame.system, lesson.moved_from, frame.zone, f"{seen.where}.movedFrom"),
        is_control=any(_important(work, tables) for work in works),
        comment="\n".join(dict.fromkeys(comment.text for comment in tables.comments.get(seen.id, ()))),
        raw=raw(seen.original, frame.person),
    )


def _status(status: str | None, ended: bool) -> LessonStatus:
    """A changed lesson names its change; whether an ordinary one is over is the clock's word."""
    word = (status or "").casefold()
    for stem, meaning in _STATUSES:
        if stem in word:
            return meaning
    return LessonStatus.HELD if ended else LessonStatus.PLANNED


def _important(work: wire.Work, tables: Tables) -> bool:
    type_ = tables.types.get(ident(work.work_type))
    return bool(work.is_important or (type_ is not None and type_.is_important))
