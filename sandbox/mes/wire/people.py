"""The family: profiles, children with their school and groups, teachers."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any, Final

from sandbox.mes.wire import ids
from sandbox.world.model import Person, School, SchoolClass, Subject
from sandbox.world.timetable import SPLIT, hours
from sandbox.world.town import Town

COUNTIES: Final = {"mes": "Северный административный округ", "mes-mo": "Городской округ Химки"}


def digits(text: str | None) -> str:
    return "".join(letter for letter in text or "" if letter.isdecimal())


def dated(day: date, web: bool) -> str:
    return f"{day:%d.%m.%Y}" if web else day.isoformat()


def names(who: Person | None) -> dict[str, Any]:
    """A teacher as lessons show one."""
    if who is None:
        return {"last_name": "", "first_name": "", "middle_name": "", "birth_date": None, "sex": None, "user_id": None}
    shown = {"last_name": who.last_name, "first_name": who.first_name, "middle_name": who.middle_name}
    return shown | {"birth_date": None, "sex": None, "user_id": None}


def sex(who: Person) -> str:
    return "female" if who.sex == "F" else "male"


def person(who: Person, node: str, web: bool = False) -> dict[str, Any]:
    is_student = ids.is_student(who, node)
    return {
        "last_name": who.last_name,
        "first_name": who.first_name,
        "middle_name": who.middle_name,
        "birth_date": dated(who.birth_date, web),
        "sex": sex(who),
        "user_id": ids.user_id(who, node),
        "id": ids.profile_id(who, node),
        "contract_id": ids.contract_id(who) if is_student else None,
        "phone": digits(who.phone)[-10:],
        "email": who.email or "",
        "snils": digits(who.snils),
        "type": "student" if is_student else "parent",
    }


def school(found: School, node: str) -> dict[str, Any]:
    return {
        "id": ids.school_id(found),
        "name": found.legal_name,
        "short_name": found.short_name,
        "county": COUNTIES[node],
        "principal": found.head,
        "phone": digits(found.phone)[-10:],
        "global_school_id": 20_000_000 + found.number,
        "municipal_unit_name": None,
    }


def subjects(town: Town, own: SchoolClass) -> list[Subject]:
    return [town.subjects[key] for key in hours(own.parallel)]


def groups(town: Town, pupil: Person, own: SchoolClass) -> list[dict[str, Any]]:
    found = []
    for subject in subjects(town, own):
        part = town.subgroup_of(pupil.id, subject.id) if subject.id == SPLIT else None
        name = f"{subject.name} {own.name}" + (f" ({part} группа)" if part else "")
        found.append({"id": ids.group_id(own, subject, part), "name": name, "subject_id": ids.subject_id(subject), "is_fake": False})
    return found


def representative(who: Person, node: str, web: bool) -> dict[str, Any]:
    return person(who, node, web) | {"person_id": ids.guid(who), "type_id": 1, "type": "Родитель"}


def child(town: Town, pupil: Person, viewer: Person, node: str, web: bool) -> dict[str, Any]:
    own, found = town.classes[pupil.class_id or ""], town.schools[pupil.school or ""]
    today = town.now().date()
    born = pupil.birth_date
    return person(pupil, node, web) | {
        "type": None,
        "contingent_guid": ids.guid(pupil),
        "school": school(found, node),
        "class_name": own.name,
        "class_level_id": own.parallel,
        "class_unit_id": ids.class_unit_id(own),
        "class_uid": f"{ids.class_unit_id(own):08x}-0000-4000-a000-{found.number:012x}",
        "age": today.year - born.year - ((today.month, today.day) < (born.month, born.day)),
        "groups": groups(town, pupil, own),
        "representatives": [representative(it, node, web) for it in town.guardians_of(pupil.id) if pupil.id in it.children],
        "sections": [],
        "sudir_account_exists": "login" in pupil.accounts.get(node, {}),
        "sudir_login": None,
        "is_legal_representative": viewer is not pupil and pupil.id in viewer.children,
        "parallel_curriculum_id": ids.CURRICULUM + own.parallel,
        "enrollment_date": dated(date(town.year[0].year - own.parallel + 1, 9, 1), web),
        "service_type_id": 2,
        "profession_specialty_code": None,
        "profession_specialty_name": None,
    }


def family(town: Town, who: Person, children: list[Person], node: str, web: bool) -> dict[str, Any]:
    digest = hashlib.md5(f"{who.id}:{[it.id for it in children]}".encode(), usedforsecurity=False).hexdigest()
    return {"profile": person(who, node, web), "children": [child(town, it, who, node, web) for it in children], "hash": digest}


def school_info(town: Town, found: School, own: SchoolClass, node: str) -> dict[str, Any]:
    taught: dict[str, list[str]] = {}
    for subject in subjects(town, own):
        teacher = town.teacher_of(own.id, subject.id)
        if teacher is not None:
            taught.setdefault(teacher.id, []).append(subject.name)
    head = town.people.get(own.teacher)
    plain = ("last_name", "first_name", "middle_name")
    return {
        "id": ids.school_id(found),
        "name": found.short_name,
        "type": "Общеобразовательная организация",
        "principal": found.head,
        "classroom_teachers": [] if head is None else [{name: getattr(head, name) for name in plain}],
        "address": {"county": COUNTIES[node], "district": found.city, "address": found.address},
        "phone": found.phone,
        "email": found.email,
        "website_link": "",
        "teachers": [
            {name: getattr(town.people[key], name) for name in plain} | {"subject_names": subjects_of}
            for key, subjects_of in taught.items()
        ],
        "branches": [
            {"name": found.short_name, "type": "Школа", "address": found.address, "is_main_building": True, "is_student_building": True}
        ],
    }


def curriculum(town: Town, own: SchoolClass) -> dict[str, Any]:
    plan = hours(own.parallel)
    subjects_of = [
        {
            "subject_name": town.subjects[key].name,
            "subject_id": ids.subject_id(town.subjects[key]),
            "total_hours": count * 34,
            "passed_hours": None,
            "max_hours_per_week": count,
            "min_hours_per_week": count,
        }
        for key, count in plan.items()
    ]
    return {
        "title": f"Учебный план {own.parallel} класса",
        "hours": sum(plan.values()) * 34,
        "comments": None,
        "specialization": None,
        "sections": [{"knowledge_field_name": "Обязательная часть", "subjects": subjects_of}],
        "short_name": f"{own.parallel} класс",
        "education_level": "Общее образование",
        "days_in_week": 5,
        "education_form": "Очная",
        "class_level_id": own.parallel,
        "study_profile": None,
        "is_adapted": False,
    }
