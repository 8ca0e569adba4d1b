"""The diary's shapes: lessons with marks and homework, the timetable, absences, finals, statistics."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any, Final

from sandbox.derived.averages import average, by_subject, class_by_subject, number_of, weight_of
from sandbox.digital_school.wire.texts import ZONE, day, decimal, known, moment, weight
from sandbox.world.model import Absence, Homework, Lesson, Mark, Period, Person
from sandbox.world.town import Town

STATES: Final = {"planned": "запланирован", "held": "проведён", "cancelled": "отменён", "replaced": "замена", "moved": "перенесён"}
CODES: Final = {"н": "НУП", "уп": "УП", "б": "Б", "оп": "ОП"}
KINDS: Final = {"quarter": "четверть", "trimester": "триместр", "semester": "полугодие", "year": "год"}


def year_name(town: Town) -> str:
    return f"{town.year[0].year}/{town.year[1].year}"


def child(town: Town, pupil: Person, idn: str) -> dict[str, Any]:
    school, own = town.schools[pupil.school or ""], town.classes[pupil.class_id or ""]
    return {
        "idn": idn,
        "student_id": pupil.accounts["digital-school"]["student_id"],
        "class": own.name,
        "parallel": own.parallel,
        "school": {
            "name": school.short_name,
            "legal_name": school.legal_name,
            "inn": school.inn,
            "ogrn": school.ogrn,
            "utc_offset": "+10:00",
        },
        "year": year_name(town),
    }


# Lessons
def timetable_days(town: Town, pupil: Person, start: date, end: date) -> list[dict[str, Any]]:
    return _by_day([(lesson, _short(town, lesson)) for lesson in town.lessons_of(pupil.id, start, end)])


def diary_days(town: Town, pupil: Person, start: date, end: date) -> list[dict[str, Any]]:
    """Homework stands where it is due."""
    marks: dict[str | None, list[Mark]] = {}
    for mark in town.marks(pupil.id, start, end):
        marks.setdefault(mark.lesson, []).append(mark)
    homework: dict[str | None, list[Homework]] = {}
    for item in town.homework_of(pupil.id, start, end, by="due"):
        homework.setdefault(item.due_lesson, []).append(item)

    def full(it: Lesson) -> dict[str, Any]:
        return _short(town, it) | {
            "topic": known(it.topic),
            "control": it.is_control,
            "homework": [_homework(town, item) for item in homework.get(it.id, [])],
            "marks": [_mark(town, mark) for mark in marks.get(it.id, [])],
        }

    return _by_day([(lesson, full(lesson)) for lesson in town.lessons_of(pupil.id, start, end)])


def _by_day(shapes: list[tuple[Lesson, dict[str, Any]]]) -> list[dict[str, Any]]:
    days: dict[date, list[dict[str, Any]]] = {}
    for lesson, shape in shapes:
        days.setdefault(lesson.date, []).append(shape)
    return [{"date": day(on), "lessons": lessons} for on, lessons in sorted(days.items())]


def _short(town: Town, it: Lesson) -> dict[str, Any]:
    return {
        "id": it.number_id,
        "number": str(it.number),
        "begins": moment(it.starts_at),
        "ends": moment(it.ends_at),
        "subject": town.subjects[it.subject].name,
        "room": known(it.room),
        "state": STATES[it.status],
        "instead_of": known(town.subjects[it.replaces].name if it.replaces else None),
        "moved_from": known(day(it.moved_from) if it.moved_from else None),
        "subgroup": known(it.subgroup),
    }


def _mark(town: Town, it: Mark) -> dict[str, Any]:
    work = town.work_types[it.work]
    return {
        "id": it.number_id,
        "value": it.value,
        "work": work.title,
        "work_code": work.abbr,
        "weight": weight(weight_of(town, it)),
        "comment": known(it.comment),
        "criteria": [{"name": name, "value": value, "max": most} for name, value, most in it.criteria],
        "set": moment(it.set_at),
        "changed": known(moment(it.changed_at) if it.changed_at and it.history else None),
    }


def _homework(town: Town, it: Homework) -> dict[str, Any]:
    first = town.lesson(it.assigned_lesson)
    due = town.lesson(it.due_lesson) if it.due_lesson else None
    return {
        "id": it.number_id,
        "text": it.text,
        "assigned_date": day(it.assigned_date),
        "assigned_number": known(first.number if first else None),
        "assigned_lesson": first.number_id if first else known(None),
        "due_date": day(it.due_date),
        "due_number": known(due.number if due else None),
        "set": moment(it.set_at),
        "individual": it.pupil is not None,
        "files": [{"name": name, "size": size} for name, size in it.files],
    }


# Absences
def absences(town: Town, pupil: Person, start: date, end: date) -> list[dict[str, Any]]:
    def row(it: Absence) -> dict[str, Any]:
        lesson = town.lesson(it.lesson) if it.lesson else None
        minutes = "".join(letter for letter in it.comment if letter.isdigit()) if it.code == "оп" else ""
        return {
            "id": it.number_id,
            "date": day(it.date),
            "number": known(lesson.number if lesson else None),
            "lesson": lesson.number_id if lesson else known(None),
            "subject": town.subjects[it.subject].name,
            "code": CODES[it.code],
            "minutes": known(minutes),
            "comment": known(it.comment),
            "set": moment(it.set_at),
        }

    return [row(it) for it in sorted(town.absences(pupil.id, start, end), key=lambda it: (it.date, it.number_id))]


# Results
def finals(town: Town, pupil: Person) -> dict[str, Any]:
    periods = {it.id: it for it in town.periods_of(pupil.class_id or "")}
    own = {it.id: by_subject(town.marks(pupil.id, it.start, it.end)) for it in periods.values()}
    return {
        "year": year_name(town),
        "periods": [_period(it) for it in periods.values()],
        "items": [
            {
                "id": it.number_id,
                "subject": town.subjects[it.subject].name,
                "period": periods[it.period].number_id,
                "value": it.value,
                "average": decimal(average(town, own[it.period].get(it.subject, []))),
                "set": moment(it.set_at),
            }
            for it in town.finals(pupil.id)
        ],
    }


def _period(it: Period) -> dict[str, Any]:
    return {"id": it.number_id, "kind": KINDS[it.kind], "number": it.number, "name": it.name, "begins": day(it.start), "ends": day(it.end)}


def stats(town: Town, pupil: Person) -> dict[str, str]:
    """What the cabinet's first page says; the ratings are the school's, made from its number and the month."""
    start, _ = town.year
    now = town.now().astimezone(ZONE).date()
    whole = class_by_subject(town, pupil.class_id or "", start, now)
    numbers = [number for marks in whole.values() for mark in marks if (number := number_of(mark.value)) is not None]
    good = Decimal(100 * sum(number >= 4 for number in numbers)) / len(numbers) if numbers else None
    missed = [it for it in town.absences(pupil.id, start, now) if it.code != "оп"]
    rng = Random(f"{town.seed}:{pupil.school}:{now:%Y-%m}")  # noqa: S311 - a world, not a secret
    senior = town.classes[pupil.class_id or ""].parallel >= 9
    return {
        "school_rating": known(rng.randint(3, 40)),
        "krai_rating": known(rng.randint(40, 390)),
        "krai_change": rng.choice(("вверх", "вниз", "без изменений")),
        "quality": decimal(None if good is None else good.quantize(Decimal("0.1"), ROUND_HALF_UP)),
        "ege": known(rng.randint(40, 95) if senior else None),
        "missed": known(len(missed)),
        "missed_without_reason": known(sum(it.code == "н" for it in missed)),
    }
