"""The person behind an account, in the many shapes that the platform's own services show one."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sandbox.mes.wire import ids
from sandbox.mes.wire.people import digits, sex
from sandbox.world.model import Person, School, SchoolClass
from sandbox.world.town import Town

SETTINGS: Final[dict[str, Any]] = {
    "goal": None,
    "theme": {"type": "light", "is_automatic": True, "color_pattern": "default"},
    "schedule_type": "list",
    "estimation_type": "five",
}
EVER: Final = {"actual_from": "2015-01-01", "actual_to": "9999-12-31"}
ROLES: Final = ((1, "Ученик", "student"), (2, "Родитель", "parent"), (9, "Учитель", "teacher"))


def _typed(number: int, name: str) -> dict[str, Any]:
    return {"id": number, "name": name, **EVER}


def _kind(who: Person, node: str) -> str:
    return "student" if ids.is_student(who, node) else "parent"


def session(town: Town, who: Person, node: str, authentication_token: str) -> dict[str, Any]:
    """Of `/lms/api/sessions`."""
    school = town.schools.get(who.school or "")
    if school is None:
        school = next((town.schools[town.people[key].school or ""] for key in who.children if town.people[key].school), None)
    return {
        "id": ids.user_id(who, node),
        "email": who.email or "",
        "snils": digits(who.snils),
        "profiles": [
            {
                "id": ids.profile_id(who, node),
                "type": _kind(who, node),
                "roles": [],
                "user_id": ids.user_id(who, node),
                "original_user_id": ids.user_id(who, node),
                "person_id": ids.guid(who),
                "agree_pers_data": True,
                "subject_ids": [],
                "school_id": ids.school_id(school) if school else None,
                "school_shortname": school.short_name if school else "",
                "organization_id": str(20_000_000 + school.number) if school else "",
            }
        ],
        "guid": ids.guid(who),
        "first_name": who.first_name,
        "last_name": who.last_name,
        "middle_name": who.middle_name,
        "phone_number": digits(who.phone)[-10:],
        "authentication_token": authentication_token,
        "person_id": ids.guid(who),
        "password_change_required": False,
        "regional_auth": "mosreg" if node == "mes-mo" else "mos",
        "sso_id": ids.guid(who),
        "sex": sex(who),
        "date_of_birth": f"{who.birth_date:%d.%m.%Y}",
    }


def user(who: Person, node: str, children: list[Person]) -> dict[str, Any]:
    profile = {
        "id": ids.profile_id(who, node),
        "type": _kind(who, node),
        "roles": [],
        "user_id": ids.user_id(who, node),
        "children_profile_ids": [ids.student_id(child, node) for child in children if child is not who],
    }
    return {
        "id": ids.user_id(who, node),
        "email": who.email or "",
        "sex": sex(who),
        "password": None,
        "locked": False,
        "temporaryLocked": False,
        "fullCount": 1,
        "sessionsCount": 1,
        "updatedAt": "2026-09-01T00:00:00",
        "profiles": [profile],
        "first_name": who.first_name,
        "last_name": who.last_name,
        "middle_name": who.middle_name,
        "date_of_birth": f"{who.birth_date:%d.%m.%Y}",
        "phone_number": digits(who.phone)[-10:],
        "snils": digits(who.snils),
        "guid": ids.guid(who),
    }


def user_info(who: Person, node: str) -> dict[str, Any]:
    number, title, mnemonic = ROLES[0 if ids.is_student(who, node) else 1]
    subsystem = {"id": 2, "title": "Дневник", "url": "/diary", "mnemonic": mnemonic, "description": "", "is_mobile": True, "sort_order": 1}
    return {
        "userId": ids.user_id(who, node),
        "isAdActivated": False,
        "info": {
            "birthdate": who.birth_date.isoformat(),
            "mail": who.email or "",
            "gender": sex(who),
            "trusted": True,
            "FirstName": who.first_name,
            "LastName": who.last_name,
            "MiddleName": who.middle_name,
            "mobile": digits(who.phone)[-10:],
            "guid": ids.guid(who),
            "failed": False,
            "error": None,
            "snils": digits(who.snils),
        },
        "roles": [{"id": number, "title": title, "subsystems": [subsystem]}],
        "savedChoice": None,
        "notification": False,
        "login": "",
    }


def contacts(who: Person) -> list[dict[str, Any]]:
    found = ((1, "Телефон", digits(who.phone)[-10:]), (3, "Электронная почта", who.email or ""))
    return [{"data": data, "type": _typed(number, name), "is_deleted": False} for number, name, data in found if data]


def _class(town: Town, own: SchoolClass, school: School) -> dict[str, Any]:
    return {
        "id": ids.class_unit_id(own),
        "uid": f"{ids.class_unit_id(own):08x}-0000-4000-a000-{school.number:012x}",
        "name": own.name,
        "organization_id": 20_000_000 + school.number,
        "open_at": (town.year[0] - date(1970, 1, 1)).days * 86_400_000,
        "close_at": town.year[1].isoformat(),
        "letter": own.letter,
        "parallel_id": own.parallel,
        "parallel": _typed(own.parallel, str(own.parallel)),
        "organization": {"name": school.short_name, "global_id": 20_000_000 + school.number, "property_type_id": 1},
        "education_stage_id": 1 if own.parallel <= 4 else 2 if own.parallel <= 9 else 3,
        "staff_ids": [],
    }


def education(town: Town, who: Person) -> list[dict[str, Any]]:
    if who.class_id is None or who.school is None:
        return []
    school = town.schools[who.school]
    return [
        {
            "id": 500_000 + who.number,
            "person_id": ids.guid(who),
            "organization_id": 20_000_000 + school.number,
            "actual_from": 0.0,
            "actual_to": 0,
            "training_begin_at": town.year[0].isoformat(),
            "training_end_at": town.year[1].isoformat(),
            "service_type": _typed(2, "Образование") | {"global_id": 2},
            "class": _class(town, town.classes[who.class_id], school),
        }
    ]


def person_data(town: Town, who: Person, node: str) -> dict[str, Any]:
    documents = []
    if who.birth_certificate is not None:
        paper = who.birth_certificate
        documents.append(
            {
                "id": paper.id,
                "person_id": ids.guid(who),
                "series": paper.series,
                "number": paper.number,
                "issuer": paper.issued_by,
                "issued": paper.issue_date.isoformat(),
                "document_type": _typed(3, "Свидетельство о рождении"),
                **EVER,
            }
        )
    return {
        "id": ids.user_id(who, node),
        "person_id": ids.guid(who),
        "merged_to": None,
        "lastname": who.last_name,
        "firstname": who.first_name,
        "patronymic": who.middle_name,
        "birthdate": who.birth_date.isoformat(),
        "birthplace": who.birth_place,
        "snils": digits(who.snils),
        "gender_id": 2 if who.sex == "F" else 1,
        "citizenship_id": 1,
        "addresses": [],
        "documents": documents,
        "contacts": contacts(who),
        "education": education(town, who),
        **EVER,
    }


def childrens(town: Town, who: Person, children: list[Person], node: str) -> dict[str, Any]:
    """The person as the registry holds one; only the own record."""
    entity = {
        "id": ids.user_id(who, node),
        "obrId": ids.user_id(who, node),
        "ssoId": ids.user_id(who, node),
        "staffId": None,
        "lastLogged": None,
        "activeStudent": ids.is_student(who, node),
        "regionalStudent": False,
        "regionalEmploee": False,
        "login": "",
        "firstname": who.first_name,
        "lastname": who.last_name,
        "patronymic": who.middle_name,
        "emails": [who.email] if who.email else [],
        "phones": [digits(who.phone)[-10:]] if who.phone else [],
        "person_id": ids.guid(who),
        "contacts": contacts(who),
        "education": education(town, who),
        "agents": [],
        "categories": [],
        "snils": digits(who.snils),
        "birthdate": who.birth_date.isoformat(),
        "gender": sex(who),
        "children_person_ids": [ids.guid(child) for child in children if child is not who],
    }
    return {"page": 1, "size": 1, "totalSize": 1, "parentCategories": None, "entities": [entity]}


def roles(_town: Town) -> list[dict[str, Any]]:
    return [{"id": number, "title": title, "globalRoleTag": tag} for number, title, tag in ROLES]


def organisations(schools: list[School]) -> dict[str, Any]:
    entities = [
        {"global_id": 20_000_000 + it.number, "full_name": it.legal_name, "short_name": it.short_name, "constituent_entity": []}
        for it in schools
    ]
    return {"page": 1, "size": 10, "totalSize": len(entities), "parentCategories": None, "entities": entities}
