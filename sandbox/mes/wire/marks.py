"""Marks: the teacher's text, with the numbers that the platform derives of it beside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from sandbox.derived.averages import number_of, weight_of
from sandbox.mes.wire import ids, times
from sandbox.mes.wire.people import names
from sandbox.world.model import Mark, School
from sandbox.world.town import Town

POINTS: Final = frozenset({"•", "."})
FIVE: Final = {"name": "Пятибалльная", "nmax": 5.0, "grade_system_id": 1_670_844, "grade_system_type": "five"}


def value_of(text: str) -> dict[str, Any]:
    number = float(number_of(text) or 0)
    return FIVE | {"grade": {"origin": text, "five": number, "ten": number * 2, "hundred": number * 20}}


def parts(text: str) -> list[dict[str, Any]]:
    """`4/5` has two; a word has none."""
    if number_of(text) is None:
        return []
    return [value_of(part.strip()) for part in text.split("/")]


def weight(town: Town, mark: Mark) -> int:
    """The platform's weights are whole."""
    return max(1, int(weight_of(town, mark).quantize(Decimal(1), ROUND_HALF_UP)))


def is_exam(town: Town, mark: Mark) -> bool:
    lesson = town.lesson(mark.lesson) if mark.lesson else None
    return mark.work == "control" or (lesson is not None and lesson.is_control)


def grade_system(text: str) -> str:
    if text in POINTS:
        return "none"
    return "pass" if number_of(text) is None else "five"


def lesson_mark(town: Town, school: School, mark: Mark) -> dict[str, Any]:
    """As a lesson shows it."""
    is_point = mark.value in POINTS
    return {
        "id": 800_000_000 + mark.number_id,
        "value": mark.value,
        "values": parts(mark.value),
        "comment": mark.comment,
        "weight": weight(town, mark),
        "point_date": (mark.date + timedelta(days=7)).isoformat() if is_point else None,
        "control_form_name": town.work_types[mark.work].title,
        "comment_exists": bool(mark.comment),
        "created_at": times.naive(school, mark.set_at),
        "updated_at": times.naive(school, mark.changed_at or mark.set_at),
        "criteria": [{"name": name, "value": value} for name, value, _ in mark.criteria],
        "is_exam": is_exam(town, mark),
        "is_point": is_point,
        "has_files": False,
        "original_grade_system_type": grade_system(mark.value),
    }


def dated_mark(town: Town, school: School, mark: Mark) -> dict[str, Any]:
    return lesson_mark(town, school, mark) | {"date": mark.date.isoformat()}


def listed(town: Town, school: School, mark: Mark) -> dict[str, Any]:
    """As the list by dates shows it: with the subject, without the lesson."""
    subject = town.subjects[mark.subject]
    return dated_mark(town, school, mark) | {"subject_id": ids.subject_id(subject), "subject_name": subject.name}


def card(town: Town, school: School, mark: Mark) -> dict[str, Any]:
    lesson = town.lesson(mark.lesson) if mark.lesson else None
    teacher = town.people.get(lesson.teacher) if lesson else None
    return dated_mark(town, school, mark) | {
        "teacher": names(teacher),
        "activity": {"schedule_item_id": ids.event_id(lesson) if lesson else None, "lesson_topic": lesson.topic if lesson else ""},
        "history": [{"value": value, "created_at": times.naive(school, at)} for value, at in mark.history],
    }


def by_date(marks: Iterable[Mark]) -> list[Mark]:
    return sorted(marks, key=lambda mark: (mark.date, mark.number_id))


def within(marks: Iterable[Mark], start: date, end: date) -> list[Mark]:
    return [mark for mark in marks if start <= mark.date <= end]
