"""The journal of one class: its year, made once when first asked for, and what was written into it since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sandbox.world.homework import year_homework
from sandbox.world.marks import seen, year_finals, year_marks
from sandbox.world.model import Absence, Final, Homework, Lesson, Mark, Period
from sandbox.world.timetable import SPLIT, Course, make_lesson, now_status, year_lessons

DAY, SHORT_SPAN = timedelta(days=1), 31
ADDED = 60_000
Item = TypeVar("Item")
NOTHING: dict[date, list[Any]] = {}


def within(index: Mapping[date, list[Item]], start: date, end: date) -> Iterator[Item]:
    """What lies between two dates, both included, by date."""
    if (end - start).days > SHORT_SPAN:
        for day in sorted(day for day in index if start <= day <= end):
            yield from index[day]
        return
    day = start
    while day <= end:
        if day in index:
            yield from index[day]
        day += DAY


class Journal:
    """Indexed by date. Items come out as they stand at `now`; `written` ones always."""

    def __init__(self, course: Course, periods: list[Period], known: Iterable[str]) -> None:
        self.course = course
        pupils = course.school_class.pupils
        self.split = {pupil: str(1 + place % 2) for place, pupil in enumerate(pupils)}
        self._lessons: dict[date, list[Lesson]] = defaultdict(list)
        self._marks: dict[str, dict[date, list[Mark]]] = {pupil: defaultdict(list) for pupil in pupils}
        self._absences: dict[str, dict[date, list[Absence]]] = {pupil: defaultdict(list) for pupil in pupils}
        self._due: dict[date, list[Homework]] = defaultdict(list)
        self._assigned: dict[date, list[Homework]] = defaultdict(list)
        self._finals: dict[str, list[Final]] = defaultdict(list)
        self.lesson_by_id: dict[str | int, Lesson] = {}
        self.mark_by_id: dict[str | int, Mark | Absence] = {}
        self.homework_by_id: dict[str | int, Homework] = {}
        self._written = 0
        lessons = year_lessons(course)
        book = year_marks(course, lessons, self.split, SPLIT)
        year_finals(book, periods, known)
        for lesson in lessons:
            self._put_lesson(lesson)
        for mark in book.marks:
            self._put_entry(mark)
        for absence in book.absences:
            self._put_entry(absence)
        for item in year_homework(course, lessons):
            self._put_homework(item)
        for final in book.finals:
            self._finals[final.pupil].append(final)

    def _put_lesson(self, lesson: Lesson) -> None:
        self._lessons[lesson.date].append(lesson)
        self.lesson_by_id[lesson.id] = self.lesson_by_id[lesson.number_id] = lesson

    def _put_entry(self, entry: Mark | Absence) -> None:
        if isinstance(entry, Mark):
            self._marks[entry.pupil][entry.date].append(entry)
        else:
            self._absences[entry.pupil][entry.date].append(entry)
        self.mark_by_id[entry.id] = self.mark_by_id[entry.number_id] = entry

    def _put_homework(self, item: Homework) -> None:
        self._due[item.due_date].append(item)
        self._assigned[item.assigned_date].append(item)
        self.homework_by_id[item.id] = self.homework_by_id[item.number_id] = item

    # Reading
    def lessons(self, start: date, end: date, now: datetime) -> list[Lesson]:
        return [now_status(lesson, now) for lesson in within(self._lessons, start, end)]

    def marks(self, pupil: str, start: date, end: date, now: datetime) -> list[Mark]:
        found = within(self._marks.get(pupil, NOTHING), start, end)
        return [seen(mark, now) for mark in found if mark.written or mark.set_at <= now]

    def absences(self, pupil: str, start: date, end: date, now: datetime) -> list[Absence]:
        found = within(self._absences.get(pupil, NOTHING), start, end)
        return [item for item in found if item.written or item.set_at <= now]

    def homework(self, start: date, end: date, by: str, now: datetime) -> list[Homework]:
        found = within(self._due if by == "due" else self._assigned, start, end)
        return [item for item in found if item.written or item.set_at <= now]

    def finals(self, pupil: str, now: datetime) -> list[Final]:
        return [final for final in self._finals.get(pupil, ()) if final.set_at <= now]

    # Writing
    def next_id(self, sort: int) -> int:
        self._written += 1
        return self.course.school_class.number * 1_000_000 + sort * 100_000 + self._written

    def find_lesson(self, day: date, number: int | None, subject: str, pupil: str | None) -> Lesson | None:
        """The pupil's lesson of that subject on that day, at that number when one is given; a held one before a cancelled one."""
        own = [
            lesson
            for lesson in self._lessons.get(day, ())
            if lesson.subject == subject
            and number in (None, lesson.number)
            and (lesson.subgroup is None or pupil is None or lesson.subgroup == self.split.get(pupil))
        ]
        return min(own, key=lambda lesson: lesson.status == "cancelled", default=None)

    def new_lesson(self, day: date, number: int | None, subject: str) -> Lesson:
        """Beside what is there; without a number after the last lesson of the day."""
        same_day = self._lessons.get(day, [])
        if number is None:
            number = min(max((lesson.number for lesson in same_day), default=0) + 1, 12)
        lesson = make_lesson(self.course, day, number, subject)
        self._written += 1
        lesson.number_id = self.course.school_class.number * 100_000 + ADDED + self._written
        lesson.id = f"l{lesson.number_id}"
        self._put_lesson(lesson)
        self._lessons[day].sort(key=lambda item: (item.number, item.subgroup or ""))
        return lesson

    def turn_into(self, lesson: Lesson, subject: str) -> None:
        """Another subject is taught instead: what hung on the lesson under its old subject goes."""
        lesson.replaces, lesson.subject, lesson.subgroup = lesson.subject, subject, None
        for entry in [entry for entry in {entry.id: entry for entry in self.mark_by_id.values()}.values() if entry.lesson == lesson.id]:
            self.erase(entry)
        self._due[lesson.date] = [item for item in self._due[lesson.date] if item.due_lesson != lesson.id]
        self._assigned[lesson.date] = [item for item in self._assigned[lesson.date] if item.assigned_lesson != lesson.id]

    def lessons_at(self, day: date, number: int) -> list[Lesson]:
        return [lesson for lesson in self._lessons.get(day, ()) if lesson.number == number]

    def write(self, entry: Mark | Absence | Homework) -> None:
        if isinstance(entry, Homework):
            self._put_homework(entry)
        else:
            self._put_entry(entry)

    def erase(self, entry: Mark | Absence) -> None:
        if isinstance(entry, Mark):
            self._marks[entry.pupil][entry.date].remove(entry)
        else:
            self._absences[entry.pupil][entry.date].remove(entry)
        del self.mark_by_id[entry.id], self.mark_by_id[entry.number_id]
