"""One day of a schedule with everything that lies beside its lessons, and the lists that homework comes in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sandbox.dnevnik.state.journal import Journal, Work
from sandbox.dnevnik.wire import people, works
from sandbox.dnevnik.wire.dates import day_with_offset, moment
from sandbox.dnevnik.wire.lessons import log_entry, schedule_lesson
from sandbox.dnevnik.wire.marks import mark
from sandbox.dnevnik.wire.schools import subject
from sandbox.world.model import Homework, Lesson, Person

Statuses = Mapping[tuple[int, str], str]
"""What was done about a homework: (work id, pupil) -> status."""


def schedule_day(journal: Journal, on: date, lessons: list[Lesson], statuses: Statuses) -> dict[str, Any]:
    """Marks and log entries of the day's lessons; class works in `works`, what these lessons set for home in `homeworks`."""
    directory = journal.directory
    zone = directory.zone(directory.school_of(journal.pupil))
    keys = {lesson.id for lesson in lessons}
    marks = [it for it in journal.marks(on, on) if it.lesson in keys]
    homework = [it for it in journal.town.homework_of(journal.pupil.id, on, on, by="assigned") if it.assigned_lesson in keys]
    class_works = journal.lesson_works(marks, ())
    home_works = journal.lesson_works((), homework)
    entries = [entry for entry in journal.entries(on, on) if entry.lesson is not None and entry.lesson.id in keys]
    return {
        "date": day_with_offset(on, zone),
        "lessons": [schedule_lesson(directory, it, _works_of(it, (*class_works.values(), *home_works.values()))) for it in lessons],
        "marks": [mark(journal, it) for it in marks],
        "works": [works.work(journal, it) for it in class_works.values()],
        "homeworks": [home_work(journal, it, statuses) for it in home_works.values()],
        "subjects": subjects(journal, (key for it in lessons for key in (it.subject, it.replaces) if key is not None)),
        "workTypes": works.side_work_types(journal, (*class_works.values(), *home_works.values())),
        "lessonLogEntries": [log_entry(directory, entry) for entry in entries],
        "teachers": [{"person": people.person(directory, who), "role": "Teacher"} for who in teachers(journal, lessons)],
        "nextDate": next_date(journal, on),
    }


def _works_of(lesson: Lesson, found: Iterable[Work]) -> list[int]:
    return [work.id for work in found if work.lesson is not None and work.lesson.id == lesson.id]


def next_date(journal: Journal, on: date) -> str:
    """The next day with lessons, within the year; the day itself where there is none."""
    zone = journal.directory.zone(journal.directory.school_of(journal.pupil))
    return day_with_offset(journal.next_school_day(on) or on, zone)


def home_work(journal: Journal, it: Work, statuses: Statuses) -> dict[str, Any]:
    return works.work(journal, it, statuses.get((it.id, journal.pupil.id), works.NEW_TASK))


def subjects(journal: Journal, keys: Iterable[str]) -> list[dict[str, Any]]:
    directory = journal.directory
    return [subject(directory, directory.town.subjects[key]) for key in dict.fromkeys(keys)]


def teachers(journal: Journal, lessons: Iterable[Lesson]) -> list[Person]:
    return [journal.town.people[key] for key in dict.fromkeys(it.teacher for it in lessons) if key in journal.town.people]


def homework_lists(found: list[tuple[Journal, list[Homework]]], statuses: Statuses, base: str) -> dict[str, Any]:
    """`{works, subjects, lessons, files, teachers}`: everything that the works name, once each."""
    lists: dict[str, dict[Any, Any]] = {"works": {}, "subjects": {}, "lessons": {}, "files": {}, "teachers": {}}
    for journal, items in found:
        for item in items:
            work = journal.homework_work(item)
            _keep_work(lists["works"], home_work(journal, work, statuses))
            lists["subjects"].update((it["id"], it) for it in subjects(journal, [item.subject]))
            lists["files"].update((it["id"], it) for it in _files(journal, work, base))
            if work.lesson is not None:
                lists["lessons"].setdefault(work.lesson.id, schedule_lesson(journal.directory, work.lesson, [work.id]))
                lists["teachers"].update((who.id, people.person(journal.directory, who)) for who in teachers(journal, [work.lesson]))
    return {name: list(values.values()) for name, values in lists.items()}


def _keep_work(kept: dict[Any, Any], work: dict[str, Any]) -> None:
    """Two children of one class have one work with two tasks."""
    if work["id"] in kept:
        kept[work["id"]]["tasks"] += work["tasks"]
    else:
        kept[work["id"]] = work


def _files(journal: Journal, work: Work, base: str) -> list[dict[str, Any]]:
    homework = work.homework
    author = None if work.lesson is None else journal.town.people.get(work.lesson.teacher)
    if homework is None or author is None:
        return []
    zone = journal.directory.zone(journal.directory.school_of(journal.pupil))
    user = people.user(journal.directory, author, ())
    uploaded = moment(homework.set_at, zone)
    return [works.file(homework, name, size, user, base, uploaded) for name, size in homework.files]
