"""Lessons in their two shapes, log entries, and the days of a schedule."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sandbox.dnevnik.state.directory import Directory
from sandbox.dnevnik.state.ids import named, numbered, with_text
from sandbox.dnevnik.state.journal import Entry, Journal, Work
from sandbox.dnevnik.wire.dates import day, hours, moment
from sandbox.dnevnik.wire.schools import subject
from sandbox.dnevnik.wire.works import work as work_shape
from sandbox.world.model import Lesson

STATUSES: Final = {"planned": "Planned", "held": "Finished", "cancelled": "Cancelled", "replaced": "Replaced", "moved": "Moved"}


def lesson_id(lesson: Lesson) -> int:
    return numbered("lesson", lesson.number_id)


def schedule_lesson(directory: Directory, it: Lesson, works: Iterable[int]) -> dict[str, Any]:
    """The lesson of schedules and homework lists. What a replaced lesson stood in for, and the day a moved one came from, are
    given beside the documented keys (`replacedSubjectId`, `movedFrom`); clients skip them."""
    ids = list(works)
    teachers = _teachers(directory, it)
    shape = {
        **with_text(id=lesson_id(it)),
        "title": it.topic,
        "date": day(it.date),
        "number": it.number,
        **with_text(subjectId=directory.subject_id(it.subject)),
        "status": STATUSES.get(it.status, "Planned"),
        "resultPlaceId": named("place", it.class_id, it.room),
        "building": "",
        "place": it.room,
        "floor": "",
        "hours": hours(it.starts_at, it.ends_at, directory.zone(directory.town.schools[directory.town.classes[it.class_id].school])),
        "works": ids,
        "works_str": [str(key) for key in ids],
        "teachers": teachers,
        "teachers_str": [str(key) for key in teachers],
    }
    if it.replaces is not None:
        shape |= with_text(replacedSubjectId=directory.subject_id(it.replaces))
    if it.moved_from is not None:
        shape["movedFrom"] = day(it.moved_from)
    return shape


def lesson(journal: Journal, it: Lesson, works: Iterable[Work]) -> dict[str, Any]:
    """The lesson of `lessons/{id}`: its subject and its works in full."""
    directory = journal.directory
    teachers = _teachers(directory, it)
    return {
        **with_text(id=lesson_id(it)),
        "title": it.topic,
        "date": day(it.date),
        "number": it.number,
        "subject": subject(directory, directory.town.subjects[it.subject]),
        **with_text(group=directory.lesson_group(it)),
        "status": STATUSES.get(it.status, "Planned"),
        "resultPlaceId": named("place", it.class_id, it.room),
        "works": [work_shape(journal, each) for each in works],
        "teachers": teachers,
        "teachers_str": [str(key) for key in teachers],
    }


def _teachers(directory: Directory, it: Lesson) -> list[int]:
    who = directory.town.people.get(it.teacher)
    return [] if who is None else [directory.person_id(who)]


def log_entry(directory: Directory, it: Entry) -> dict[str, Any]:
    return {
        **with_text(
            person=directory.person_id(it.pupil),
            lesson=None if it.lesson is None else lesson_id(it.lesson),
        ),
        "comment": it.comment,
        "status": it.status,
        "createdDate": moment(it.created_at, directory.zone(directory.school_of(it.pupil))),
    }
