"""The user with the children, classes by year, periods, recipients."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sandbox.kiasuo.state import ID
from sandbox.world.model import Person
from sandbox.world.town import Town

CHILD_LOGIN_BEFORE: Final = 14
YEARS_SHOWN: Final = 3


def child_id(pupil: Person) -> int:
    return int(pupil.accounts[ID]["id"])


def children(town: Town, who: Person) -> list[Person]:
    found = (town.people[key] for key in (*who.children, *who.cares_for))
    return [pupil for pupil in found if ID in pupil.accounts]


def age(pupil: Person, today: date) -> int:
    born = pupil.birth_date
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def full_name(who: Person) -> str:
    return f"{who.last_name} {who.first_name} {who.middle_name}".strip()


def user(town: Town, who: Person, today: date, unread: int) -> dict[str, Any]:
    """`vk_id` is the profile that the account is bound to; before 14 the parent makes the child's login."""

    def child(pupil: Person) -> dict[str, Any]:
        years = age(pupil, today)
        return {
            "id": child_id(pupil),
            "first_name": pupil.first_name,
            "last_name": pupil.last_name,
            "middle_name": pupil.middle_name,
            "school_class": town.classes[pupil.class_id or ""].name,
            "age": years,
            "can_create_login": years < CHILD_LOGIN_BEFORE,
        }

    return {
        "id": int(who.accounts[ID]["user_id"]),
        "username": full_name(who),
        "parent": True,
        "vk_id": who.vkid["user_id"] if who.vkid else None,
        "unread_notices_count": unread,
        "children": [child(pupil) for pupil in children(town, who)],
    }


def class_ref(pupil: Person, back: int = 0) -> int:
    """Above 2^53 in the real system's way of sixteen digits; earlier classes have numbers of their own."""
    return int(pupil.accounts[ID]["class_ref"]) - back * 1_000_000


def classes(town: Town, pupil: Person) -> list[dict[str, Any]]:
    """Oldest first, the current one last."""
    own, school, first = town.classes[pupil.class_id or ""], town.schools[pupil.school or ""], town.year[0].year
    return [
        {
            "id": class_ref(pupil, back),
            "name": f"{own.parallel - back}{own.letter}",
            "ou": school.short_name,
            "study_year": f"{first - back}/{first - back + 1}",
        }
        for back in range(min(YEARS_SHOWN, own.parallel) - 1, -1, -1)
    ]


def periods(town: Town, pupil: Person) -> list[dict[str, Any]]:
    return [
        {"id": it.number_id, "text": it.name, "from": it.start.isoformat(), "to": it.end.isoformat()}
        for it in town.periods_of(pupil.class_id or "")
        if it.kind != "year"
    ]


def recipients(town: Town, pupil: Person) -> dict[str, Any]:
    """Staff by role; classmates are in the class list of the app, with their parents."""
    own = town.classes[pupil.class_id or ""]
    staff = [who for who in town.people.values() if who.school == own.school and who.role == "teacher"]
    master, mates = town.people[own.teacher], [mate for mate in town.pupils_of(own.id) if mate.id != pupil.id]
    return {
        str(child_id(pupil)): {
            "staff": {
                "Классный руководитель": {full_name(master): 24_000 + master.number},
                "Учитель": {full_name(who): 24_000 + who.number for who in staff},
            },
            "students": {full_name(mate): {"id": child_id(mate), "parents": None} for mate in mates},
        }
    }
