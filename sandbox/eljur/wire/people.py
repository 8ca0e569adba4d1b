"""The user, what each relation allows, the school, recipients."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any, Final

from sandbox.eljur.state import ID
from sandbox.world.model import Person
from sandbox.world.town import Town

RULES: Final = (
    "getdiary",
    "getschedule",
    "gethomework",
    "getmarks",
    "getassessments",
    "getfinalassessments",
    "getperiods",
    "getupdates",
)
SECTIONS: Final = ("diary", "schedule", "homework", "marks", "messages", "board")


def student_id(pupil: Person) -> str:
    return str(pupil.accounts[ID]["student_id"])


def user_id(who: Person) -> str:
    return str(who.accounts.get(ID, {}).get("user_id", 52_000 + who.number))


def children(town: Town, who: Person) -> list[Person]:
    found = (town.people[key] for key in (*who.children, *who.cares_for))
    return [pupil for pupil in found if ID in pupil.accounts]


def full_name(who: Person) -> str:
    return f"{who.last_name} {who.first_name} {who.middle_name}".strip()


def gender(who: Person) -> str:
    return "female" if who.sex == "F" else "male"


def rules(town: Town, who: Person, today: date, base: str) -> dict[str, Any]:
    own, vendor = children(town, who), str(who.accounts[ID]["vendor"])
    guid = hashlib.sha256(f"guid:{who.id}".encode()).hexdigest()[:32].upper()
    region = town.schools[own[0].school or ""] if own else None
    return {
        "id": user_id(who),
        "name": user_id(who),
        "id_hash": guid[:16].lower(),
        "guid": guid,
        "original_guid": guid,
        "vuid": f"{vendor}-{user_id(who)}",
        "title": full_name(who),
        "lastname": who.last_name,
        "firstname": who.first_name,
        "middlename": who.middle_name,
        "gender": gender(who),
        "age": today.year - who.birth_date.year,
        "email": who.email or "",
        "email_confirmed": True,
        "city": region.city if region else "",
        "region": region.region if region else "",
        "regionCode": region.region_code if region else "0",
        "roles": ["parent"],
        "relations": relations(town, own),
        "allowedAds": [],
        "allowedSections": list(SECTIONS),
        "messageSignature": "",
        "rt_licey_school_end_date": False,
        "supportDescription": "",
        "supportEmail": "help@town.example",
        "supportEmailSchool": "",
        "supportHelpdesk": "https://help.town.example",
        "supportHelpdeskSchoolEmployee": "",
        "supportPhone": "",
        "uploadFileUrl": "https://files.town.example/upload" if base else "",
        "vendor": vendor,
        "vendor_id": 52,
    }


def relations(town: Town, own: list[Person]) -> dict[str, Any]:
    """The allowed methods are told for each child and each class."""
    groups, schools, students = {}, {}, {}
    for pupil in own:
        klass, school = town.classes[pupil.class_id or ""], town.schools[pupil.school or ""]
        master = town.people[klass.teacher]
        groups[klass.name] = {
            "name": klass.name,
            "rel": "child",
            "rules": list(RULES),
            "parallel": klass.parallel,
            "balls": 5,
            "hometeacher_id": user_id(master),
            "hometeacher_name": full_name(master),
            "hometeacher_lastname": master.last_name,
            "hometeacher_firstname": master.first_name,
            "hometeacher_middlename": master.middle_name,
        }
        schools[school.id] = {
            "number": str(school.number),
            "title": school.short_name,
            "title_full": school.legal_name,
            "inn": school.inn,
            "kpp": "520001001",
        }
        students[student_id(pupil)] = {
            "rel": "child",
            "rules": list(RULES),
            "name": student_id(pupil),
            "title": full_name(pupil),
            "lastname": pupil.last_name,
            "firstname": pupil.first_name,
            "gender": gender(pupil),
            "class": klass.name,
            "parallel": klass.parallel,
            "city": school.city,
        }
    return {"groups": groups, "schools": list(schools.values()), "students": students}


def profile(town: Town, who: Person) -> dict[str, Any]:
    own = children(town, who)
    school = town.schools[own[0].school or ""] if own else None
    shown = {
        "username": full_name(who),
        "email": who.email or "",
        "gender": gender(who),
        "schoolName": school.short_name if school else "",
        "parallel": "",
        "teacher": "",
        "snils": who.snils or "",
        "marksForYears": {},
    }
    return {"profileUserInfo": shown}


def short(who: Person) -> dict[str, str]:
    return {"name": user_id(who), "lastname": who.last_name, "firstname": who.first_name, "middlename": who.middle_name}


def receivers(town: Town, own: list[Person]) -> dict[str, Any]:
    schools = {pupil.school for pupil in own}
    staff = [who for who in town.people.values() if who.role == "teacher" and who.school in schools]
    users = [{**short(who), "info": "Учитель", "search": full_name(who).lower()} for who in staff]
    return {"groups": [{"key": "teachers", "name": "Учителя", "users": users, "subgroups": []}]}
