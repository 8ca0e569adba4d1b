"""Schedules, lessons, and the lesson log with its absences and remarks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sandbox.dnevnik.routes.table import Call, Table
from sandbox.dnevnik.state import Journal
from sandbox.dnevnik.state.directory import Group
from sandbox.dnevnik.state.journal import Entry
from sandbox.dnevnik.wire import lessons as wire
from sandbox.dnevnik.wire.errors import ApiError, parameter
from sandbox.dnevnik.wire.schedules import schedule_day
from sandbox.world.model import Lesson

LONGEST = timedelta(days=366)
STATUSES = ["Attend", "Absent", "Ill", "Late", "Pass"]


def add(table: Table) -> None:
    table.get("persons/<person>/groups/<group>/schedules")(schedule)
    table.get("lessons/<lesson>")(lesson)
    table.post("lessons/many")(many_lessons)
    table.get("edu-groups/<group>/lessons/<start>/<end>")(group_lessons)
    table.get("edu-groups/<group>/subjects/<subject>/lessons/<start>/<end>")(group_subject_lessons)
    table.get("lesson-log-entries/statuses")(statuses)
    table.get("lesson-log-entries")(entries_of_lessons)
    table.get("lessons/<lesson>/log-entries")(entries_of_lesson)
    table.get("lesson-log-entries/lesson/<lesson>/person/<person>")(entry_of_person)
    table.get("lesson-log-entries/group/<group>")(entries_of_group)
    table.get("lesson-log-entries/person/<person>/subject/<subject>")(entries_by_subject)
    table.get("lesson-log-entries/person=<person>&subject=<subject>&from=<start>&to=<end>")(entries_by_subject)
    table.get("persons/<person>/lesson-log-entries")(entries_by_person)
    for method in ("POST", "PUT", "DELETE"):
        table.add(method, "lessons/<lesson>/log-entries")(teachers_only)


def schedule(call: Call, person: str, group: str) -> Any:
    journal, wanted = call.pupil(person), call.group(group)
    if wanted.klass.id != journal.pupil.class_id:
        raise ApiError("authorizationSystemForbidden")
    start, end = call.span("startDate", "endDate")
    if end - start > LONGEST:
        raise parameter("endDate", "период больше года")
    lessons = [it for it in journal.lessons(start, end) if in_group(it, wanted)]
    days = [start + timedelta(days=number) for number in range((end - start).days + 1)]
    return {"days": [schedule_day(journal, day, [it for it in lessons if it.date == day], call.state.grants.homework) for day in days]}


def in_group(lesson: Lesson, group: Group) -> bool:
    """A class has all lessons, its subgroups' too; a subgroup has its own."""
    if lesson.class_id != group.klass.id:
        return False
    return group.label is None or (lesson.subject == group.subject and lesson.subgroup == group.label)


def lesson(call: Call, lesson: str) -> Any:
    found, journals = call.lesson(lesson)
    return _full(journals[0], found)


def _full(journal: Journal, lesson: Lesson) -> Any:
    marks = [mark for mark in journal.marks(lesson.date, lesson.date) if mark.lesson == lesson.id]
    homework = [it for it in journal.homework(lesson.date, lesson.date) if it.assigned_lesson == lesson.id]
    return wire.lesson(journal, lesson, journal.lesson_works(marks, homework).values())


def many_lessons(call: Call) -> Any:
    found = [call.lesson(str(key)) for key in call.id_list("lessons")]
    return [_full(journals[0], it) for it, journals in found]


def group_lessons(call: Call, group: str, start: str, end: str) -> Any:
    return _group_lessons(call, call.group(group), *call.span("from", "to", start, end), None)


def group_subject_lessons(call: Call, group: str, subject: str, start: str, end: str) -> Any:
    return _group_lessons(call, call.group(group), *call.span("from", "to", start, end), call.subject(subject))


def _group_lessons(call: Call, group: Group, start: date, end: date, subject: str | None) -> Any:
    """Every lesson of the group, the other subgroup's too; works only of the own pupils."""
    journals = {journal.pupil.class_id: journal for journal in call.journals()}
    journal = journals[group.klass.id]
    found = [it for it in call.directory.town.lessons(group.klass.id, start, end) if in_group(it, group)]
    return [_full(journal, it) for it in found if subject is None or it.subject == subject]


def statuses(_call: Call) -> Any:
    return STATUSES


def entries_of_lesson(call: Call, lesson: str) -> Any:
    found, journals = call.lesson(lesson)
    return _entries(call, (entry for journal in journals for entry in _at(journal, found)))


def entries_of_lessons(call: Call) -> Any:
    return [entry for key in call.numbers("lessons") for entry in entries_of_lesson(call, str(key))]


def entry_of_person(call: Call, lesson: str, person: str) -> Any:
    found, _ = call.lesson(lesson)
    entries = _entries(call, _at(call.pupil(person), found))
    if not entries:
        raise ApiError("apiResourceUnavailable", "Отметка о посещаемости не найдена")
    return entries[0]


def _at(journal: Journal, lesson: Lesson) -> list[Entry]:
    return [entry for entry in journal.entries(lesson.date, lesson.date) if entry.lesson is not None and entry.lesson.id == lesson.id]


def entries_of_group(call: Call, group: str) -> Any:
    wanted, subject = call.group(group), call.subject(call.args.get("subject", ""))
    start, end = call.span("from", "to")
    journals = [journal for journal in call.journals() if journal.pupil.class_id == wanted.klass.id]
    return _entries(call, (entry for journal in journals for entry in journal.entries(start, end) if entry.subject == subject))


def entries_by_subject(call: Call, person: str, subject: str, start: str | None = None, end: str | None = None) -> Any:
    """Two addresses: the dates in the query, or everything in the last part of the path."""
    journal, wanted = call.pupil(person), call.subject(subject)
    first, last = call.span("from", "to") if start is None or end is None else call.span("from", "to", start, end)
    return _entries(call, (entry for entry in journal.entries(first, last) if entry.subject == wanted))


def entries_by_person(call: Call, person: str) -> Any:
    journal = call.pupil(person)
    return _entries(call, journal.entries(*call.span("startDate", "endDate")))


def _entries(call: Call, found: Iterable[Entry]) -> list[dict[str, Any]]:
    return [wire.log_entry(call.directory, entry) for entry in found]


def teachers_only(call: Call, lesson: str) -> Any:
    call.lesson(lesson)
    raise ApiError("authorizationSystemForbidden")
