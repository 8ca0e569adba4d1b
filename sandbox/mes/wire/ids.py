"""The platform's numbers: a child has a numeric id for lists and a guid for events, and both are needed."""

from __future__ import annotations

from typing import Final
from uuid import NAMESPACE_URL, uuid5

from sandbox.world.model import Homework, Lesson, Person, School, SchoolClass, Subject

NODES: Final = ("mes", "mes-mo")
CURRICULUM: Final = 2_100_000


def guid(who: Person) -> str:
    """`contingent_guid` of a pupil, `person_id` of anybody."""
    for node in NODES:
        if "person_guid" in who.accounts.get(node, {}):
            return str(who.accounts[node]["person_guid"])
    return str(uuid5(NAMESPACE_URL, f"mes:{who.id}"))


def student_id(pupil: Person, node: str) -> int:
    return int(pupil.accounts[node]["student_id"])


def is_student(who: Person, node: str) -> bool:
    return "student_id" in who.accounts.get(node, {})


def profile_id(who: Person, node: str) -> int:
    return student_id(who, node) if is_student(who, node) else 35_000_000 + who.number


def user_id(who: Person, node: str) -> int:
    return int(who.accounts.get(node, {}).get("user_id", 40_000_000 + who.number))


def contract_id(pupil: Person) -> int:
    return 13_000_000 + pupil.number


def staff_id(teacher: Person | None) -> int | None:
    return None if teacher is None else 700_000 + teacher.number


def school_id(school: School) -> int:
    return 1_900 + school.number


def class_unit_id(own: SchoolClass) -> int:
    return 600_000 + own.number


def subject_id(subject: Subject) -> int:
    return 33_623_500 + subject.number


def group_id(own: SchoolClass, subject: Subject, subgroup: str | None) -> int:
    return 5_000_000 + own.number * 1_000 + subject.number * 10 + int(subgroup or 0)


def event_id(lesson: Lesson) -> int:
    return 400_000_000 + lesson.number_id


def lesson_number(event: int) -> int:
    return event - 400_000_000


def entry_student_id(item: Homework, pupil: Person) -> int:
    """One homework has a number of its own for each pupil, on which "done" hangs."""
    return item.number_id * 10_000 + pupil.number


def year_id(start_year: int) -> int:
    """Academic years count up by one."""
    return start_year - 2012
