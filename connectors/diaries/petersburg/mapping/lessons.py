"""Lessons, and the homework that is due at them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import msgspec

from connectors.diaries.petersburg.mapping import wire
from connectors.diaries.petersburg.mapping.frame import MOSCOW, Frame
from connectors.kit.answers import decode_both, original
from connectors.kit.diary import Attachment, Homework, Lesson, LessonStatus
from connectors.kit.local_time import dotted_day, dotted_moment
from connectors.kit.plain_text import https_links, plain_text, says_nothing

_APART = frozenset({"tasks", "estimates"})
_HOMEWORK = "homework"
# What a text in HTML means by an address without a host.
BASE = "https://dnevnik2.petersburgedu.ru/"

Items = Sequence[msgspec.Raw]


def lessons(frame: Frame, items: Items) -> tuple[Lesson, ...]:
    return tuple(_lesson(frame, lesson, plain, day) for lesson, plain, day in _seen(frame, items))


def _lesson(frame: Frame, lesson: wire.Lesson, plain: Any, day: date) -> Lesson:
    end = dotted_moment(frame.system, lesson.datetime_to, MOSCOW, "$.items[].datetime_to")
    topic = plain_text(lesson.content_name)
    return Lesson(
        origin=frame.origin(str(lesson.identity.id), subject=str(lesson.subject_id or "")),
        school_date=day,
        subject=plain_text(lesson.subject_name),
        # The list tells no state: whether a lesson is over is the clock's word.
        status=LessonStatus.HELD if end <= frame.fetched_at else LessonStatus.PLANNED,
        number=lesson.number,
        start=dotted_moment(frame.system, lesson.datetime_from, MOSCOW, "$.items[].datetime_from"),
        end=end,
        topic="" if says_nothing(topic) else topic,
        raw=original(plain, without=_APART),
    )


def homework(frame: Frame, items: Items) -> tuple[Homework, ...]:
    """It stands on the lesson that it is due at; where it was set is not told, and it has no id of its own."""
    return tuple(
        Homework(
            origin=frame.origin(f"{lesson.identity.id}-{number}"),
            subject=plain_text(lesson.subject_name),
            text=plain_text(task.task_name),
            due_lesson=str(lesson.identity.id),
            due_date=day,
            attachments=_files(task),
            links=https_links(task.task_name, base=BASE),
            raw=original(kept),
        )
        for lesson, plain, day in _seen(frame, items)
        for number, (task, kept) in enumerate(zip(lesson.tasks or (), plain.get("tasks") or (), strict=True), 1)
        if (task.task_kind_code or _HOMEWORK) == _HOMEWORK and not _is_empty(task)
    )


def _is_empty(task: wire.Task) -> bool:
    return says_nothing(plain_text(task.task_name)) and not task.files


def _files(task: wire.Task) -> tuple[Attachment, ...]:
    """The portal opens a file by its key alone, so there is a name to show and nothing to follow."""
    return tuple(Attachment(name=plain_text(file.file_name) or "Файл", url="", size=file.size) for file in task.files or ())


def _seen(frame: Frame, items: Items) -> Iterator[tuple[wire.Lesson, Any, date]]:
    """The lessons of the window, each id once: a page may repeat what moved while the pages were read."""
    met: set[int] = set()
    for item in items:
        lesson, plain = decode_both(frame.system, bytes(item), wire.Lesson)
        day = dotted_day(frame.system, lesson.datetime_from.partition(" ")[0], "$.items[].datetime_from")
        if frame.holds(day) and lesson.identity.id not in met:
            met.add(lesson.identity.id)
            yield lesson, plain, day
