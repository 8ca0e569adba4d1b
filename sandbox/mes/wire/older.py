"""The older `core/api`: Russian dates, and lists that stay empty."""

from __future__ import annotations

from datetime import date
from typing import Any

from sandbox.derived.averages import average
from sandbox.mes.wire import ids, marks, times
from sandbox.mes.wire.people import digits, sex
from sandbox.mes.wire.subject_marks import Book
from sandbox.world.model import Homework, Mark, Person, School, SchoolClass
from sandbox.world.town import Town


def class_members(town: Town, own: SchoolClass, node: str) -> list[dict[str, Any]]:
    school = town.schools[own.school]
    return [
        {
            "id": ids.profile_id(pupil, node),
            "type": "student",
            "user_id": ids.user_id(pupil, node),
            "person_id": ids.guid(pupil),
            "agree_pers_data": True,
            "user": {"last_name": pupil.last_name, "first_name": pupil.first_name, "middle_name": pupil.middle_name},
            "school": {"id": ids.school_id(school), "name": school.legal_name, "short_name": school.short_name},
            "class_unit": {"id": ids.class_unit_id(own), "name": own.name, "home_based": False},
            "roles": [],
            "staff_id": None,
        }
        for pupil in town.pupils_of(own.id)
    ]


def student_profile(town: Town, pupil: Person, node: str) -> dict[str, Any]:
    """Of the older `core/api`: Russian dates, lists empty unless asked for elsewhere."""
    own, school = town.classes[pupil.class_id or ""], town.schools[pupil.school or ""]
    parents = [
        {"id": ids.profile_id(it, node), "user_id": ids.user_id(it, node), "type": "parent", "hidden": False,
         "name": f"{it.last_name} {it.first_name} {it.middle_name}", "phone_number": digits(it.phone)[-10:], "email": it.email,
         "snils": digits(it.snils), "last_sign_in_at": None, "gusoev_login": None}
        for it in town.guardians_of(pupil.id) if pupil.id in it.children
    ]  # fmt: skip
    born, today = pupil.birth_date, town.now().date()
    stamp = f"{town.year[0]:%d.%m.%Y} 09:00"
    empty = ("groups", "marks", "final_marks", "attendances", "lesson_comments", "home_based_periods", "subjects", "assignments")
    return {
        "id": ids.student_id(pupil, node),
        "created_at": stamp,
        "updated_at": stamp,
        "deleted_at": None,
        "person_id": ids.guid(pupil),
        "transferred": False,
        "school_id": ids.school_id(school),
        "user_id": ids.user_id(pupil, node),
        "user_name": f"{pupil.last_name} {pupil.first_name} {pupil.middle_name}",
        "short_name": f"{pupil.last_name} {pupil.first_name[:1]}.",
        "last_name": pupil.last_name,
        "first_name": pupil.first_name,
        "middle_name": pupil.middle_name,
        "birth_date": f"{born:%d.%m.%Y}",
        "left_on": None,
        "enlisted_on": None,
        "migration_date": None,
        "left_on_registry": None,
        "age": today.year - born.year - ((today.month, today.day) < (born.month, born.day)),
        "sex": sex(pupil),
        "deleted": False,
        "email": pupil.email,
        "phone_number": digits(pupil.phone)[-10:],
        "class_unit": {"id": ids.class_unit_id(own), "class_level_id": own.parallel, "name": own.name, "home_based": False},
        "class_level": own.parallel,
        "curricula": {"id": ids.CURRICULUM + own.parallel, "name": f"{own.parallel} класс", "class_level_id": own.parallel},
        "mentors": [],
        "ispp_account": ids.contract_id(pupil),
        "snils": digits(pupil.snils),
        "last_sign_in_at": None,
        "parents": parents,
        **{name: [] for name in empty},
    }


def academic_years(town: Town) -> list[dict[str, Any]]:
    first = town.year[0].year
    return [
        {
            "id": ids.year_id(start),
            "name": f"{start}/{start + 1}",
            "begin_date": date(start, 9, 1).isoformat(),
            "end_date": date(start + 1, 8, 31).isoformat(),
            "calendar_id": ids.year_id(start),
            "current_year": start == first,
        }
        for start in range(first - 2, first + 1)
    ]


def russian(school: School, at: Any) -> str:
    return f"{times.local(school, at):%d.%m.%Y %H:%M}"


def mark(town: Town, school: School, item: Mark, student: int) -> dict[str, Any]:
    lesson = town.lesson(item.lesson) if item.lesson else None
    return {
        "id": 800_000_000 + item.number_id,
        "created_at": russian(school, item.set_at),
        "updated_at": russian(school, item.changed_at or item.set_at),
        "deleted_at": None,
        "student_profile_id": student,
        "name": item.value,
        "comment": item.comment or None,
        "weight": marks.weight(town, item),
        "is_exam": marks.is_exam(town, item),
        "is_point": item.value in marks.POINTS,
        "point_date": None,
        "date": f"{item.date:%d.%m.%Y}",
        "subject_id": ids.subject_id(town.subjects[item.subject]),
        "schedule_lesson_id": ids.event_id(lesson) if lesson else None,
        "values": _values(item),
    }


def _values(item: Mark) -> list[dict[str, Any]]:
    """The reports' clients take the first value of every mark, so a word has one too."""
    numbers = [part["grade"] for part in marks.parts(item.value)]
    grades = [{"original": it["origin"], "five": it["five"], "hundred": it["hundred"]} for it in numbers]
    return grades or [{"original": item.value, "five": 0, "hundred": 0}]


def homework(town: Town, school: School, item: Homework, pupil: Person, node: str, done: set[int]) -> dict[str, Any]:
    """Three nested parts, each with its own dates."""
    stamps = {"created_at": russian(school, item.set_at), "updated_at": None, "deleted_at": None}
    subject, entry = town.subjects[item.subject], ids.entry_student_id(item, pupil)
    inner = stamps | {
        "id": item.number_id,
        "date_assigned_on": f"{item.assigned_date:%d.%m.%Y}",
        "date_prepared_for": f"{item.due_date:%d.%m.%Y}",
        "subject": {"id": ids.subject_id(subject), "name": subject.name},
        "is_required": True,
    }
    return stamps | {
        "id": entry,
        "student_id": ids.student_id(pupil, node),
        "is_ready": entry in done,
        "homework_entry": stamps | {"id": item.number_id, "description": item.text, "attachments": [], "homework": inner},
    }


def progress(book: Book) -> list[dict[str, Any]]:
    """The report by subject and period."""
    return [
        {
            "subject_id": ids.subject_id(subject),
            "subject_name": subject.name,
            "periods": [
                {
                    "name": part.name,
                    "start_iso": part.start.isoformat(),
                    "end_iso": part.end.isoformat(),
                    "avg_five": f"{average(book.town, found) or ''}",
                    "final_mark": book.fixed(subject, part),
                    "marks": [
                        {"id": 800_000_000 + it.number_id, "values": _values(it), "weight": marks.weight(book.town, it)} for it in found
                    ],
                }
                for part in book.begun
                for found in [book.of(subject, part)]
            ],
        }
        for subject in book.subjects()
    ]


def periods(town: Town, pupil: Person) -> list[dict[str, Any]]:
    found = [part for part in town.periods_of(pupil.class_id or "") if part.kind != "year"]
    rows = [
        {
            "id": part.number_id,
            "name": part.name,
            "begin_date": part.start.isoformat(),
            "end_date": part.end.isoformat(),
            "is_vacation": False,
        }
        for part in found
    ]
    off = [it for it in town.holidays(pupil.school or "") if it.end > it.start]
    rows += [
        {"id": 9_000 + place, "name": it.name, "begin_date": it.start.isoformat(), "end_date": it.end.isoformat(), "is_vacation": True}
        for place, it in enumerate(off)
    ]
    return [{"id": 1, "name": "Учебный год", "academic_year_id": ids.year_id(town.year[0].year), "periods": rows}]


def teacher(town: Town, who: Person) -> dict[str, Any]:
    return {
        "id": ids.staff_id(who),
        "created_at": town.year[0].isoformat(),
        "updated_at": None,
        "deleted_at": None,
        "name": f"{who.last_name} {who.first_name} {who.middle_name}",
        "user": {"last_name": who.last_name, "first_name": who.first_name, "middle_name": who.middle_name},
        "subjects": [],
        "buildings": [],
        "rooms": [],
    }
