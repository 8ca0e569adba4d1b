"""Who has which account in which outside system, with the fields that API.md names."""

from __future__ import annotations

from random import Random
from typing import Any

from sandbox.world.model import Account, Person, School, SchoolClass
from sandbox.world.numbers import guid, hex_token, password, token

LARGE = 10**18
"""dnevnik's ids lie above what a JavaScript number holds (2^53)."""
KIASUO_CLASS = 2_400_000_000_000_000


def login_of(person: Person) -> str:
    """One login spelling for all password diaries, so that people who try the sandbox find their way."""
    return f"{'roditel' if person.role == 'parent' else 'user'}{person.number:03d}"


def dnevnik_user(rng: Random, person: Person) -> Account:
    return {
        "login": login_of(person),
        "password": password(rng),
        "token": token(rng, 32),
        "person_id": LARGE + 7_000_000 + person.number,
        "user_id": LARGE + 3_000_000 + person.number,
    }


def dnevnik_place(school: School, school_class: SchoolClass | None = None) -> Account:
    place = {"school_id": LARGE + 1_000 + school.number}
    return place if school_class is None else place | {"group_id": LARGE * 2 + 90_000 + school_class.number}


def child_account(system: str, rng: Random, child: Person, school: School, school_class: SchoolClass) -> Account:
    """A pupil's account in a diary."""
    number = 100_000 + school.number * 10_000 + child.number
    if system == "dnevnik":
        return dnevnik_user(rng, child) | dnevnik_place(school, school_class)
    if system in ("mes", "mes-mo"):
        return {
            "student_id": 20_000_000 + number,
            "person_guid": guid(rng),
            "login": login_of(child),
            "password": password(rng),
            "token": token(rng, 64),
        }
    if system == "fgis":
        return {"esia_id": child.esia.oid if child.esia else 1_100_000_000 + number}
    keys = {"kiasuo": "id", "ruobr": "id", "petersburg": "education_id"}
    found: Account = {keys.get(system, "student_id"): number}
    if system == "kiasuo":
        found["class_ref"] = KIASUO_CLASS + school_class.number
    elif system == "ruobr":
        found |= {"login": login_of(child), "password": password(Random(f"ruobr:{child.number}"))}  # noqa: S311 - a world, not a secret
    elif system == "petersburg":
        found |= {"hash_uid": hex_token(rng, 32), "group_id": 780_000 + school_class.number, "institution_id": 7_800 + school.number}
    return found


def parent_account(system: str, rng: Random, parent: Person, child: Person, school: School) -> Account:
    """A parent's account in a diary where `child` is; one account serves all children of that diary."""
    sign_in: Account = {"login": login_of(parent), "password": password(rng)}
    if system == "dnevnik":
        return dnevnik_user(rng, parent)
    if system in ("mes", "mes-mo"):
        return sign_in | {"token": token(rng, 64), "user_id": 30_000_000 + parent.number}
    if system == "eljur":
        return sign_in | {"vendor": f"shkola{school.region_code}", "devkey": hex_token(rng, 32), "user_id": 52_000 + parent.number}
    if system == "kiasuo":
        return {"token": token(rng, 48), "refresh_token": hex_token(rng, 32), "user_id": 24_000 + parent.number}
    if system == "petersburg":
        return {"login": parent.email, "password": password(rng), "user_id": 78_000 + parent.number}
    if system == "ruobr":
        return sign_in | {"user_id": 42_000 + parent.number}
    if system == "netschool":
        return sign_in | {"school": school.short_name, "school_id": 6_300 + school.number, "user_id": 63_000 + parent.number}
    if system == "epgu":
        return {"snils": parent.snils}
    if system == "digital-school":
        return {"account": f"27{parent.number:08d}", "auth_code": f"{rng.randint(0, 999_999):06d}", "password": password(rng)}
    if system == "iv-edu":
        return {"snils": child.snils, "password": password(rng)}
    return {}


def op_account(person: Person) -> Account | None:
    """The account at `/op`, a city's or a bank's provider: the Gosuslugi login and password, or own ones of a parent without."""
    if person.esia is not None:
        return {"login": person.esia.login, "password": person.esia.password}
    own = (person.email or person.phone) if person.role == "parent" else None
    return {"login": own, "password": f"Vhod-parol-{person.number}"} if own else None


def vk_account(person: Person, phone: str | None) -> dict[str, Any]:
    born = person.birth_date
    return {
        "user_id": 700_000_000 + person.number,
        "login": person.email or f"id{700_000_000 + person.number}",
        "password": f"Vk-parol-{person.number}",
        "phone": phone,
        "birthday": f"{born:%d.%m.%Y}",
    }
