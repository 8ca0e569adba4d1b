"""The marks, absences and period marks of a class's year, of every awkward kind that real journals have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from sandbox.world.calendar import at_school
from sandbox.world.model import Absence, Final, Lesson, Mark, Period, WorkType
from sandbox.world.timetable import DOUBLE, Course, hours

WORK_TYPES: tuple[tuple[str, str, str, int], ...] = (
    ("answer", "Ответ на уроке", "ОТВ", 1),
    ("home", "Домашняя работа", "ДР", 1),
    ("self", "Самостоятельная работа", "СР", 2),
    ("control", "Контрольная работа", "КР", 3),
    ("dictation", "Диктант", "ДИК", 2),
    ("lab", "Лабораторная работа", "ЛР", 2),
    ("test", "Тест", "ТЕСТ", 1),
    ("project", "Проект", "ПР", 2),
)
PASS_ONLY = frozenset({"obzr", "proj"})
NO_MARKS = frozenset({"talk"})
FRACTIONAL = frozenset({"eljur", "kiasuo"})
CODES = ("н", "б", "уп", "оп")
COMMENTS = ("Молодец!", "Нужно повторить правило", "Тетрадь не сдана вовремя", "Работа над ошибками сделана", "Отвечал у доски")
CORRECTED_AFTER = timedelta(hours=26)


def work_types() -> dict[str, WorkType]:
    return {
        key: WorkType(id=key, title=title, abbr=abbr, weight=weight, number=n) for n, (key, title, abbr, weight) in enumerate(WORK_TYPES, 1)
    }


@dataclass(slots=True, kw_only=True)
class Gradebook:
    """One class's marks in making; ids count up from the class's number."""

    course: Course
    marks: list[Mark] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    finals: list[Final] = field(default_factory=list)

    def next_id(self, sort: int, count: int) -> int:
        return self.course.school_class.number * 1_000_000 + sort * 100_000 + count + 1


def year_marks(course: Course, lessons: list[Lesson], split: dict[str, str], split_subject: str) -> Gradebook:
    """`split` is pupil -> subgroup in the subject that is taught in two groups."""
    book = Gradebook(course=course)
    weeks: dict[date, list[Lesson]] = {}
    for lesson in lessons:
        if lesson.status != "cancelled" and lesson.subject not in NO_MARKS:
            weeks.setdefault(lesson.date - timedelta(days=lesson.date.weekday()), []).append(lesson)
    for pupil_index, pupil in enumerate(course.school_class.pupils):
        level = course.rng("level", pupil).uniform(3.3, 4.9)
        for week_index, week in enumerate(weeks.values()):
            own = [item for item in week if item.subject != split_subject or item.subgroup in (None, split[pupil])]
            _week(book, course.rng("marks", pupil, week_index), pupil, pupil_index == 0, level, own, week_index)
    return book


def _week(book: Gradebook, rng: Random, pupil: str, first: bool, level: float, lessons: list[Lesson], week: int) -> None:
    """The first pupil of a class meets every kind of mark each week, the others now and then."""
    absent = _absences(book, rng, pupil, first, lessons, week)
    open_lessons = [item for item in lessons if item.id not in absent and not _is_second_of_double(item, lessons)]
    control = [item for item in open_lessons if item.is_control]
    others = [item for item in open_lessons if not item.is_control]
    rng.shuffle(others)
    chosen = others[: rng.randint(8, 11) if first else rng.randint(5, 9)]
    kinds = list(SPECIAL) if first else rng.sample(list(SPECIAL), 2)
    rng.shuffle(kinds)
    for place, lesson in enumerate(chosen):
        _mark(book, rng, pupil, lesson, level, kinds[place] if place < len(kinds) else "plain")
    for lesson in control:
        _mark(book, rng, pupil, lesson, level, "plain", work="control")


SPECIAL = ("minus", "two", "pass", "criteria", "corrected", "comment")


def _is_second_of_double(lesson: Lesson, lessons: list[Lesson]) -> bool:
    """Of a double lesson only the first carries marks."""
    if lesson.subject != DOUBLE:
        return False
    return any(item.date == lesson.date and item.subject == DOUBLE and item.number < lesson.number for item in lessons)


def _absences(book: Gradebook, rng: Random, pupil: str, first: bool, lessons: list[Lesson], week: int) -> set[str]:
    if not lessons or not (first or rng.random() < 0.4):
        return set()
    code = CODES[week % 4] if first else rng.choice(CODES)
    if code == "б":
        day = rng.choice(sorted({item.date for item in lessons}))
        missed = [item for item in lessons if item.date == day]
    else:
        missed = [rng.choice(lessons)]
    for lesson in missed:
        number = book.next_id(1, len(book.absences))
        book.absences.append(
            Absence(
                id=f"a{number}",
                number_id=number,
                pupil=pupil,
                lesson=lesson.id,
                subject=lesson.subject,
                date=lesson.date,
                code=code,
                set_at=lesson.starts_at + timedelta(minutes=12),
                comment="Опоздание на 10 минут" if code == "оп" else "",
            )
        )
    return set() if code == "оп" else {item.id for item in missed}


def _mark(book: Gradebook, rng: Random, pupil: str, lesson: Lesson, level: float, kind: str, work: str | None = None) -> None:
    course = book.course
    value = str(min(5, max(2, round(rng.gauss(level, 0.7)))))
    number = book.next_id(2, len(book.marks))
    set_at = lesson.ends_at + timedelta(minutes=rng.randint(-5, 5))
    mark = Mark(
        id=f"m{number}",
        number_id=number,
        pupil=pupil,
        lesson=lesson.id,
        subject=lesson.subject,
        date=lesson.date,
        value=value,
        work=work or rng.choice([key for key, *_ in WORK_TYPES if key != "control"]),
        set_at=set_at,
    )
    if kind == "comment":
        mark.comment = rng.choice(COMMENTS)
    elif kind == "corrected":
        mark.value = str(max(2, int(value) - 1)) if value != "2" else "3"
        mark.plan = ((mark.value, set_at), (value, set_at + CORRECTED_AFTER))
        mark.comment = "Оценка исправлена"
    elif not course.school.whole_marks:
        _awkward(rng, mark, kind)
    if rng.random() < 0.1 and FRACTIONAL & set(course.school.diaries):
        mark.weight = 1.5
    book.marks.append(mark)


def _awkward(rng: Random, mark: Mark, kind: str) -> None:
    if kind == "minus":
        mark.value += rng.choice("-+") if mark.value in "34" else "-"
    elif kind == "two":
        mark.value = f"{mark.value}/{rng.choice('345')}"
        mark.work = "dictation"
    elif kind == "pass":
        mark.value, mark.work = rng.choice(("зач", "зач", "незач")), "test"
    elif kind == "criteria":
        mark.work = "project"
        mark.criteria = tuple(
            (name, str(rng.randint(3, most)), str(most)) for name, most in (("Знание", 8), ("Применение", 8), ("Оформление", 4))
        )


def seen(mark: Mark, now: datetime) -> Mark:
    """The mark as it stands at `now`: corrections that are still to come are not in it."""
    if mark.plan:
        done = [step for step in mark.plan if step[1] <= now] or [mark.plan[0]]
        mark.value, mark.changed_at = done[-1]
        mark.history = list(done[:-1])
    return mark


def year_finals(book: Gradebook, periods: list[Period], known: Iterable[str]) -> None:
    """Period marks two days before a period ends; for pupils in `known` two subjects are credited before the year begins."""
    course, early = book.course, frozenset(known)
    zach = not course.school.whole_marks
    for pupil in course.school_class.pupils:
        level = course.rng("level", pupil).uniform(3.3, 4.9)
        rng = course.rng("finals", pupil)
        for subject in hours(course.school_class.parallel):
            base = min(5, max(3, round(rng.gauss(level, 0.35))))
            for period in periods:
                is_early = pupil in early and period.number == 1 and period.kind != "year" and subject in ("pe", "music")
                at = at_school(course.school, course.year[0] - timedelta(days=2) if is_early else _last_school_day(course, period), 15)
                value = "зач" if zach and subject in PASS_ONLY else str(min(5, max(3, base + rng.choice((0, 0, 0, 1, -1)))))
                number = book.next_id(5, len(book.finals))
                book.finals.append(Final(pupil=pupil, subject=subject, period=period.id, value=value, number_id=number, set_at=at))


def _last_school_day(course: Course, period: Period) -> date:
    day = period.end - timedelta(days=6 if period.kind == "year" else 1)
    while day in course.off or day.weekday() > 4:
        day -= timedelta(days=1)
    return day
