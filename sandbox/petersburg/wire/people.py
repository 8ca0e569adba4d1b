"""Children with their educations, teachers, districts, schools, classes, periods, subjects."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sandbox.petersburg.state import ID
from sandbox.petersburg.wire.answers import day
from sandbox.world.model import Period, Person, School, SchoolClass
from sandbox.world.town import Town

YEAR: Final = 23
"""The education period of the whole year, which clients leave out by this number."""
JURISDICTION: Final = {"id": 13, "name": "Приморский"}


def education_id(pupil: Person) -> int:
    return int(pupil.accounts[ID]["education_id"])


def person_id(who: Person) -> int:
    return 4_400_000 + who.number


def schools(town: Town) -> list[School]:
    return [it for it in town.schools.values() if ID in it.diaries]


def children(town: Town, who: Person) -> list[Person]:
    found = (town.people[key] for key in (*who.children, *who.cares_for))
    return [pupil for pupil in found if ID in pupil.accounts]


def child(town: Town, pupil: Person, parent: Person) -> dict[str, Any]:
    school, own, account = town.schools[pupil.school or ""], town.classes[pupil.class_id or ""], pupil.accounts[ID]
    return {
        "firstname": pupil.first_name,
        "surname": pupil.last_name,
        "middlename": pupil.middle_name,
        "hash_uid": account["hash_uid"],
        "action_payload": {"can_apply_for_distance": True, "can_print": True},
        "identity": {"id": person_id(pupil)},
        "educations": [
            {
                "push_subscribe": "true",
                "education_id": education_id(pupil),
                "group_id": account["group_id"],
                "group_name": own.name,
                "institution_id": account["institution_id"],
                "institution_name": school.short_name,
                "jurisdiction_id": JURISDICTION["id"],
                "jurisdiction_name": JURISDICTION["name"],
                "is_active": True,
                "distance_education": False,
                "distance_education_updated_at": None,
                "parent_firstname": parent.first_name,
                "parent_surname": parent.last_name,
                "parent_middlename": parent.middle_name,
                "parent_email": parent.email,
            }
        ],
    }


def group_id(town: Town, it: SchoolClass) -> int:
    return int(next(town.people[key].accounts[ID]["group_id"] for key in it.pupils))


def teachers(town: Town, pupil: Person) -> list[dict[str, Any]]:
    taught: dict[str, set[str]] = {}
    for lesson in town.lessons_of(pupil.id, *town.year):
        taught.setdefault(lesson.teacher, set()).add(lesson.subject)
    return [
        {
            **_named(town.people[key]),
            "position_name": "Учитель",
            "subjects": [{"subject_id": town.subjects[it].number, "subject_name": town.subjects[it].name} for it in sorted(subjects)],
        }
        for key, subjects in taught.items()
        if key in town.people
    ]


def _named(who: Person) -> dict[str, Any]:
    return {"identity": {"id": person_id(who)}, "surname": who.last_name, "firstname": who.first_name, "middlename": who.middle_name}


def class_teacher(town: Town, it: SchoolClass) -> dict[str, Any]:
    return {**_named(town.people[it.teacher]), "position_name": "Классный руководитель"}


def period(it: Period) -> dict[str, Any]:
    code = YEAR if it.kind == "year" else {"quarter": 10, "trimester": 14, "semester": 17}[it.kind] + it.number
    return {
        "identity": {"id": it.number_id},
        "name": it.name,
        "date_from": day(it.start),
        "date_to": day(it.end),
        "education_period": {"id": code, "code": it.kind, "name": it.name},
    }


def subjects(town: Town, pupil: Person, start: date, end: date) -> list[dict[str, Any]]:
    taught = {lesson.subject for lesson in town.lessons_of(pupil.id, start, end)}
    return [
        {"identity": {"id": it.number}, "subject_id": it.number, "subject_name": it.name, "name": it.name}
        for key, it in town.subjects.items()
        if key in taught
    ]


def institution(it: School, number: int) -> dict[str, Any]:
    return {"identity": {"id": number}, "name": it.short_name, "full_name": it.legal_name, "jurisdiction_id": JURISDICTION["id"]}


def group(it: SchoolClass, number: int) -> dict[str, Any]:
    return {"identity": {"id": number}, "name": it.name, "group_name": it.name, "level": it.parallel}
