"""The server's own numbers for the town's things."""

from __future__ import annotations

from typing import Final

from sandbox.netschool.state.sessions import ID
from sandbox.world.model import Person, School, SchoolClass, WorkType
from sandbox.world.town import Town

HOMEWORK: Final = 3
HOMEWORK_NAME: Final = "Домашнее задание"


def student(pupil: Person) -> int:
    return int(pupil.accounts[ID]["student_id"])


def user(who: Person) -> int:
    return int(who.accounts.get(ID, {}).get("user_id", 640_000 + who.number))


def school(it: School) -> int:
    return 6_300 + it.number


def klass(it: SchoolClass) -> int:
    return 780_000 + it.number


def year(town: Town) -> int:
    return 200 + town.year[0].year % 100


def work(it: WorkType) -> int:
    return 10 + it.number


def work_name(it: WorkType) -> str:
    """Marks for homework have a type of their own, whose name does not begin as homework's does."""
    return "Проверка домашней работы" if it.id == "home" else it.title


def schools(town: Town) -> list[School]:
    return [it for it in town.schools.values() if ID in it.diaries]


def children(town: Town, who: Person) -> list[Person]:
    """Those whose diary the account shows, in the order of `students`."""
    if who.role == "pupil":
        return [who]
    found = (town.people[key] for key in (*who.children, *who.cares_for))
    return [pupil for pupil in found if ID in pupil.accounts]


def full_name(who: Person) -> str:
    return f"{who.last_name} {who.first_name} {who.middle_name}".strip()
