"""The diary's shapes: the week as a paper page, finals, the year's marks, monitoring."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.derived.averages import average, by_subject, class_by_subject, weight_of
from sandbox.iv_edu.wire.times import bounds, clock, decimal, moment
from sandbox.world.model import Absence, Homework, Lesson, Mark, Period, Person
from sandbox.world.town import Town


def week_days(town: Town, pupil: Person, start: date, end: date) -> list[dict[str, Any]]:
    """Days with lessons; homework stands where it is due."""
    marks: dict[str | None, list[Mark]] = {}
    for mark in town.marks(pupil.id, start, end):
        marks.setdefault(mark.lesson, []).append(mark)
    absences = {absence.lesson: absence for absence in town.absences(pupil.id, start, end)}
    homework: dict[str | None, list[Homework]] = {}
    for item in town.homework_of(pupil.id, start, end, by="due"):
        homework.setdefault(item.due_lesson, []).append(item)
    days: dict[date, list[dict[str, Any]]] = {}
    for lesson in town.lessons_of(pupil.id, start, end):
        shape = _lesson(town, lesson) | {
            "homework": [_homework(town, item) for item in homework.get(lesson.id, [])],
            "marks": [_mark(town, mark) for mark in marks.get(lesson.id, [])],
            "absence": _absence(absences.get(lesson.id)),
        }
        days.setdefault(lesson.date, []).append(shape)
    return [{"date": day.isoformat(), "lessons": lessons} for day, lessons in sorted(days.items())]


def _lesson(town: Town, it: Lesson) -> dict[str, Any]:
    return {
        "id": it.number_id,
        "number": it.number,
        "from": clock(it.starts_at),
        "to": clock(it.ends_at),
        "subject": town.subjects[it.subject].name,
        "topic": it.topic or None,
        "room": it.room or None,
        "status": it.status,
        "instead_of": town.subjects[it.replaces].name if it.replaces else None,
        "moved_from": it.moved_from.isoformat() if it.moved_from else None,
        "subgroup": it.subgroup,
        "is_control": it.is_control,
    }


def _mark(town: Town, it: Mark) -> dict[str, Any]:
    work = town.work_types[it.work]
    return {
        "id": it.number_id,
        "value": it.value,
        "work": work.title,
        "work_code": work.abbr,
        "weight": decimal(weight_of(town, it)),
        "comment": it.comment,
        "criteria": [{"name": name, "value": value, "max": most} for name, value, most in it.criteria],
        "set_at": moment(it.set_at),
        "changed_at": moment(it.changed_at) if it.changed_at and it.history else None,
    }


def _absence(it: Absence | None) -> dict[str, Any] | None:
    return None if it is None else {"id": it.number_id, "code": it.code, "comment": it.comment, "set_at": moment(it.set_at)}


def _spot(town: Town, lesson_id: str | None, day: date) -> dict[str, Any]:
    lesson = town.lesson(lesson_id) if lesson_id else None
    return {"date": day.isoformat(), "number": lesson.number if lesson else None}


def _homework(town: Town, it: Homework) -> dict[str, Any]:
    return {
        "id": it.number_id,
        "text": it.text,
        "assigned": _spot(town, it.assigned_lesson, it.assigned_date),
        "due": _spot(town, it.due_lesson, it.due_date),
        "set_at": moment(it.set_at),
        "individual": it.pupil is not None,
        "files": [{"name": name, "size": size} for name, size in it.files],
    }


def year_name(town: Town) -> str:
    return f"{town.year[0].year}/{town.year[1].year}"


def period(it: Period) -> dict[str, Any]:
    return {
        "id": it.number_id,
        "kind": it.kind,
        "number": it.number,
        "name": it.name,
        "start": it.start.isoformat(),
        "end": it.end.isoformat(),
    }


def finals(town: Town, pupil: Person) -> dict[str, Any]:
    periods = {it.id: it for it in town.periods_of(pupil.class_id or "")}
    return {
        "year": year_name(town),
        "periods": [period(it) for it in periods.values()],
        "items": [
            {
                "id": it.number_id,
                "subject": town.subjects[it.subject].name,
                "period": periods[it.period].number_id,
                "value": it.value,
                "set_at": moment(it.set_at),
            }
            for it in town.finals(pupil.id)
        ],
    }


def calendar(town: Town, pupil: Person) -> dict[str, Any]:
    return {
        "year": year_name(town),
        "periods": [period(it) for it in town.periods_of(pupil.class_id or "")],
        "holidays": [
            {"name": it.name, "start": it.start.isoformat(), "end": it.end.isoformat()} for it in town.holidays(pupil.school or "")
        ],
    }


def year(town: Town, pupil: Person) -> dict[str, Any]:
    """Every subject with a mark or an absence this year."""
    start, end = bounds(town)
    marks, absences = by_subject(town.marks(pupil.id, start, end)), dict[str, list[Absence]]()
    for absence in town.absences(pupil.id, start, end):
        absences.setdefault(absence.subject, []).append(absence)

    def row(subject: str) -> dict[str, Any]:
        own = marks.get(subject, [])
        return {
            "subject": town.subjects[subject].name,
            "average": text(average(town, own)),
            "marks": [_dated(town, mark) for mark in own],
            "missed": _missed(absences.get(subject, [])),
        }

    return {"year": year_name(town), "subjects": [row(subject) for subject in town.subjects if subject in marks or subject in absences]}


def _dated(town: Town, it: Mark) -> dict[str, Any]:
    lesson = town.lesson(it.lesson) if it.lesson else None
    shape = _mark(town, it)
    return {
        "id": shape.pop("id"),
        "date": it.date.isoformat(),
        "number": lesson.number if lesson else None,
        "lesson": lesson.number_id if lesson else None,
        **shape,
    }


def _missed(found: list[Absence]) -> dict[str, int]:
    counted = {name: sum(item.code == code for item in found) for name, code in (("ill", "б"), ("excused", "уп"), ("unexplained", "н"))}
    return {"total": sum(counted.values()), **counted, "late": sum(item.code == "оп" for item in found)}


def monitoring(town: Town, pupil: Person, over: Period) -> dict[str, Any]:
    """The child's average beside that of the whole class, by subject."""
    class_id = pupil.class_id or ""
    own = by_subject(town.marks(pupil.id, over.start, over.end))
    whole = class_by_subject(town, class_id, over.start, over.end)
    return {
        "period": over.number_id,
        "class_size": len(town.classes[class_id].pupils),
        "items": [
            {
                "subject": town.subjects[subject].name,
                "child": text(average(town, own.get(subject, []))),
                "class": text(average(town, whole[subject])),
            }
            for subject in town.subjects
            if subject in whole
        ],
    }


def text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"
