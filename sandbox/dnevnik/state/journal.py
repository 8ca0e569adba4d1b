"""The journal of one pupil in the platform's terms: works stand between lessons and marks, absences and remarks are log entries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from sandbox.dnevnik.state.directory import Directory
from sandbox.dnevnik.state.ids import named, numbered
from sandbox.world.model import Absence, Homework, Lesson, Mark, Period, Person
from sandbox.world.model import Final as FinalMark

WORK_TYPES_A_LESSON: Final = 64
HOMEWORK: Final = "Домашняя работа"
STATUSES: Final = {"н": "Absent", "б": "Ill", "уп": "Pass", "оп": "Late"}
"""The journal's letters as `lesson-log-entries/statuses` names them; `Attend` carries a remark only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A type of work: the weight of a mark belongs to it, so a mark with a weight of its own has a type of its own."""

    id: int
    name: str
    abbr: str
    weight: Decimal
    kind: str
    is_final: bool = False
    is_important: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What was marked at a lesson, or set for home; `lesson` is None where the mark hangs on no lesson."""

    id: int
    kind: Kind
    type: str
    subject: str
    date: date
    lesson: Lesson | None
    homework: Homework | None = None
    period: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the lesson log: an absence, or a remark about a pupil who was there."""

    pupil: Person
    lesson: Lesson | None
    date: date
    subject: str
    status: str
    comment: str
    created_at: datetime


class Journal:
    """Reads the town anew at each call, so that what the world's writers add is seen at once."""

    def __init__(self, directory: Directory, pupil: Person) -> None:
        self.directory = directory
        self.town = directory.town
        self.pupil = pupil

    # Lessons
    def lessons(self, start: date, end: date) -> list[Lesson]:
        return self.town.lessons_of(self.pupil.id, start, end)

    def next_school_day(self, after: date) -> date | None:
        """The next day with a lesson; holidays are at most two weeks, the summer has none."""
        following = self.lessons(after + timedelta(days=1), min(after + timedelta(days=31), self.town.year[1]))
        return following[0].date if following else None

    def attends(self, lesson: Lesson) -> bool:
        """Whether it is a lesson of this pupil: of the class, and not of the other subgroup."""
        if lesson.class_id != self.pupil.class_id:
            return False
        return lesson.subgroup is None or self.town.subgroup_of(self.pupil.id, lesson.subject) == lesson.subgroup

    def marks(self, start: date, end: date) -> list[Mark]:
        return self.town.marks(self.pupil.id, start, end)

    def year_marks(self) -> list[Mark]:
        return self.marks(*self.whole_year())

    def whole_year(self) -> tuple[date, date]:
        """From summer to summer: the world's writers take any date."""
        start, end = self.town.year
        return date(start.year, 6, 1), date(end.year, 8, 31)

    def homework(self, start: date, end: date) -> list[Homework]:
        """What was set or is due in these days."""
        due = self.town.homework_of(self.pupil.id, start, end, by="due")
        assigned = self.town.homework_of(self.pupil.id, start, end, by="assigned")
        return sorted({item.id: item for item in (*assigned, *due)}.values(), key=lambda item: (item.assigned_date, item.number_id))

    def lesson_of(self, mark: Mark) -> Lesson | None:
        return None if mark.lesson is None else self.town.lesson(mark.lesson)

    def entries(self, start: date, end: date) -> list[Entry]:
        """Absences, and the teachers' comments on marks as remarks."""
        found = [self._absence(absence) for absence in self.town.absences(self.pupil.id, start, end)]
        absent = {entry.lesson.id for entry in found if entry.lesson is not None}
        for mark in self.marks(start, end):
            if mark.comment and mark.lesson not in absent:
                found.append(
                    Entry(
                        pupil=self.pupil,
                        lesson=self.lesson_of(mark),
                        date=mark.date,
                        subject=mark.subject,
                        status="Attend",
                        comment=mark.comment,
                        created_at=mark.set_at,
                    )
                )
        return sorted(found, key=lambda entry: (entry.date, entry.lesson.number if entry.lesson else 99, entry.created_at))

    def _absence(self, absence: Absence) -> Entry:
        return Entry(
            pupil=self.pupil,
            lesson=None if absence.lesson is None else self.town.lesson(absence.lesson),
            date=absence.date,
            subject=absence.subject,
            status=STATUSES.get(absence.code.lower(), "Absent"),
            comment=absence.comment,
            created_at=absence.set_at,
        )

    # Works
    def kind_of(self, mark: Mark) -> Kind:
        return mark_kind(self.directory, self.directory.class_of(self.pupil).school, mark)

    def work_of(self, mark: Mark) -> Work:
        """Marks of one lesson and one type of work share a work."""
        kind = self.kind_of(mark)
        lesson = self.lesson_of(mark)
        type_ = self.town.work_types[mark.work]
        important = kind.is_important or (lesson is not None and lesson.is_control)
        if lesson is None:
            number = numbered("loose_work", mark.number_id)
        elif mark.weight is None or mark.weight == type_.weight:
            number = numbered("work", lesson.number_id * WORK_TYPES_A_LESSON + type_.number % WORK_TYPES_A_LESSON)
        else:
            number = named("loose_work", lesson.id, type_.id, mark.weight)
        work_type = "LessonTestWork" if important else "DefaultNewLessonWork"
        return Work(id=number, kind=kind, type=work_type, subject=mark.subject, date=mark.date, lesson=lesson)

    def homework_work(self, item: Homework) -> Work:
        """Homework hangs on the lesson that set it; the day it is due is its target."""
        return Work(
            id=numbered("homework", item.number_id),
            kind=homework_kind(self.directory, self.directory.class_of(self.pupil).school),
            type="Homework",
            subject=item.subject,
            date=item.assigned_date,
            lesson=self.town.lesson(item.assigned_lesson),
            homework=item,
        )

    def lesson_works(self, marks: Iterable[Mark], homework: Iterable[Homework]) -> dict[int, Work]:
        works = {work.id: work for work in map(self.work_of, marks)}
        works.update((work.id, work) for work in map(self.homework_work, homework))
        return works

    # Final marks
    def finals(self) -> list[tuple[FinalMark, Work]]:
        periods = {period.id: period for period in self.town.periods_of(self.directory.class_of(self.pupil).id)}
        return [(final, self._final_work(final, periods[final.period])) for final in self.town.finals(self.pupil.id)]

    def _final_work(self, final: FinalMark, period: Period) -> Work:
        school = self.directory.class_of(self.pupil).school
        return Work(
            id=named("final_work", self.directory.class_of(self.pupil).id, final.subject, period.id),
            kind=final_kind(school, period.kind),
            type="YearMark" if period.kind == "year" else "PeriodFinalMark",
            subject=final.subject,
            date=period.end,
            lesson=None,
            period=period,
        )


def graded_at(mark: Mark) -> datetime:
    """When the mark as it now stands was set: a correction moves it."""
    return mark.changed_at or mark.set_at


def mark_kind(directory: Directory, school: str, mark: Mark) -> Kind:
    """The type of work of a mark; one more type for each weight that differs from the type's own."""
    type_ = directory.town.work_types[mark.work]
    weight = Decimal(type_.weight) if mark.weight is None else Decimal(str(mark.weight))
    own = weight == type_.weight
    return Kind(
        id=named("work_type", school, type_.id) if own else named("work_type", school, type_.id, weight.normalize()),
        name=type_.title,
        abbr=type_.abbr,
        weight=weight,
        kind="Common",
        is_important=type_.weight > 1,
    )


def homework_kind(directory: Directory, school: str) -> Kind:
    """The type that homework hangs on: the one that marks for it have too."""
    own = next((type_ for type_ in directory.town.work_types.values() if type_.title == HOMEWORK), None)
    key, abbr, weight = ("homework", "ДЗ", 1) if own is None else (own.id, own.abbr, own.weight)
    return Kind(id=named("work_type", school, key), name=HOMEWORK, abbr=abbr, weight=Decimal(weight), kind="Homework")


def final_kind(school: str, period: str) -> Kind:
    year = period == "year"
    name, abbr = ("Годовая оценка", "ГОД") if year else ("Итоговая оценка за период", "ИТОГ")
    return Kind(
        id=named("work_type", school, "final", "year" if year else "period"),
        name=name,
        abbr=abbr,
        weight=Decimal(1),
        kind="Final",
        is_final=True,
        is_important=True,
    )


def school_kinds(directory: Directory, school: str, marks: Iterable[Mark]) -> list[Kind]:
    """Every type of work of a school, and those that marks with a weight of their own brought."""
    kinds: dict[int, Kind] = {}
    for type_ in directory.town.work_types.values():
        kind = Kind(
            id=named("work_type", school, type_.id),
            name=type_.title,
            abbr=type_.abbr,
            weight=Decimal(type_.weight),
            kind="Common",
            is_important=type_.weight > 1,
        )
        kinds[kind.id] = kind
    for extra in (homework_kind(directory, school), final_kind(school, "quarter"), final_kind(school, "year")):
        kinds[extra.id] = extra
    for mark in marks:
        kind = mark_kind(directory, school, mark)
        kinds.setdefault(kind.id, kind)
    return list(kinds.values())
