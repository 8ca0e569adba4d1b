"""The older `core/api`: Russian dates, and lists that stay empty."""

from __future__ import annotations

from datetime import date
from typing import Any

from sandbox.mes.wire import ids
from sandbox.mes.wire.people import digits, sex
from sandbox.world.model import Person, SchoolClass
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
