"""The week, the marks of a period with averages, the final marks: absences are marks here, and every mark comes in two shapes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sandbox.derived.averages import average, by_subject, class_by_subject, weight_of
from sandbox.kiasuo.wire.answers import clock, updated
from sandbox.kiasuo.wire.people import full_name
from sandbox.world.model import Absence, Homework, Lesson, Mark, Period, Person
from sandbox.world.town import Town

LETTERS: Final = {"н": "Н", "б": "Б", "уп": "У", "оп": "О"}
MEANINGS: Final = {"н": "Неявка", "б": "Болезнь", "уп": "Уважительная причина", "оп": "Опоздание"}
COLOURS: Final = ("#4a90d9", "#7b61c4", "#2f9e6e", "#d9822b", "#c0504d", "#5c7080")
NO_THEME: Final = "не указана"


def week(town: Town, pupil: Person, monday: date) -> dict[str, Any]:
    """Seven days from a Monday; the homework that was set or is to be checked in them."""
    sunday = monday + timedelta(days=6)
    due, made = town.homework_of(pupil.id, monday, sunday, by="due"), town.homework_of(pupil.id, monday, sunday, by="assigned")
    to_check: dict[str | None, list[int]] = {}
    for item in due:
        to_check.setdefault(item.due_lesson, []).append(item.number_id)
    created = {item.assigned_lesson: item.number_id for item in made}
    slots: dict[str | None, list[Mark | Absence]] = {}
    entries: list[Mark | Absence] = [*town.marks(pupil.id, monday, sunday), *town.absences(pupil.id, monday, sunday)]
    for entry in entries:
        slots.setdefault(entry.lesson, []).append(entry)

    def event(it: Lesson) -> dict[str, Any]:
        teacher = town.people.get(it.teacher)
        return {
            "lesson_event_id": it.number_id,
            "subject": town.subjects[it.subject].name,
            "teacher": "" if teacher is None else full_name(teacher),
            "color": colour(town, it.subject),
            "lesson_number": it.number,
            "lesson_date": it.date.isoformat(),
            "from": clock(it.starts_at),
            "to": clock(it.ends_at),
            "theme": it.topic or NO_THEME,
            "created_homework_id": created.get(it.id),
            "homework_to_check_ids": to_check.get(it.id, []),
            **both_shapes(town, slots.get(it.id, [])),
        }

    items = {item.number_id: item for item in (*made, *due)}
    return {
        "schedule": [event(it) for it in town.lessons_of(pupil.id, monday, sunday) if it.status != "cancelled"],
        "homeworks": [_homework(items[key]) for key in sorted(items)],
    }


def colour(town: Town, subject: str) -> str:
    return COLOURS[town.subjects[subject].number % len(COLOURS)]


def _homework(it: Homework) -> dict[str, Any]:
    return {
        "id": it.number_id,
        "lesson_date": it.assigned_date.isoformat(),
        "check_at": it.due_date.isoformat(),
        "text": it.text,
        "files": [{"url": f"/diary/files/{it.number_id}/{place}", "title": name} for place, (name, _) in enumerate(it.files)],
        "links": [],
    }


def both_shapes(town: Town, entries: Sequence[Mark | Absence]) -> dict[str, Any]:
    """`slots` as the app reads them now, `marks` as it did in 2024. Neither has an id."""
    return {"slots": [_slot(town, it) for it in entries], "marks": [_older(town, it) for it in entries]}


def _slot(town: Town, it: Mark | Absence) -> dict[str, Any]:
    return {"lesson_date": it.date.isoformat(), "mark": {"value": _value(it)}, "text": _text(town, it), "updated_at": updated(_at(it))}


def _older(town: Town, it: Mark | Absence) -> dict[str, Any]:
    text = _text(town, it)
    short = town.work_types[it.work].abbr if isinstance(it, Mark) else _value(it)
    weight = f"{Decimal(1) if isinstance(it, Absence) else weight_of(town, it):.1f}"
    slot = {"text": text, "short_text": short, "remark": ""}
    return {"lesson_date": it.date.isoformat(), "mark": _value(it), "weight": weight, "remark": it.comment, "slot": slot}


def _value(it: Mark | Absence) -> str:
    return it.value if isinstance(it, Mark) else LETTERS[it.code]


def _text(town: Town, it: Mark | Absence) -> str:
    return town.work_types[it.work].title if isinstance(it, Mark) else MEANINGS[it.code]


def _at(it: Mark | Absence) -> Any:
    return (it.changed_at if isinstance(it, Mark) else None) or it.set_at


# Periods
def period_marks(town: Town, pupil: Person, over: Period) -> dict[str, Any]:
    marks, absences = by_subject(town.marks(pupil.id, over.start, over.end)), dict[str, list[Absence]]()
    for absence in town.absences(pupil.id, over.start, over.end):
        absences.setdefault(absence.subject, []).append(absence)
    whole = class_by_subject(town, pupil.class_id or "", over.start, over.end)
    taught = {it.subject for it in town.lessons_of(pupil.id, over.start, over.end)} | set(marks) | set(absences)

    def lesson(subject: str) -> dict[str, Any]:
        own, missed = marks.get(subject, []), absences.get(subject, [])
        entries: list[Mark | Absence] = [*own, *missed]
        entries.sort(key=lambda it: (it.date, it.number_id))
        return {
            "id": town.subjects[subject].number,
            "subject": town.subjects[subject].name,
            "color": colour(town, subject),
            **both_shapes(town, entries),
            "averages": {
                "for_student": pair(average(town, own)),
                "for_class": pair(average(town, whole.get(subject, []))),
                "predicted": pair(average(town, own)),
                "sickness": sum(it.code == "б" for it in missed),
                "with_reason": sum(it.code == "уп" for it in missed),
                "without_reason": sum(it.code == "н" for it in missed),
            },
        }

    return {"lessons": [lesson(subject) for subject in town.subjects if subject in taught]}


def pair(value: Decimal | None) -> list[Any] | None:
    """The text and the number: `["4.50", 4.5]`."""
    return None if value is None else [f"{value:.2f}", float(value)]


def finals(town: Town, pupil: Person, *, current: bool) -> dict[str, Any]:
    """By type of mark: each period, and the year. Classes of earlier years have none here."""
    periods = town.periods_of(pupil.class_id or "")
    given: dict[str, dict[str, str]] = {}
    for final in town.finals(pupil.id) if current else []:
        given.setdefault(final.subject, {})[str(town.period(final.period).number_id)] = final.value
    return {
        "lessons": [
            {"id": town.subjects[key].number, "subject": town.subjects[key].name, "color": colour(town, key), "marks": given[key]}
            for key in town.subjects
            if key in given
        ],
        "standard_mark_type": [
            {"id": it.number_id, "text": it.name, "short_text": "Год" if it.kind == "year" else f"{it.number}", "order_by": place}
            for place, it in enumerate(periods, 1)
        ],
    }
