"""Homework by school, by person and by id, works and tasks, and the one thing that a family may write: what is done."""

from __future__ import annotations

from itertools import chain
from typing import Any, Final

from quart import Response

from sandbox.dnevnik.routes.table import Call, Table
from sandbox.dnevnik.state import Journal
from sandbox.dnevnik.state.journal import Work
from sandbox.dnevnik.wire import works as wire
from sandbox.dnevnik.wire.errors import ApiError, error_page, parameter
from sandbox.dnevnik.wire.schedules import home_work, homework_lists
from sandbox.world.model import Homework

ACTIONS: Final = {"StartWorking": "InWork", "Complete": "Completed", "Cancel": wire.NEW_TASK}
"""Only `StartWorking` is documented; the two others are the sandbox's own."""
PAGE_SIZE: Final = 100


def add(table: Table) -> None:
    table.get("users/me/school/<school>/homeworks")(of_viewer)
    table.get("persons/<person>/school/<school>/homeworks")(of_person)
    table.get("users/me/school/homeworks")(by_ids)
    table.get("works")(works_of_query)
    table.get("lessons/<lesson>/works")(works_of_lesson)
    table.get("works/<work>")(work)
    table.post("works/many")(many_works)
    table.post("works")(teachers_only)
    table.post("works/<work>/persons/<person>/status")(set_status)
    table.get("tasks")(tasks_of_lessons)
    table.get("tasks/<task>")(task)
    table.get("tasks/<person>/undone", "persons/<person>/undone")(undone)
    table.get("lessons/<lesson>/tasks")(tasks_of_lesson)
    table.get("works/<work>/tasks")(tasks_of_work)
    table.get("persons/<person>/tasks")(person_tasks)
    table.get("files/<file>", "files/<file>/download", root=True, open=True)(download)


def _lists(call: Call, found: list[tuple[Journal, list[Homework]]]) -> Any:
    return homework_lists(found, call.state.grants.homework, f"{call.sandbox.base_url()}/dnevnik")


def of_viewer(call: Call, school: str) -> Any:
    """What was set or is due in the period: of the own class, or of every child in this school."""
    found, span = call.school(school), call.span("startDate", "endDate")
    own = [journal for journal in call.journals() if call.directory.school_of(journal.pupil).id == found.id]
    return _lists(call, [(journal, journal.homework(*span)) for journal in own])


def of_person(call: Call, person: str, school: str) -> Any:
    journal, found = call.pupil(person), call.school(school)
    span = call.span("startDate", "endDate")
    mine = call.directory.school_of(journal.pupil).id == found.id
    return _lists(call, [(journal, journal.homework(*span) if mine else [])])


def by_ids(call: Call) -> Any:
    """Ids of works; those that are nobody's here are left out."""
    wanted = set(call.numbers("homeworkId"))
    if not wanted:
        raise parameter("homeworkId")
    return _lists(call, [(journal, [it for it in _year(journal) if journal.homework_work(it).id in wanted]) for journal in call.journals()])


def _year(journal: Journal) -> list[Homework]:
    return journal.homework(*journal.whole_year())


def _works(call: Call) -> dict[int, tuple[Journal, Work]]:
    """Every work of the own pupils: homework, marked class works, the works of final marks."""
    found: dict[int, tuple[Journal, Work]] = {}
    for journal in call.journals():
        works = chain(
            map(journal.homework_work, _year(journal)), map(journal.work_of, journal.year_marks()), (work for _, work in journal.finals())
        )
        for it in works:
            found.setdefault(it.id, (journal, it))
    return found


def _one(found: dict[int, tuple[Journal, Work]], number: int) -> tuple[Journal, Work]:
    if number not in found:
        raise ApiError("apiResourceUnavailable", "Работа не найдена")
    return found[number]


def _shape(call: Call, journal: Journal, it: Work) -> dict[str, Any]:
    return home_work(journal, it, call.state.grants.homework)


def work(call: Call, work: str) -> Any:
    return _shape(call, *_one(_works(call), call.number("work", work)))


def many_works(call: Call) -> Any:
    found = _works(call)
    return [_shape(call, *_one(found, key)) for key in call.id_list("works")]


def works_of_query(call: Call) -> Any:
    return works_of_lesson(call, call.args.get("lesson", ""))


def works_of_lesson(call: Call, lesson: str) -> Any:
    found, journals = call.lesson(lesson)
    shapes: dict[int, dict[str, Any]] = {}
    for journal in journals:
        marks = [it for it in journal.marks(found.date, found.date) if it.lesson == found.id]
        items = [it for it in journal.homework(found.date, found.date) if it.assigned_lesson == found.id]
        for it in journal.lesson_works(marks, items).values():
            shapes.setdefault(it.id, _shape(call, journal, it))
    return list(shapes.values())


def teachers_only(_call: Call) -> Any:
    raise ApiError("authorizationSystemForbidden")


def set_status(call: Call, work: str, person: str) -> Any:
    """`{action}`; answers with the task as it is now."""
    journal = call.pupil(person)
    found = next((it for it in map(journal.homework_work, _year(journal)) if it.id == call.number("work", work)), None)
    if found is None:
        raise ApiError("apiResourceUnavailable", "Домашняя работа не найдена")
    action = call.field("action")
    if action not in ACTIONS:
        raise parameter("action", action)
    call.state.grants.homework[found.id, journal.pupil.id] = ACTIONS[action]
    return _task(call, journal, found)


def _task(call: Call, journal: Journal, it: Work) -> dict[str, Any]:
    return wire.task(journal, it, call.state.grants.homework.get((it.id, journal.pupil.id), wire.NEW_TASK))


def _tasks(call: Call, journal: Journal, items: list[Homework]) -> list[dict[str, Any]]:
    return [_task(call, journal, journal.homework_work(it)) for it in items]


def task(call: Call, task: str) -> Any:
    number = call.number("task", task)
    for journal in call.journals():
        for it in map(journal.homework_work, _year(journal)):
            if wire.task_id(it.id, journal.pupil) == number:
                return _task(call, journal, it)
    raise ApiError("apiResourceUnavailable", "Задание не найдено")


def tasks_of_lesson(call: Call, lesson: str) -> Any:
    found, journals = call.lesson(lesson)
    return [
        shape
        for journal in journals
        for shape in _tasks(call, journal, [it for it in journal.homework(found.date, found.date) if it.assigned_lesson == found.id])
    ]


def tasks_of_lessons(call: Call) -> Any:
    return [shape for key in call.numbers("lessons") for shape in tasks_of_lesson(call, str(key))]


def tasks_of_work(call: Call, work: str) -> Any:
    """Of the named persons, or of all own ones."""
    number, wanted = call.number("work", work), set(call.numbers("persons"))
    return [
        _task(call, journal, it)
        for journal in call.journals()
        if not wanted or call.directory.person_id(journal.pupil) in wanted
        for it in map(journal.homework_work, _year(journal))
        if it.id == number
    ]


def person_tasks(call: Call, person: str) -> Any:
    """By subject and due date, in pages counted from 1."""
    journal, subject = call.pupil(person), call.subject(call.args.get("subject", ""))
    span = call.span("from", "to")
    page = call.number("pageNumber", call.args.get("pageNumber") or "1")
    size = call.number("pageSize", call.args.get("pageSize") or str(PAGE_SIZE))
    if page < 1:
        raise parameter("pageNumber", page)
    if not 1 <= size <= PAGE_SIZE:
        raise parameter("pageSize", size)
    items = [it for it in call.directory.town.homework_of(journal.pupil.id, *span, by="due") if it.subject == subject]
    return _tasks(call, journal, items[(page - 1) * size : page * size])


def undone(call: Call, person: str) -> Any:
    """What was due before today and is not marked as done."""
    journal = call.pupil(person)
    start, today = call.directory.town.year[0], call.today()
    items = [it for it in call.directory.town.homework_of(journal.pupil.id, start, today, by="due") if it.due_date < today]
    return [shape for shape in _tasks(call, journal, items) if shape["status"] != "Completed"]


def download(call: Call, file: str) -> Any:
    """The file itself: zeros of the size that the list named."""
    number = call.number("file", file)
    town = call.directory.town
    for klass in call.directory.classes():
        for item in town.homework(klass.id, *town.year, by="assigned"):
            for name, size in item.files:
                if wire.file_id(item, name) == number:
                    headers = {"Content-Disposition": f'attachment; filename="{number}"', "X-Content-Type-Options": "nosniff"}
                    return Response(bytes(min(size, 2**20)), content_type="application/octet-stream", headers=headers)
    return error_page("Файл не найден", 404)
