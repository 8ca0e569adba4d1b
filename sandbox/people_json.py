"""How `/_sandbox/people` words the town's people and schools."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sandbox.world.model import Person, School
from sandbox.world.town import Town


def _texts(account: Mapping[str, Any]) -> dict[str, Any]:
    """Ids are texts: dnevnik's are above what a JavaScript number holds."""
    shown: dict[str, Any] = {}
    for name, value in account.items():
        if isinstance(value, date):
            shown[name] = value.isoformat()
        elif isinstance(value, int) and not isinstance(value, bool):
            shown[name] = str(value)
        elif isinstance(value, tuple | list):
            shown[name] = [str(item) for item in value]
        else:
            shown[name] = value
    return shown


def has_account(person: Person, system: str) -> bool:
    if system == "esia":
        return person.esia is not None
    if system == "vkid":
        return person.vkid is not None
    return system in person.accounts


def person_json(town: Town, person: Person) -> dict[str, Any]:
    esia = person.esia
    school_class = town.classes.get(person.class_id or "")
    return {
        "id": person.id,
        "role": person.role,
        "last_name": person.last_name,
        "first_name": person.first_name,
        "middle_name": person.middle_name,
        "birth_date": person.birth_date.isoformat(),
        "sex": person.sex,
        "snils": person.snils,
        "phone": person.phone,
        "email": person.email,
        "esia": None
        if esia is None
        else {"oid": str(esia.oid), "login": esia.login, "password": esia.password, "level": esia.level, "is_child": esia.is_child},
        "vkid": None if person.vkid is None else _texts(person.vkid),
        "children": list(person.children),
        "cares_for": list(person.cares_for),
        "school": person.school,
        "class": school_class.name if school_class else None,
        "accounts": {system: _texts(account) for system, account in person.accounts.items()},
        "note": person.note,
    }


def school_json(school: School) -> dict[str, Any]:
    names = ("id", "legal_name", "short_name", "inn", "ogrn", "tz", "region", "city", "address", "phone", "email")
    return {name: getattr(school, name) for name in names} | {
        "diaries": list(school.diaries),
        "accounts": {system: _texts(account) for system, account in school.accounts.items()},
    }


def people_json(town: Town, *, role: str | None = None, system: str | None = None) -> dict[str, Any]:
    """The whole town, or the people of a role or with an account in a system, in the town's order."""
    people = [
        person for person in town.people.values() if (not role or person.role == role) and (not system or has_account(person, system))
    ]
    monday, saturday = town.week()
    return {
        "people": [person_json(town, person) for person in people],
        "schools": [school_json(school) for school in town.schools.values()],
        "week": {"from": monday.isoformat(), "to": saturday.isoformat()},
    }
