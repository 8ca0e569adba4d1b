"""Persons, users, contexts and relatives."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sandbox.dnevnik.state.directory import Directory, Group
from sandbox.dnevnik.state.ids import named, with_text
from sandbox.dnevnik.wire.dates import day
from sandbox.dnevnik.wire.schools import edu_group
from sandbox.world.model import Person

SEXES = {"m": "Male", "male": "Male", "м": "Male", "f": "Female", "female": "Female", "ж": "Female"}
ROLES = {"parent": "EduParent", "pupil": "EduStudent", "teacher": "EduStaff", "school_admin": "EduSchoolAdministrator"}


def short_name(who: Person) -> str:
    """`Анна Смирнова`, as the platform shows people in lists."""
    return f"{who.first_name} {who.last_name}"


def sex(who: Person) -> str:
    return SEXES.get(who.sex.lower(), "Male")


def person(directory: Directory, who: Person) -> dict[str, Any]:
    return {
        **with_text(id=directory.person_id(who), userId=directory.user_id(who)),
        "firstName": who.first_name,
        "lastName": who.last_name,
        "middleName": who.middle_name,
        "shortName": short_name(who),
        "sex": sex(who),
    }


def roles(directory: Directory, who: Person) -> list[str]:
    """A teacher who is also a parent has both."""
    own = [ROLES[who.role]]
    if who.role != "parent" and directory.children(who):
        own.append("EduParent")
    return own


def user(directory: Directory, who: Person, scopes: Collection[str]) -> dict[str, Any]:
    """The profile; phone and e-mail only with the scope ContactInfo."""
    contacts = "ContactInfo" in scopes
    full = " ".join(filter(None, (who.last_name, who.first_name, who.middle_name)))
    return {
        **with_text(id=directory.user_id(who), personId=directory.person_id(who)),
        "name": full,
        "email": who.email if contacts else None,
        "login": who.accounts.get("dnevnik", {}).get("login"),
        "fullName": " ".join(filter(None, (who.first_name, who.middle_name, who.last_name))),
        "fullNameInverse": full,
        "firstName": who.first_name,
        "middleName": who.middle_name,
        "lastName": who.last_name,
        "shortName": short_name(who),
        "locale": "ru-RU",
        "timezone": time_zone(directory, who),
        "sex": sex(who),
        "photoSmall": None,
        "photoMedium": None,
        "photoLarge": None,
        "birthday": day(who.birth_date),
        "roles": roles(directory, who),
        "phone": who.phone if contacts else None,
    }


def time_zone(directory: Directory, who: Person) -> str:
    """The offset of the own or the first child's school, as `UTC+03:00`."""
    pupils = [who] if directory.is_pupil(who) else directory.children(who)
    offset = 3 if not pupils else hours_from_utc(directory, pupils[0])
    return f"UTC{offset:+03d}:00"


def hours_from_utc(directory: Directory, pupil: Person) -> int:
    zone = directory.zone(directory.school_of(pupil))
    offset = datetime(directory.town.year[0].year, 9, 1, tzinfo=zone).utcoffset()
    return 3 if offset is None else round(offset.total_seconds() / 3600)


def context(directory: Directory, who: Person) -> dict[str, Any]:
    """What a client needs to begin: the children with their schools and classes, and the groups themselves."""
    children = directory.children(who)
    pupils = [who] if directory.is_pupil(who) else children
    groups = _distinct(group for pupil in pupils for group in directory.groups_of(pupil))
    schools = {directory.school_of(pupil).id: directory.school_of(pupil) for pupil in pupils}
    return {
        **with_text(userId=directory.user_id(who)),
        "avatarUrl": "",
        "roles": roles(directory, who),
        "children": [_child(directory, child) for child in children],
        "schools": [
            {
                **with_text(id=directory.school_id(school)),
                "name": school.short_name,
                "type": "Regular",
                "groupIds": [group.id for group in groups if group.klass.school == school.id],
                "groupIds_str": [str(group.id) for group in groups if group.klass.school == school.id],
            }
            for school in schools.values()
        ],
        "eduGroups": [edu_group(directory, group) for group in groups],
        "splitId": str(named("user", "split", who.id) % 100),
        **with_text(personId=directory.person_id(who)),
        "firstName": who.first_name,
        "lastName": who.last_name,
        "middleName": who.middle_name,
        "shortName": short_name(who),
        **_lists(directory, pupils),
    }


def _child(directory: Directory, child: Person) -> dict[str, Any]:
    return {
        **with_text(personId=directory.person_id(child), userId=directory.user_id(child)),
        "avatarUrl": "",
        "firstName": child.first_name,
        "lastName": child.last_name,
        "middleName": child.middle_name,
        "shortName": short_name(child),
        "sex": sex(child),
        **_lists(directory, [child]),
    }


def _lists(directory: Directory, pupils: list[Person]) -> dict[str, Any]:
    schools = list(dict.fromkeys(directory.school_id(directory.school_of(pupil)) for pupil in pupils))
    groups = list(dict.fromkeys(group.id for pupil in pupils for group in directory.groups_of(pupil)))
    return {
        "schoolIds": schools,
        "schoolIds_str": [str(key) for key in schools],
        "groupIds": groups,
        "groupIds_str": [str(key) for key in groups],
    }


def _distinct(groups: Any) -> list[Group]:
    return list({group.id: group for group in groups}.values())


def relatives(directory: Directory, who: Person) -> list[dict[str, Any]]:
    """Who is related to this person: children below a parent, guardians above a pupil."""
    found = [{"type": "Child", "person": person(directory, child)} for child in directory.children(who)]
    if directory.is_pupil(who):
        found += [{"type": _kin(guardian, who), "person": person(directory, guardian)} for guardian in directory.town.guardians_of(who.id)]
    return found


def _kin(guardian: Person, child: Person) -> str:
    if child.id not in guardian.children:
        return "Guardian"
    return "Father" if sex(guardian) == "Male" else "Mother"
