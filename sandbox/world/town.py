"""The imaginary town: its people, schools and school year, the one source for every system of the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sandbox.world.model import (
    Absence,
    Final,
    Holiday,
    Homework,
    Lesson,
    Mark,
    Period,
    Person,
    School,
    SchoolClass,
    Subject,
    WorkType,
)


class Town:
    """Built from (seed, school year of the clock's date). Dicts keep the town's order: families first, then teachers and staff.

    Numeric ids inside `person.accounts[...]` and `school.accounts[...]` are ints here and texts in `/_sandbox/people`.
    """

    seed: int
    year: tuple[date, date]
    people: dict[str, Person]
    schools: dict[str, School]
    classes: dict[str, SchoolClass]
    subjects: dict[str, Subject]
    work_types: dict[str, WorkType]

    def __init__(self, now: Callable[[], datetime], seed: int = 1) -> None:
        raise NotImplementedError

    # People
    def person_by_snils(self, text: str) -> Person | None:
        """Any spelling: only the digits count."""
        raise NotImplementedError

    def person_by_phone(self, text: str) -> Person | None:
        """Compared by the last ten digits. People with a Gosuslugi account come first where two share a phone."""
        raise NotImplementedError

    def person_by_email(self, text: str) -> Person | None:
        raise NotImplementedError

    def person_by_login(self, system: str, login: str) -> Person | None:
        """By `accounts[system]["login"]`, or the Gosuslugi or VK login for `esia` and `vkid`; case does not count."""
        raise NotImplementedError

    def person_by_account(self, system: str, key: str, value: Any) -> Person | None:
        """The person whose `accounts[system][key]` is this value (for example `dnevnik`, `person_id`, 10…17, or `token`)."""
        raise NotImplementedError

    def pupils_of(self, class_id: str) -> list[Person]:
        raise NotImplementedError

    def class_of(self, pupil: str) -> SchoolClass | None:
        raise NotImplementedError

    def school_of(self, pupil: str) -> School | None:
        """Also the school of a teacher or an administrator."""
        raise NotImplementedError

    def guardians_of(self, pupil: str) -> list[Person]:
        """Parents, and the grandmother who cares for the child."""
        raise NotImplementedError

    def teacher_of(self, class_id: str, subject: str) -> Person | None:
        raise NotImplementedError

    # The year
    def periods(self, school: str) -> list[Period]:
        """All periods that the school uses: quarters or trimesters, semesters where it has classes 10-11, the year."""
        raise NotImplementedError

    def periods_of(self, class_id: str) -> list[Period]:
        """The periods of one class, the year last."""
        raise NotImplementedError

    def holidays(self, school: str) -> list[Holiday]:
        raise NotImplementedError

    def week(self) -> tuple[date, date]:
        """Monday and Saturday of the last full school week up to the clock's date."""
        raise NotImplementedError

    # The journal; `start` and `end` are school dates, both included; `pupil` and `class_id` are ids
    def lessons(self, class_id: str, start: date, end: date) -> list[Lesson]:
        """All lessons of the class, those of its subgroups too, by date and number."""
        raise NotImplementedError

    def lessons_of(self, pupil: str, start: date, end: date) -> list[Lesson]:
        """The pupil's own lessons: without the other subgroup's."""
        raise NotImplementedError

    def subgroup_of(self, pupil: str, subject: str) -> str | None:
        raise NotImplementedError

    def lesson(self, lesson_id: str | int) -> Lesson | None:
        """By `Lesson.id`, or by `Lesson.number_id` when an int is given."""
        raise NotImplementedError

    def mark(self, mark_id: str | int) -> Mark | None:
        raise NotImplementedError

    def homework_item(self, homework_id: str | int) -> Homework | None:
        raise NotImplementedError

    def marks(self, pupil: str, start: date, end: date) -> list[Mark]:
        """Marks by the lesson's date, set up to the clock's now."""
        raise NotImplementedError

    def absences(self, pupil: str, start: date, end: date) -> list[Absence]:
        raise NotImplementedError

    def homework(self, class_id: str, start: date, end: date, by: str = "due") -> list[Homework]:
        """The class's homework by `due` or `assigned` date, set up to the clock's now; individual ones of every pupil too."""
        raise NotImplementedError

    def homework_of(self, pupil: str, start: date, end: date, by: str = "due") -> list[Homework]:
        """What this pupil has to do: the class's, the own subgroup's, the own individual."""
        raise NotImplementedError

    def finals(self, pupil: str) -> list[Final]:
        raise NotImplementedError

    def class_marks(self, class_id: str, subject: str, start: date, end: date) -> list[Mark]:
        """Every pupil's marks in one subject, for averages."""
        raise NotImplementedError

    # Writers: what they write is seen at once by every system, at any date
    def add_mark(
        self,
        pupil: str,
        subject: str,
        day: date,
        value: str,
        *,
        number: int | None = None,
        weight: float | None = None,
        work: str | None = None,
        comment: str = "",
    ) -> Mark | Absence:
        """`subject` is an id or a name; `н`, `б`, `уп`, `оп` make an absence; a lesson is made where there is none."""
        raise NotImplementedError

    def correct_mark(self, pupil: str, mark_id: str, value: str) -> Mark | Absence:
        raise NotImplementedError

    def add_lesson(
        self,
        pupil: str,
        day: date,
        number: int,
        subject: str,
        *,
        status: str | None = None,
        replaces: str | None = None,
        moved_from: date | None = None,
    ) -> Lesson:
        raise NotImplementedError

    def add_homework(self, pupil: str, subject: str, text: str, *, assigned: tuple[date, int], due: tuple[date, int]) -> Homework:
        raise NotImplementedError
