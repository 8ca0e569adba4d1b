"""Who and what stands behind the platform's ids: people, schools, classes and subgroups of the town that use dnevnik.ru."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from sandbox.dnevnik.state.ids import named, number_behind, numbered
from sandbox.world.model import Lesson, Person, School, SchoolClass, Subject
from sandbox.world.town import Town

ID = "dnevnik"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A class, or a subgroup of it in one subject; `label` is the town's name of the subgroup."""

    id: int
    klass: SchoolClass
    subject: str | None = None
    label: str | None = None


class Directory:
    """One town's ids; built once for each town, because a reset replaces the town as a whole."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self._taught: dict[str, list[Lesson]] = {}

    # Ids
    def person_id(self, person: Person) -> int:
        return int(person.accounts.get(ID, {}).get("person_id") or named("person", person.id))

    def user_id(self, person: Person) -> int:
        return int(person.accounts.get(ID, {}).get("user_id") or named("user", person.id))

    def school_id(self, school: School) -> int:
        return self._school_ids[school.id]

    def class_id(self, klass: SchoolClass) -> int:
        return self._class_ids[klass.id]

    def group_id(self, klass: SchoolClass, subject: str | None = None, label: str | None = None) -> int:
        return self.class_id(klass) if label is None else named("group", klass.id, subject, label)

    def subject_id(self, subject: str) -> int:
        return numbered("subject", self.town.subjects[subject].number)

    # Look-ups
    def person(self, person_id: int) -> Person | None:
        return self._by_person.get(person_id)

    def user(self, user_id: int) -> Person | None:
        return self._by_user.get(user_id)

    def school(self, school_id: int) -> School | None:
        return self._by_school.get(school_id)

    def group(self, group_id: int) -> Group | None:
        return self._by_group.get(group_id)

    def subject(self, subject_id: int) -> Subject | None:
        """Looked up anew: the world's writers may bring a subject."""
        number = number_behind("subject", subject_id)
        return next((subject for subject in self.town.subjects.values() if subject.number == number), None)

    def zone(self, school: School) -> ZoneInfo:
        return ZoneInfo(school.tz)

    # Relations
    def is_pupil(self, person: Person) -> bool:
        """Whether the platform keeps this child's diary."""
        school = self.town.school_of(person.id) if person.class_id is not None else None
        return school is not None and ID in school.diaries and "person_id" in person.accounts.get(ID, {})

    def children(self, person: Person) -> list[Person]:
        """Whose diaries this person sees: the own children, and those cared for."""
        found = (self.town.people[key] for key in dict.fromkeys((*person.children, *person.cares_for)))
        return [child for child in found if self.is_pupil(child)]

    def class_of(self, pupil: Person) -> SchoolClass:
        """The class of someone who `is_pupil`."""
        assert pupil.class_id is not None
        return self.town.classes[pupil.class_id]

    def school_of(self, pupil: Person) -> School:
        return self.town.schools[self.class_of(pupil).school]

    def groups_of(self, pupil: Person) -> list[Group]:
        """The class first, then the own subgroups."""
        klass = self.class_of(pupil)
        return [
            group
            for group in self._by_group.values()
            if group.klass.id == klass.id
            and (group.label is None or (group.subject is not None and self.town.subgroup_of(pupil.id, group.subject) == group.label))
        ]

    def members(self, group: Group) -> list[Person]:
        """Pupils of a class or subgroup, by name."""
        pupils = self.town.pupils_of(group.klass.id)
        if group.label is not None and group.subject is not None:
            pupils = [pupil for pupil in pupils if self.town.subgroup_of(pupil.id, group.subject) == group.label]
        return sorted(pupils, key=lambda pupil: (pupil.last_name, pupil.first_name, pupil.id))

    def subgroups(self, klass: SchoolClass) -> list[Group]:
        return [group for group in self._by_group.values() if group.klass.id == klass.id and group.label is not None]

    def subjects_of(self, klass: SchoolClass) -> frozenset[str]:
        return frozenset(lesson.subject for lesson in self._first_weeks(klass))

    def teachers_of(self, klass: SchoolClass) -> list[Person]:
        """The class teacher first, then whoever gives a lesson."""
        keys = dict.fromkeys((klass.teacher, *(lesson.teacher for lesson in self._first_weeks(klass))))
        return [self.town.people[key] for key in keys if key in self.town.people]

    def subjects_taught_by(self, who: Person) -> list[str]:
        names = {self.town.subjects[it.subject].name for klass in self._classes for it in self._first_weeks(klass) if it.teacher == who.id}
        return sorted(names)

    def bells(self, klass: SchoolClass) -> dict[int, tuple[datetime, datetime]]:
        """When each lesson of the day begins and ends."""
        return {lesson.number: (lesson.starts_at, lesson.ends_at) for lesson in reversed(self._first_weeks(klass))}

    def _first_weeks(self, klass: SchoolClass) -> list[Lesson]:
        """What is taught, by whom and when is read from the first six weeks of the school year."""
        found = self._taught.get(klass.id)
        if found is None:
            start, end = self.town.year
            found = self.town.lessons(klass.id, start, min(end, start + timedelta(days=42)))
            self._taught[klass.id] = found
        return found

    def schools(self) -> list[School]:
        """Those that keep their diary here."""
        return self._schools

    def classes(self) -> list[SchoolClass]:
        """Of all those schools."""
        return self._classes

    def classes_of(self, school: School) -> list[Group]:
        return [group for group in self._by_group.values() if group.klass.school == school.id and group.label is None]

    def lesson_group(self, lesson: Lesson) -> int:
        """The group that a lesson is given to: the class, or a subgroup of it."""
        klass = self.town.classes[lesson.class_id]
        return self.group_id(klass, lesson.subject, lesson.subgroup)

    def lesson(self, lesson_id: int) -> Lesson | None:
        """The lesson behind an id of ours."""
        number = number_behind("lesson", lesson_id)
        return None if number is None else self.town.lesson(number)

    # Tables
    @cached_property
    def _schools(self) -> list[School]:
        return [school for school in self.town.schools.values() if ID in school.diaries]

    @cached_property
    def _classes(self) -> list[SchoolClass]:
        schools = {school.id for school in self._schools}
        return [klass for klass in self.town.classes.values() if klass.school in schools]

    @cached_property
    def _school_ids(self) -> dict[str, int]:
        ids = {school.id: numbered("school", school.number) for school in self.town.schools.values()}
        for person in self.town.people.values():
            school = person.accounts.get(ID, {}).get("school_id")
            if school is not None and person.school is not None:
                ids[person.school] = int(school)
        return ids

    @cached_property
    def _class_ids(self) -> dict[str, int]:
        ids = {klass.id: numbered("group", klass.number) for klass in self.town.classes.values()}
        for person in self.town.people.values():
            group = person.accounts.get(ID, {}).get("group_id")
            if group is not None and person.class_id is not None:
                ids[person.class_id] = int(group)
        return ids

    @cached_property
    def _by_person(self) -> dict[int, Person]:
        return {self.person_id(person): person for person in self.town.people.values()}

    @cached_property
    def _by_user(self) -> dict[int, Person]:
        return {self.user_id(person): person for person in self.town.people.values()}

    @cached_property
    def _by_school(self) -> dict[int, School]:
        return {self.school_id(school): school for school in self._schools}

    @cached_property
    def _by_group(self) -> dict[int, Group]:
        groups: dict[int, Group] = {}
        for klass in self._classes:
            groups[self.class_id(klass)] = Group(id=self.class_id(klass), klass=klass)
            for subject, label in self._split(klass):
                group = Group(id=self.group_id(klass, subject, label), klass=klass, subject=subject, label=label)
                groups[group.id] = group
        return groups

    def _split(self, klass: SchoolClass) -> Iterable[tuple[str, str]]:
        pupils = self.town.pupils_of(klass.id)
        for subject in self.town.subjects:
            labels = {label for pupil in pupils if (label := self.town.subgroup_of(pupil.id, subject)) is not None}
            yield from ((subject, label) for label in sorted(labels))
