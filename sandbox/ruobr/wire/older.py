"""The older API's own shapes: absences, marks and standing by subject, one task a lesson."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from sandbox.derived.averages import CENT, average, by_subject
from sandbox.ruobr.wire import diary
from sandbox.world.model import Mark, Period, Person
from sandbox.world.town import Town

CODES: Final = {"н": "Н", "б": "Б", "уп": "УП", "оп": "ОП"}


def attendance(town: Town, pupil: Person, start: date, end: date) -> dict[str, list[str]]:
    """By subject, without dates: one asks day by day."""
    found: dict[str, list[str]] = {}
    for absence in sorted(town.absences(pupil.id, start, end), key=lambda it: (it.date, it.number_id)):
        found.setdefault(town.subjects[absence.subject].name, []).append(CODES[absence.code])
    return found


def marks(town: Town, pupil: Person, start: date, end: date) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for mark in town.marks(pupil.id, start, end):
        found.setdefault(town.subjects[mark.subject].name, []).append({**diary.question(town, mark), "number": 1})
    return found


def timetable(town: Town, pupil: Person, start: date, end: date) -> list[dict[str, Any]]:
    keys = ("id", "date", "time_start", "time_end", "subject", "staff")
    found = []
    for lesson in diary.lessons(town, pupil, start, end):
        older = {key: lesson[key] for key in keys}
        if lesson["topic"]:
            older["topic"] = lesson["topic"]
        if "task" in lesson:
            task = lesson["task"][0]
            older["task"] = {key: task[key] for key in ("id", "title", "deadline", "test_id", "type")}
            older["task"] |= {key: bool(task[key]) for key in ("doc", "requires_solutions")}
        found.append(older)
    return found


def controlmarks(town: Town, pupil: Person) -> list[dict[str, Any]]:
    """Set marks only, a map by subject."""
    return [
        {
            "marks": {mark["subject_name"]: str(mark["mark"]) for mark in period["marks"] if mark["mark"]},
            "rom": period["rom"],
            "period": period["period"],
            "title": period["title"],
        }
        for period in diary.controlmarks(town, pupil)
        if not period["marks_future"]
    ]


# Standing
def progress(town: Town, pupil: Person, over: Period) -> dict[str, Any]:
    """Averages and places of the period, of the child alone; the class and the parallel as aggregates."""
    klass = town.classes[pupil.class_id or ""]
    parallel = [it for it in town.classes.values() if it.school == klass.school and it.parallel == klass.parallel]
    books = {key: town.marks(key, over.start, over.end) for it in parallel for key in it.pupils}
    subjects = by_subject(mark for key in klass.pupils for mark in books[key])
    whole = _standing(town, pupil, klass.pupils, books)
    return {
        "period_name": over.name,
        **whole,
        "subjects": [
            {"subject": town.subjects[subject].name, **_standing(town, pupil, klass.pupils, _of_subject(books, subject))}
            for subject in town.subjects
            if subject in subjects
        ],
    }


def _of_subject(books: dict[str, list[Mark]], subject: str) -> dict[str, list[Mark]]:
    return {key: [mark for mark in marks if mark.subject == subject] for key, marks in books.items()}


def _standing(town: Town, pupil: Person, mates: tuple[str, ...], books: dict[str, list[Mark]]) -> dict[str, Any]:
    means = {key: mean for key, marks in books.items() if (mean := average(town, marks)) is not None}
    group = {key: mean for key, mean in means.items() if key in mates}
    own = group.get(pupil.id)
    return {
        "place": 0 if own is None else 1 + sum(mean > own for mean in group.values()),
        "place_count": len(group),
        "child_avg": diary.number(own),
        "group_avg": _mean(list(group.values())),
        "parallels_avg": _mean(list(means.values())),
    }


def _mean(values: list[Decimal]) -> float:
    return float((sum(values, Decimal()) / len(values)).quantize(CENT, ROUND_HALF_UP)) if values else 0.0
