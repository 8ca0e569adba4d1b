"""Accounts and people: a child is one flat object, with whole numbers for booleans."""

from __future__ import annotations

from typing import Any, Final

from sandbox.ruobr.state import ID
from sandbox.world.model import Person
from sandbox.world.town import Town

FOOD_TYPE: Final = 5
PUSH: Final = {"school_news": 0, "attendance": 0, "homework": 0, "mau_balance": 0, "tourniquet": 1, "mark": 1}
USERS: Final = 115_000_000


def child_id(pupil: Person) -> int:
    return int(pupil.accounts[ID]["id"])


def user_id(who: Person) -> int:
    return int(who.accounts.get(ID, {}).get("user_id", USERS + who.number))


def staff_id(who: Person | None) -> int | None:
    return None if who is None else 300_000 + who.number


def full_name(who: Person) -> str:
    return f"{who.last_name} {who.first_name} {who.middle_name}".strip()


def initials(who: Person) -> str:
    return f"{who.last_name} {who.first_name[:1]}.{who.middle_name[:1]}."


def child(town: Town, pupil: Person) -> dict[str, Any]:
    school, own = town.schools[pupil.school or ""], town.classes[pupil.class_id or ""]
    return {
        "status": "child",
        "id": child_id(pupil),
        "user_id": user_id(pupil),
        "last_name": pupil.last_name,
        "first_name": pupil.first_name,
        "middle_name": pupil.middle_name,
        "birth_date": pupil.birth_date.isoformat(),
        "gender": 2 if pupil.sex == "F" else 1,
        "school": school.short_name,
        "school_terrirtory_id": school.number,
        "group": own.name,
        "school_is_food": FOOD_TYPE,
        "school_is_tourniquet": 1,
        "user_img": f"https://ruobr.ru/mediac/avatars/{child_id(pupil):032x}.JPEG",
        "readonly": 0,
        "gps_tracker": False,
        "push_settings": dict(PUSH),
        "success": True,
    }


def applicant(town: Town, who: Person, children: list[Person]) -> dict[str, Any]:
    return {
        "status": "applicant",
        "success": True,
        "id": user_id(who),
        "user_id": user_id(who),
        "last_name": who.last_name,
        "first_name": who.first_name,
        "middle_name": who.middle_name,
        "readonly": 0,
        "gps_tracker": False,
        "push_settings": dict(PUSH),
        "childs": [child(town, pupil) for pupil in children],
    }


def older_user(town: Town, who: Person, children: list[Person]) -> dict[str, Any]:
    """The 2021 shape: true booleans, the school with its number, children without `status`."""

    def older(pupil: Person) -> dict[str, Any]:
        now = child(town, pupil)
        kept = {key: now[key] for key in ("id", "first_name", "last_name", "middle_name", "group")}
        numbered = f"{now['school_terrirtory_id']}-{now['school']}"
        return kept | {"school": numbered, "school_is_tourniquet": True, "school_is_food": True, "readonly": False}

    if ID in who.accounts and who.role == "pupil":
        return {"success": True, "status": "child", **older(who), "gps_tracker": False}
    named = {"first_name": who.first_name, "last_name": who.last_name, "middle_name": who.middle_name}
    return {"success": True, "status": "applicant", **named, "gps_tracker": False, "childs": [older(pupil) for pupil in children]}


def classmates(town: Town, pupil: Person) -> list[dict[str, Any]]:
    keys = ("first_name", "last_name", "middle_name", "birth_date", "gender")
    found = [child(town, mate) | {"avatar": ""} for mate in town.pupils_of(pupil.class_id or "") if mate.id != pupil.id]
    return [{key: mate[key] for key in (*keys, "avatar")} for mate in found]


def birthdays(town: Town, pupil: Person) -> list[dict[str, Any]]:
    mates = sorted(town.pupils_of(pupil.class_id or ""), key=lambda mate: (mate.birth_date.month, mate.birth_date.day))
    return [
        {"first_name": mate.first_name, "last_name": mate.last_name, "birth_date": mate.birth_date.isoformat(), "avatar": ""}
        for mate in mates
    ]


def guide(town: Town, pupil: Person) -> dict[str, Any]:
    school = town.schools[pupil.school or ""]
    staff = [who for who in town.people.values() if who.school == school.id and who.role == "teacher"]
    return {
        "name": school.legal_name,
        "post_adress": school.address,
        "tel_rec": school.phone,
        "url": f"https://{school.id}.town.example",
        "teacher_list": [
            {"person_str": full_name(who), "subject_qs": who.note.removeprefix("преподаёт: "), "user_id": user_id(who)} for who in staff
        ],
    }
