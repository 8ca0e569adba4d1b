"""The imaginary town: its people, schools and school year, the one source for every system of the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from random import Random
from typing import Any

from sandbox.world import calendar
from sandbox.world.journal import Journal
from sandbox.world.marks import seen, work_types
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
from sandbox.world.people import Census, settle
from sandbox.world.schools import schools
from sandbox.world.timetable import SPLIT, TEACHER_PLACES, Course, now_status, subjects
from sandbox.world.writing import Writing


class Town(Writing):
    """Built from (seed, school year of the clock's date). Dicts keep the town's order: families first, then teachers and staff.

    Numeric ids inside `person.accounts[...]` and `school.accounts[...]` are ints here and texts in `/_sandbox/people`.
    Writers (`add_mark`, `correct_mark`, `add_lesson`, `add_homework`) are in `Writing`.
    """

    def __init__(self, now: Callable[[], datetime], seed: int = 1) -> None:
        self.now = now
        self.seed = seed
        self.year = calendar.school_year(now().astimezone(UTC).date())
        rng = Random(f"{seed}:people")  # noqa: S311 - a world, not a secret
        self.schools: dict[str, School] = schools(rng)
        self.subjects: dict[str, Subject] = subjects()
        self.work_types: dict[str, WorkType] = work_types()
        self._census: Census = settle(rng, self.year[0], self.schools)
        self.people: dict[str, Person] = self._census.people
        self.classes: dict[str, SchoolClass] = self._census.classes
        self._journals: dict[str, Journal] = {}
        self._off = {school.id: frozenset(calendar.days_off(calendar.holidays(school, self.year))) for school in self.schools.values()}
        self._periods = {
            school.id: calendar.all_periods(school, self.year, self._has_seniors(school.id)) for school in self.schools.values()
        }
        self._period_by_id = {period.id: period for found in self._periods.values() for period in found}
        self._class_by_number = {item.number: item for item in self.classes.values()}
        self._index_people()

    def _has_seniors(self, school: str) -> bool:
        return any(item.school == school and item.parallel >= 10 for item in self.classes.values())

    def _index_people(self) -> None:
        found = list(self.people.values())
        with_esia_last = sorted(found, key=lambda person: person.esia is not None)
        self._by_snils = {_digits(person.snils): person for person in found if person.snils}
        self._by_phone = {_digits(person.phone)[-10:]: person for person in with_esia_last if person.phone}
        self._by_email = {person.email.lower(): person for person in with_esia_last if person.email}
        self._guardians: dict[str, list[Person]] = {}
        for person in found:
            for child in (*person.children, *person.cares_for):
                self._guardians.setdefault(child, []).append(person)

    def holds(self, now: datetime) -> bool:
        """Whether this school year is the one of that time; otherwise the sandbox builds another town."""
        return calendar.school_year(now.astimezone(UTC).date()) == self.year

    # People
    def person_by_snils(self, text: str) -> Person | None:
        """Any spelling: only the digits count."""
        return self._by_snils.get(_digits(text))

    def person_by_phone(self, text: str) -> Person | None:
        """Compared by the last ten digits. People with a Gosuslugi account come first where two share a phone."""
        digits = _digits(text)
        return self._by_phone.get(digits[-10:]) if len(digits) >= 10 else None

    def person_by_email(self, text: str) -> Person | None:
        return self._by_email.get(text.strip().lower())

    def person_by_login(self, system: str, login: str) -> Person | None:
        """By `accounts[system]["login"]`, or the Gosuslugi or VK login for `esia` and `vkid`; case does not count."""
        wanted = login.strip().lower()
        for person in self.people.values():
            if system == "esia":
                own = person.esia.login if person.esia else None
            elif system == "vkid":
                own = (person.vkid or {}).get("login")
            else:
                own = person.accounts.get(system, {}).get("login")
            if own is not None and own.lower() == wanted:
                return person
        return None

    def person_by_account(self, system: str, key: str, value: Any) -> Person | None:
        """The person whose `accounts[system][key]` is this value, compared as text (for example `dnevnik`, `token`)."""
        wanted = str(value)
        for person in self.people.values():
            own = person.accounts.get(system, {}).get(key)
            if own is not None and str(own) == wanted:
                return person
        return None

    def pupils_of(self, class_id: str) -> list[Person]:
        return [self.people[pupil] for pupil in self.classes[class_id].pupils]

    def class_of(self, pupil: str) -> SchoolClass | None:
        person = self.people.get(pupil)
        return None if person is None or person.class_id is None else self.classes[person.class_id]

    def school_of(self, pupil: str) -> School | None:
        """Also the school of a teacher or an administrator."""
        person = self.people.get(pupil)
        return None if person is None or person.school is None else self.schools[person.school]

    def guardians_of(self, pupil: str) -> list[Person]:
        """Parents, and the grandmother who cares for the child."""
        return list(self._guardians.get(pupil, ()))

    def teacher_of(self, class_id: str, subject: str) -> Person | None:
        team = self._census.teachers[self.classes[class_id].school]
        return self.people.get(team.get(TEACHER_PLACES.get(subject, "lang"), ""))

    # The year
    def periods(self, school: str) -> list[Period]:
        """All periods that the school uses: quarters or trimesters, semesters where it has classes 10-11, the year."""
        return list(self._periods[school])

    def periods_of(self, class_id: str) -> list[Period]:
        """The periods of one class, the year last."""
        school_class = self.classes[class_id]
        kind = "semester" if school_class.parallel >= 10 else self.schools[school_class.school].period_kind
        return [period for period in self._periods[school_class.school] if period.kind in (kind, "year")]

    def period(self, period_id: str) -> Period:
        return self._period_by_id[period_id]

    def holidays(self, school: str) -> list[Holiday]:
        return calendar.holidays(self.schools[school], self.year)

    def week(self) -> tuple[date, date]:
        """Monday and Saturday of the last full school week up to the clock's date."""
        off = set().union(*self._off.values())
        return calendar.last_full_week(self.year, self.now().astimezone(UTC).date(), off)

    # The journal; `start` and `end` are school dates, both included; `pupil` and `class_id` are ids
    def journal(self, class_id: str) -> Journal:
        """Made when first asked for and kept."""
        found = self._journals.get(class_id)
        if found is None:
            school_class = self.classes[class_id]
            course = Course(
                seed=self.seed,
                school=self.schools[school_class.school],
                school_class=school_class,
                team=self._census.teachers[school_class.school],
                year=self.year,
                off=self._off[school_class.school],
            )
            found = self._journals[class_id] = Journal(course, self.periods_of(class_id), self._census.esia_families)
        return found

    def journal_of(self, pupil: str) -> Journal | None:
        school_class = self.class_of(pupil)
        return None if school_class is None else self.journal(school_class.id)

    def lessons(self, class_id: str, start: date, end: date) -> list[Lesson]:
        """All lessons of the class, those of its subgroups too, by date and number."""
        return self.journal(class_id).lessons(start, end, self.now())

    def lessons_of(self, pupil: str, start: date, end: date) -> list[Lesson]:
        """The pupil's own lessons: without the other subgroup's."""
        journal = self.journal_of(pupil)
        if journal is None:
            return []
        own = journal.split.get(pupil)
        return [lesson for lesson in journal.lessons(start, end, self.now()) if lesson.subgroup in (None, own)]

    def subgroup_of(self, pupil: str, subject: str) -> str | None:
        """`1` or `2` where the pupil's class learns this subject in two groups."""
        journal = self.journal_of(pupil)
        return journal.split.get(pupil) if journal is not None and subject == SPLIT else None

    def lesson(self, lesson_id: str | int) -> Lesson | None:
        """By `Lesson.id`, or by `Lesson.number_id` when an int is given."""
        journal = self._journal_by_number(lesson_id, 100_000)
        found = journal.lesson_by_id.get(lesson_id) if journal else None
        return now_status(found, self.now()) if found else None

    def mark(self, mark_id: str | int) -> Mark | None:
        journal = self._journal_by_number(mark_id, 1_000_000)
        found = journal.mark_by_id.get(mark_id) if journal else None
        return seen(found, self.now()) if isinstance(found, Mark) else None

    def homework_item(self, homework_id: str | int) -> Homework | None:
        journal = self._journal_by_number(homework_id, 1_000_000)
        return journal.homework_by_id.get(homework_id) if journal else None

    def _journal_by_number(self, number_id: str | int, span: int) -> Journal | None:
        digits = str(number_id).lstrip("lmah")
        if not digits.isdecimal():
            return None
        school_class = self._class_by_number.get(int(digits) // span)
        return None if school_class is None else self.journal(school_class.id)

    def marks(self, pupil: str, start: date, end: date) -> list[Mark]:
        """Marks by the lesson's date, set up to the clock's now."""
        journal = self.journal_of(pupil)
        return [] if journal is None else journal.marks(pupil, start, end, self.now())

    def absences(self, pupil: str, start: date, end: date) -> list[Absence]:
        journal = self.journal_of(pupil)
        return [] if journal is None else journal.absences(pupil, start, end, self.now())

    def homework(self, class_id: str, start: date, end: date, by: str = "due") -> list[Homework]:
        """The class's homework by `due` or `assigned` date, set up to the clock's now; individual ones of every pupil too."""
        return self.journal(class_id).homework(start, end, by, self.now())

    def homework_of(self, pupil: str, start: date, end: date, by: str = "due") -> list[Homework]:
        """What this pupil has to do: the class's, the own subgroup's, the own individual."""
        journal = self.journal_of(pupil)
        if journal is None:
            return []
        own = journal.split.get(pupil)
        return [
            item for item in journal.homework(start, end, by, self.now()) if item.pupil in (None, pupil) and item.subgroup in (None, own)
        ]

    def finals(self, pupil: str) -> list[Final]:
        journal = self.journal_of(pupil)
        return [] if journal is None else journal.finals(pupil, self.now())

    def class_marks(self, class_id: str, subject: str, start: date, end: date) -> list[Mark]:
        """Every pupil's marks in one subject, for averages."""
        journal, now = self.journal(class_id), self.now()
        return [
            mark for pupil in self.classes[class_id].pupils for mark in journal.marks(pupil, start, end, now) if mark.subject == subject
        ]


def _digits(text: str | None) -> str:
    return "".join(letter for letter in text or "" if letter.isdecimal())
