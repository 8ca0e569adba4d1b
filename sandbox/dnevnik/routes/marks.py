"""Marks by period, subject, lesson, work and day, the latest ones, and the dictionary of values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from sandbox.dnevnik.routes.lessons import in_group
from sandbox.dnevnik.routes.table import Call, Table
from sandbox.dnevnik.state import Journal
from sandbox.dnevnik.state.ids import number_behind
from sandbox.dnevnik.state.journal import Work, graded_at
from sandbox.dnevnik.wire import marks as wire
from sandbox.dnevnik.wire import works
from sandbox.dnevnik.wire.errors import ApiError, parameter
from sandbox.dnevnik.wire.lessons import lesson as full_lesson
from sandbox.dnevnik.wire.lessons import log_entry, schedule_lesson
from sandbox.dnevnik.wire.schedules import subjects
from sandbox.world.model import Lesson, Mark


def add(table: Table) -> None:
    table.get("marks/values")(values)
    table.get("marks/values/type/<type_>")(values_of_type)
    table.get("marks/<mark>")(one)
    table.get("persons/<person>/schools/<school>/marks/<start>/<end>")(by_school)
    table.get("persons/<person>/edu-groups/<group>/marks/<start>/<end>")(by_group)
    table.get("persons/<person>/subjects/<subject>/marks/<start>/<end>")(by_subject)
    table.get("persons/<person>/marks/<day>")(by_grading_date)
    table.get("lessons/<day>/persons/<person>/marks")(by_lesson_date)
    table.get("persons/<person>/lessons/<lesson>/marks")(by_person_and_lesson)
    table.get("persons/<person>/works/<work>/marks")(by_person_and_work)
    table.get("persons/<person>/group/<group>/recentmarks")(recent)
    table.get("lessons/<lesson>/marks")(by_lesson)
    table.post("lessons/marks", "lessons/many/marks")(by_lessons)
    table.get("works/<work>/marks")(by_work)
    table.get("works/<work>/marks/histogram")(histogram)
    table.get("edu-groups/<group>/marks/<start>/<end>")(group_marks)
    table.get("edu-groups/<group>/subjects/<subject>/marks/<start>/<end>")(group_subject_marks)
    table.get("periods/<period>/subjects/<subject>/groups/<group>/marks/histogram")(period_histogram)
    table.post("persons/<person>/works/<work>/mark")(teachers_only)
    table.get("persons/<person>/schools/<school>/thematic-marks/<start>/<end>")(thematic)
    table.get("persons/<person>/edu-groups/<group>/thematic-marks/<start>/<end>")(thematic)
    table.get("persons/<person>/edu-groups/<group>/subjects/<subject>/thematic-marks/<start>/<end>")(thematic)


def values(_call: Call) -> Any:
    return wire.VALUES


def values_of_type(_call: Call, type_: str) -> Any:
    """Not strict about case: marks say `Mark5`, the dictionary `mark5`."""
    found = wire.VALUES.get(type_.lower())
    if found is None:
        raise parameter("type", type_)
    return found


def one(call: Call, mark: str) -> Any:
    number = number_behind("mark", call.number("mark", mark))
    found = None if number is None else call.directory.town.mark(number)
    if found is None:
        raise ApiError("apiResourceUnavailable", "Оценка не найдена")
    if found.pupil not in call.own:
        raise ApiError("authorizationNotOwner")
    return wire.mark(Journal(call.directory, call.own[found.pupil]), found)


def _list(journal: Journal, found: Iterable[Mark]) -> list[dict[str, Any]]:
    return [wire.mark(journal, it) for it in found]


def by_school(call: Call, person: str, school: str, start: str, end: str) -> Any:
    journal, found = call.pupil(person), call.school(school)
    first, last = call.span("from", "to", start, end)
    return _list(journal, journal.marks(first, last)) if call.directory.school_of(journal.pupil).id == found.id else []


def by_group(call: Call, person: str, group: str, start: str, end: str) -> Any:
    journal, wanted = call.pupil(person), call.group(group)
    first, last = call.span("from", "to", start, end)
    found = ((it, journal.lesson_of(it)) for it in journal.marks(first, last))
    return _list(
        journal, (it for it, lesson in found if (lesson is None and wanted.label is None) or (lesson and in_group(lesson, wanted)))
    )


def by_subject(call: Call, person: str, subject: str, start: str, end: str) -> Any:
    journal, wanted = call.pupil(person), call.subject(subject)
    first, last = call.span("from", "to", start, end)
    return _list(journal, (it for it in journal.marks(first, last) if it.subject == wanted))


def by_grading_date(call: Call, person: str, day: str) -> Any:
    """Marks that were set on this day, whatever lesson they are for."""
    journal, on = call.pupil(person), call.date("date", day)
    zone = call.directory.zone(call.directory.school_of(journal.pupil))
    return _list(journal, (it for it in journal.year_marks() if graded_at(it).astimezone(zone).date() == on))


def by_lesson_date(call: Call, day: str, person: str) -> Any:
    journal, on = call.pupil(person), call.date("date", day)
    return _list(journal, journal.marks(on, on))


def by_person_and_lesson(call: Call, person: str, lesson: str) -> Any:
    journal = call.pupil(person)
    found, _ = call.lesson(lesson)
    return _list(journal, (it for it in journal.marks(found.date, found.date) if it.lesson == found.id))


def by_person_and_work(call: Call, person: str, work: str) -> Any:
    journal, number = call.pupil(person), call.number("work", work)
    return _list(journal, (it for it in journal.year_marks() if journal.work_of(it).id == number))


def by_lesson(call: Call, lesson: str) -> Any:
    """Of the own pupils only: a token shows nobody else's marks."""
    found, journals = call.lesson(lesson)
    return [it for journal in journals for it in _list(journal, (m for m in journal.marks(found.date, found.date) if m.lesson == found.id))]


def by_lessons(call: Call) -> Any:
    return [it for key in call.id_list("lessons") for it in by_lesson(call, str(key))]


def by_work(call: Call, work: str) -> Any:
    number = call.number("work", work)
    return [
        it for journal in call.journals() for it in _list(journal, (m for m in journal.year_marks() if journal.work_of(m).id == number))
    ]


def group_marks(call: Call, group: str, start: str, end: str) -> Any:
    return _group(call, group, call.span("from", "to", start, end), None)


def group_subject_marks(call: Call, group: str, subject: str, start: str, end: str) -> Any:
    return _group(call, group, call.span("from", "to", start, end), call.subject(subject))


def _group(call: Call, group: str, span: tuple[date, date], subject: str | None) -> list[dict[str, Any]]:
    wanted = call.group(group)
    journals = [journal for journal in call.journals() if journal.pupil.class_id == wanted.klass.id]
    return [
        wire.mark(journal, it)
        for journal in journals
        for it in journal.marks(*span)
        if (subject is None or it.subject == subject) and ((lesson := journal.lesson_of(it)) is None or in_group(lesson, wanted))
    ]


def recent(call: Call, person: str, group: str) -> Any:
    """Up to `limit` marks and log entries of each subject, from `fromDate` (today) backwards; criteria lie in a list of their own."""
    journal = call.pupil(person)
    call.group(group)
    until = call.date("fromDate") if call.args.get("fromDate") else call.today()
    subject = call.subject(call.args["subject"]) if call.args.get("subject") else None
    limit = call.number("limit", call.args.get("limit") or "10")
    if not 1 <= limit <= 100:
        raise parameter("limit", limit)
    start = call.directory.town.year[0]
    if until < start:
        return _recent(journal, [], [])
    marks, entries, taken = [], [], Counter[str]()
    for it in sorted(journal.marks(start, until), key=lambda it: (it.date, it.set_at), reverse=True):
        if (subject is None or it.subject == subject) and taken[it.subject] < limit:
            taken[it.subject] += 1
            marks.append(it)
    for entry in reversed(journal.entries(start, until)):
        if entry.status != "Attend" and (subject is None or entry.subject == subject) and taken[entry.subject] < limit:
            taken[entry.subject] += 1
            entries.append(entry)
    return _recent(journal, marks, entries)


def _recent(journal: Journal, marks: list[Mark], entries: list[Any]) -> Any:
    class_works = journal.lesson_works(marks, ())
    lessons = {it.id: it for it in (*(w.lesson for w in class_works.values()), *(e.lesson for e in entries)) if it is not None}
    return {
        "marks": _list(journal, marks),
        "criteriabasedmarks": wire.criteria_marks(journal, marks),
        "works": [works.work(journal, it) for it in class_works.values()],
        "subjects": subjects(journal, [*(it.subject for it in marks), *(entry.subject for entry in entries)]),
        "workTypes": works.side_work_types(journal, class_works.values()),
        "lessons": [_lesson(journal, it, class_works.values()) for it in lessons.values()],
        "lessonLogEntries": [log_entry(journal.directory, entry) for entry in entries],
    }


def _lesson(journal: Journal, lesson: Lesson, found: Iterable[Work]) -> dict[str, Any]:
    """Here clients read either shape of a lesson, so it has the keys of both; its works are whole."""
    own = [work for work in found if work.lesson is not None and work.lesson.id == lesson.id]
    shape = {**schedule_lesson(journal.directory, lesson, ()), **full_lesson(journal, lesson, own)}
    del shape["works_str"]
    return shape


def histogram(call: Call, work: str) -> Any:
    """How often each value was given for a work, without names."""
    number = call.number("work", work)
    for journal in call.journals():
        mine = next((it for it in journal.year_marks() if journal.work_of(it).id == number), None)
        if mine is not None:
            same = call.directory.town.class_marks(journal.directory.class_of(journal.pupil).id, mine.subject, mine.date, mine.date)
            return {"markNumbers": [_counted(it.value for it in same if it.lesson == mine.lesson and it.work == mine.work)]}
    raise ApiError("apiResourceUnavailable", "Работа не найдена")


def period_histogram(call: Call, period: str, subject: str, group: str) -> Any:
    wanted, key = call.group(group), call.subject(subject)
    span = call.period(wanted.klass, period)
    by_work: dict[tuple[Any, ...], list[Mark]] = {}
    for it in call.directory.town.class_marks(wanted.klass.id, key, span.start, span.end):
        by_work.setdefault((it.lesson, it.work), []).append(it)
    journal = next(it for it in call.journals() if it.pupil.class_id == wanted.klass.id)
    numbers = {key: journal.work_of(marks[0]).id for key, marks in by_work.items()}
    return {
        "works": [
            {"workId": numbers[key], "workId_str": str(numbers[key]), "markNumbers": [_counted(it.value for it in marks)]}
            for key, marks in by_work.items()
        ]
    }


def _counted(found: Iterable[str]) -> dict[str, Any]:
    return {"markNumber": 1, "marks": [{"value": value, "count": count} for value, count in sorted(Counter(found).items())]}


def thematic(call: Call, person: str, start: str, end: str, **_of: str) -> Any:
    """Marks for a theme instead of a lesson: the town's teachers give none."""
    call.pupil(person)
    call.span("from", "to", start, end)
    return []


def teachers_only(call: Call, person: str, **_work: str) -> Any:
    call.person(person)
    raise ApiError("authorizationSystemForbidden")
