"""Lessons with tasks and estimates; the table of estimates, in which absences and period marks are estimates too."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sandbox.petersburg.wire.answers import ZONE, day, moment, today
from sandbox.petersburg.wire.people import education_id
from sandbox.world.model import Absence, Homework, Lesson, Mark, Person
from sandbox.world.model import Final as FinalMark
from sandbox.world.town import Town

ABSENT, LATE, PERIOD, YEAR = "30000", "30001", "20000", "20010"
CODES: Final = {"н": ("Н", "Пропуск без указания причины"), "б": ("Б", "Пропуск по болезни"),
                "уп": ("УП", "Пропуск по уважительной причине"), "оп": ("ОП", "Опоздание")}  # fmt: skip
HOMEWORK: Final = {"task_kind_code": "homework", "task_kind_name": "Домашнее задание"}


def lessons(town: Town, pupil: Person, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Those that begin between two local times; homework stands where it is due. A cancelled lesson is not shown."""
    first, last = start.date(), end.date()
    marks: dict[str | None, list[Mark]] = {}
    for mark in town.marks(pupil.id, first, last):
        marks.setdefault(mark.lesson, []).append(mark)
    absences: dict[str | None, list[Absence]] = {}
    for absence in town.absences(pupil.id, first, last):
        absences.setdefault(absence.lesson, []).append(absence)
    tasks: dict[str | None, list[Homework]] = {}
    for item in town.homework_of(pupil.id, first, last, by="due"):
        tasks.setdefault(item.due_lesson, []).append(item)

    def whole(it: Lesson) -> dict[str, Any]:
        return {
            **_lesson(town, it),
            "content_name": it.topic,
            "content_description": None,
            "content_additional_material": None,
            "tasks": [_task(item) for item in tasks.get(it.id, [])],
            "estimates": [_short(_mark(town, pupil, mark)) for mark in marks.get(it.id, [])]
            + [_short(_absence(town, pupil, absence)) for absence in absences.get(it.id, [])],
        }

    return [whole(it) for it in _between(town, pupil, start, end)]


def schedule(town: Town, pupil: Person, start: datetime, end: datetime) -> list[dict[str, Any]]:
    return [_lesson(town, it) | {"office_name": it.room} for it in _between(town, pupil, start, end)]


def _between(town: Town, pupil: Person, start: datetime, end: datetime) -> list[Lesson]:
    """A span that ends at midnight does not hold the day that begins there: clients ask till 23:59:59."""
    found = town.lessons_of(pupil.id, start.date(), end.date())
    return [it for it in found if it.status != "cancelled" and start <= it.starts_at.astimezone(ZONE).replace(tzinfo=None) <= end]


def _lesson(town: Town, it: Lesson) -> dict[str, Any]:
    return {
        "identity": {"id": it.number_id, "uid": f"{it.number_id:012d}"},
        "number": it.number,
        "datetime_from": moment(it.starts_at),
        "datetime_to": moment(it.ends_at),
        "subject_id": town.subjects[it.subject].number,
        "subject_name": town.subjects[it.subject].name,
    }


def _task(it: Homework) -> dict[str, Any]:
    files = [{"uuid": f"{it.number_id:012d}-{place}", "file_name": name, "size": size} for place, (name, size) in enumerate(it.files)]
    return {"task_name": it.text, "task_code": str(it.number_id), **HOMEWORK, "files": files}


# Estimates
def table(town: Town, pupil: Person, start: date, end: date) -> list[dict[str, Any]]:
    """By date: marks and absences by the lesson's, period marks by the day they were set."""
    found = [(it.date, _mark(town, pupil, it)) for it in town.marks(pupil.id, start, end)]
    found += [(it.date, _absence(town, pupil, it)) for it in town.absences(pupil.id, start, end)]
    for final in town.finals(pupil.id):
        on = today(final.set_at)
        if start <= on <= end:
            found.append((on, _final(town, pupil, final, on)))
    return [shape for _, shape in sorted(found, key=lambda pair: (pair[0], pair[1]["id"]))]


def _estimate(town: Town, pupil: Person, number: int, lesson: Lesson | None, subject: str, on: date) -> dict[str, Any]:
    return {
        "id": number,
        "education_id": education_id(pupil),
        "lesson_id": lesson.number_id if lesson else None,
        "subject_id": town.subjects[subject].number,
        "subject_name": town.subjects[subject].name,
        "date": day(on),
    }


def _mark(town: Town, pupil: Person, it: Mark) -> dict[str, Any]:
    work = town.work_types[it.work]
    lesson = town.lesson(it.lesson) if it.lesson else None
    return {
        **_estimate(town, pupil, it.number_id, lesson, it.subject, it.date),
        "estimate_value_code": it.value,
        "estimate_value_name": it.value,
        "estimate_type_code": str(1_000 + work.number),
        "estimate_type_name": work.title,
        "estimate_comment": it.comment or None,
    }


def _absence(town: Town, pupil: Person, it: Absence) -> dict[str, Any]:
    value, name = CODES[it.code]
    lesson = town.lesson(it.lesson) if it.lesson else None
    return {
        **_estimate(town, pupil, it.number_id, lesson, it.subject, it.date),
        "estimate_value_code": value,
        "estimate_value_name": value,
        "estimate_type_code": LATE if it.code == "оп" else ABSENT,
        "estimate_type_name": name,
        "estimate_comment": it.comment or None,
    }


def _final(town: Town, pupil: Person, it: FinalMark, on: date) -> dict[str, Any]:
    period = town.period(it.period)
    year = period.kind == "year"
    return {
        **_estimate(town, pupil, it.number_id, None, it.subject, on),
        "estimate_value_code": it.value,
        "estimate_value_name": it.value,
        "estimate_type_code": YEAR if year else f"{int(PERIOD) + period.number}",
        "estimate_type_name": "Годовая оценка" if year else f"Оценка за период: {period.name}",
        "estimate_comment": None,
    }


def _short(shape: dict[str, Any]) -> dict[str, Any]:
    """What of an estimate stands at its lesson."""
    return {key: value for key, value in shape.items() if key.startswith("estimate_")}
