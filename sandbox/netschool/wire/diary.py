"""The week: lessons with assignments, in which homework, marks, absences and owed work all hide."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sandbox.derived.averages import weight_of
from sandbox.netschool.wire import ids
from sandbox.netschool.wire.answers import clock, day
from sandbox.world.model import Absence, Homework, Lesson, Mark, Person
from sandbox.world.town import Town

CODES: Final = {"н": ("НП", "Пропуск по неуважительной причине"), "б": ("Б", "Пропустил по болезни"),
                "уп": ("УП", "Пропуск по уважительной причине"), "оп": ("ОП", "Опоздал")}  # fmt: skip
NO_TOPIC: Final = "---Не указана---"


def types(town: Town) -> list[dict[str, Any]]:
    own = [(ids.work(it), ids.work_name(it), it.abbr) for it in town.work_types.values()]
    named = [(ids.HOMEWORK, ids.HOMEWORK_NAME, "ДЗ"), *own]
    return [{"id": key, "name": name, "abbr": abbr, "order": place, "isActive": True} for place, (key, name, abbr) in enumerate(named, 1)]


def week(town: Town, pupil: Person, start: date, end: date, *, absence_as_mark: bool) -> dict[str, Any]:
    """Both dates included. A cancelled lesson is not shown, a substitute as if it had always stood there."""
    found = assignments(town, pupil, start, end, absence_as_mark=absence_as_mark)
    days: dict[date, list[dict[str, Any]]] = {}
    for lesson in town.lessons_of(pupil.id, start, end):
        if lesson.status != "cancelled" or lesson.id in found:
            days.setdefault(lesson.date, []).append(_lesson(town, lesson, found.get(lesson.id, [])))
    term = next((it.name for it in town.periods_of(pupil.class_id or "") if it.kind != "year" and it.start <= end and start <= it.end), "")
    return {
        "weekStart": day(start),
        "weekEnd": day(end),
        "weekDays": [{"date": day(on), "lessons": lessons} for on, lessons in sorted(days.items())],
        "laAssigns": [],
        "termName": term,
        "className": town.classes[pupil.class_id or ""].name.lower(),
    }


def _lesson(town: Town, it: Lesson, found: list[dict[str, Any]]) -> dict[str, Any]:
    shape = {
        "classmeetingId": it.number_id,
        "day": day(it.date),
        "number": it.number,
        "relay": 1,
        "room": it.room or None,
        "startTime": clock(it.starts_at),
        "endTime": clock(it.ends_at),
        "subjectName": town.subjects[it.subject].name,
        "isEaLesson": False,
        "isDistanceLesson": False,
        "extraActivity": False,
        "addEducation": False,
    }
    return shape | {"assignments": found} if found else shape


def assignments(town: Town, pupil: Person, start: date, end: date, *, absence_as_mark: bool = False) -> dict[str, list[dict[str, Any]]]:
    """By lesson: homework where it is due, then marks, absences, and work that an absent pupil owes."""
    found: dict[str, list[dict[str, Any]]] = {}
    for item in town.homework_of(pupil.id, start, end, by="due"):
        if item.due_lesson is not None:
            found.setdefault(item.due_lesson, []).append(homework(town, item))
    for mark in town.marks(pupil.id, start, end):
        found.setdefault(mark.lesson or "", []).append(_marked(town, pupil, mark))
    for absence in town.absences(pupil.id, start, end):
        found.setdefault(absence.lesson or "", []).append(_absence(town, pupil, absence, absence_as_mark))
        lesson = town.lesson(absence.lesson) if absence.lesson else None
        if lesson is not None and lesson.is_control and absence.code != "оп":
            found.setdefault(lesson.id, []).append(_owed(town, pupil, absence, lesson))
    return found


def _assignment(number: int, type_id: int, name: str, weight: float, due: date, lesson: Lesson | None) -> dict[str, Any]:
    return {
        "id": number,
        "typeId": type_id,
        "assignmentName": name,
        "weight": int(weight) if weight == int(weight) else weight,
        "dueDate": day(due),
        "dueTime": None,
        "classMeetingId": lesson.number_id if lesson else 0,
        "existsTestPlan": False,
        "textAnswer": None,
    }


def homework(town: Town, it: Homework) -> dict[str, Any]:
    """Of weight nought, without a mark."""
    lesson = town.lesson(it.due_lesson) if it.due_lesson else None
    return _assignment(it.number_id, ids.HOMEWORK, it.text, 0, it.due_date, lesson)


def _marked(town: Town, pupil: Person, it: Mark) -> dict[str, Any]:
    lesson = town.lesson(it.lesson) if it.lesson else None
    shape = _assignment(it.number_id, ids.work(town.work_types[it.work]), topic(lesson), float(weight_of(town, it)), it.date, lesson)
    shape["mark"] = _mark(pupil, it.number_id, int(it.value) if it.value.isdigit() else it.value)
    if it.comment:
        shape["markComment"] = {"id": it.number_id, "name": it.comment, "wasEdited": False}
    return shape


def _mark(pupil: Person, number: int, value: int | str | None, *, owed: bool = False) -> dict[str, Any]:
    return {"assignmentId": number, "studentId": ids.student(pupil), "mark": value, "resultScore": None, "dutyMark": owed}


def _absence(town: Town, pupil: Person, it: Absence, as_mark: bool) -> dict[str, Any]:
    """A mark without a number: the code stands in `abbr`, on some servers in `mark` itself."""
    lesson = town.lesson(it.lesson) if it.lesson else None
    abbr, name = CODES[it.code]
    shape = _assignment(it.number_id, ids.work(town.work_types["answer"]), topic(lesson), 0, it.date, lesson)
    shape["mark"] = {**_mark(pupil, it.number_id, abbr if as_mark else None), **({} if as_mark else {"abbr": abbr, "name": name})}
    if it.comment:
        shape["markComment"] = {"id": it.number_id, "name": it.comment, "wasEdited": False}
    return shape


def _owed(town: Town, pupil: Person, it: Absence, lesson: Lesson) -> dict[str, Any]:
    """A point in the journal: the pupil missed a test and still has to write it."""
    work = town.work_types["control"]
    shape = _assignment(it.number_id + 50_000_000, ids.work(work), topic(lesson), work.weight, lesson.date, lesson)
    return shape | {"mark": _mark(pupil, shape["id"], None, owed=True)}


def topic(lesson: Lesson | None) -> str:
    return lesson.topic if lesson is not None and lesson.topic else NO_TOPIC


def owed(town: Town, pupil: Person, start: date, end: date) -> list[dict[str, Any]]:
    """`pastMandatory`: what is overdue of the asked days."""
    found = (item for items in assignments(town, pupil, start, end).values() for item in items)
    return [item for item in found if item.get("mark") and item["mark"]["dutyMark"]]


def details(town: Town, pupil: Person, number: int) -> dict[str, Any] | None:
    """The card of one assignment, the only place that names the teacher."""
    for lesson_id, items in assignments(town, pupil, *town.year).items():
        for item in items:
            if item["id"] != number:
                continue
            lesson = town.lesson(lesson_id)
            teacher = town.people.get(lesson.teacher) if lesson else None
            subject = town.subjects[lesson.subject] if lesson else None
            return {
                "id": number,
                "date": item["dueDate"],
                "assignmentName": item["assignmentName"],
                "activityName": None,
                "problemName": None,
                "subjectGroup": {"id": subject.number if subject else 0, "name": subject.name if subject else ""},
                "teachers": [] if teacher is None else [{"id": ids.user(teacher), "name": ids.full_name(teacher)}],
                "teacher": {"id": ids.user(teacher), "name": ids.full_name(teacher)} if teacher else {"id": 0, "name": ""},
                "weight": item["weight"],
                "isDeleted": False,
                "productId": None,
                "description": "",
                "attachments": [],
            }
    return None


# Files
def file_id(item: Homework) -> int:
    return item.number_id * 10 + 1


def attachments(town: Town, pupil: Person, wanted: set[int]) -> list[dict[str, Any]]:
    """Only assignments that have files are in the answer."""
    found = [it for it in town.homework_of(pupil.id, *town.year) if it.number_id in wanted and it.files]
    return [
        {
            "assignmentId": it.number_id,
            "attachments": [{"id": file_id(it), "name": name, "originalFileName": name, "description": None} for name, _ in it.files[:1]],
            "answerFiles": [],
        }
        for it in found
    ]


def file_of(town: Town, pupil: Person, number: int) -> tuple[str, int] | None:
    """The name and size of an attachment of the pupil's homework."""
    return next((it.files[0] for it in town.homework_of(pupil.id, *town.year) if it.files and file_id(it) == number), None)
