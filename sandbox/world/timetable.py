"""Subjects, the weekly timetable of a class, and the lessons of a whole year with their changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sandbox.world.calendar import bell
from sandbox.world.model import Lesson, School, SchoolClass, Subject

SUBJECTS: tuple[tuple[str, str, str], ...] = (
    ("rus", "Русский язык", "lang"),
    ("lit", "Литература", "lang"),
    ("read", "Литературное чтение", "lang"),
    ("math", "Математика", "math"),
    ("alg", "Алгебра", "math"),
    ("geom", "Геометрия", "math"),
    ("prob", "Вероятность и статистика", "math"),
    ("inf", "Информатика", "math"),
    ("eng", "Иностранный язык (английский)", "eng1"),
    ("hist", "История", "hist"),
    ("soc", "Обществознание", "hist"),
    ("geo", "География", "hist"),
    ("world", "Окружающий мир", "hist"),
    ("bio", "Биология", "sci"),
    ("phys", "Физика", "sci"),
    ("chem", "Химия", "sci"),
    ("music", "Музыка", "art"),
    ("art", "Изобразительное искусство", "art"),
    ("tech", "Труд (технология)", "art"),
    ("pe", "Физическая культура", "sport"),
    ("obzr", "Основы безопасности и защиты Родины", "sport"),
    ("proj", "Индивидуальный проект", "sci"),
    ("talk", "Разговоры о важном", "lang"),
)
HOURS = {
    "primary": {"rus": 5, "math": 4, "read": 4, "world": 2, "eng": 2, "music": 1, "art": 1, "tech": 2, "pe": 2},
    "middle": {"rus": 5, "lit": 3, "math": 5, "eng": 3, "hist": 2, "geo": 1, "bio": 1, "music": 1, "art": 1, "tech": 2, "pe": 2},
    "upper": {
        "rus": 3, "lit": 2, "alg": 3, "geom": 2, "prob": 1, "eng": 3, "inf": 1, "hist": 2, "soc": 1, "geo": 2, "bio": 1, "phys": 2,
        "chem": 2, "tech": 2, "pe": 2, "obzr": 1,
    },
    "senior": {
        "rus": 2, "lit": 3, "alg": 4, "geom": 2, "prob": 1, "eng": 3, "inf": 1, "hist": 2, "soc": 2, "geo": 1, "bio": 1, "phys": 2,
        "chem": 1, "pe": 2, "obzr": 1, "proj": 1,
    },
}  # fmt: skip
TOPICS = (
    "Повторение",
    "Новая тема",
    "Решение задач",
    "Работа с текстом",
    "Практикум",
    "Обобщение",
    "Разбор ошибок",
    "Доклады",
    "Подготовка к проверочной",
)
DOUBLE, SPLIT, ZERO_LESSON = "tech", "eng", ("kem", "kry")


def subjects() -> dict[str, Subject]:
    return {key: Subject(id=key, name=name, number=number) for number, (key, name, _) in enumerate(SUBJECTS, 1)}


TEACHER_PLACES = {key: place for key, _, place in SUBJECTS}


def hours(parallel: int) -> dict[str, int]:
    return HOURS["primary" if parallel <= 4 else "middle" if parallel <= 6 else "upper" if parallel <= 9 else "senior"]


def week_grid(rng: Random, school: School, school_class: SchoolClass) -> list[list[str]]:
    """Subjects by weekday and place; a double lesson stands together, at most one other lesson of a subject a day."""
    days: list[list[str]] = [[] for _ in range(school.days_a_week)]
    for subject, count in sorted(hours(school_class.parallel).items(), key=lambda item: -item[1]):
        blocks = [[subject, subject]] if subject == DOUBLE else [[subject]] * count
        for block in blocks:
            free = [day for day in days if subject not in day] or days
            fewest = min(len(day) for day in free)
            rng.choice([day for day in free if len(day) == fewest]).extend(block)
    for day in days:
        units = [[DOUBLE, DOUBLE]] if DOUBLE in day else []
        units += [[subject] for subject in day if subject != DOUBLE]
        rng.shuffle(units)
        day[:] = [subject for unit in units for subject in unit]
    return days


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What the lessons of one class are made from; `team` is place -> teacher, `off` the days without school."""

    seed: int
    school: School
    school_class: SchoolClass
    team: dict[str, str]
    year: tuple[date, date]
    off: frozenset[date]

    def rng(self, *words: object) -> Random:
        return Random(f"{self.seed}:{self.school_class.id}:{':'.join(map(str, words))}")  # noqa: S311 - a world, not a secret


def lesson_number_id(course: Course, day: date, number: int, part: int) -> int:
    """Stable and unique: class, day of the year, place in the day."""
    return course.school_class.number * 100_000 + (day - course.year[0]).days * 100 + number * 4 + part


def make_lesson(course: Course, day: date, number: int, subject: str, *, part: int = 0, split: bool = False, topic: str = "") -> Lesson:
    start, end = bell(course.school, day, number)
    place = TEACHER_PLACES.get(subject, "lang")
    if split and part == 2:
        place = "eng2"
    return Lesson(
        id=f"l{lesson_number_id(course, day, number, part)}",
        number_id=lesson_number_id(course, day, number, part),
        class_id=course.school_class.id,
        date=day,
        number=number,
        subject=subject,
        teacher=course.team.get(place, ""),
        room=str(100 + TEACHER_ROOMS.get(place, 20) + (part if split else 0)),
        topic=topic,
        starts_at=start,
        ends_at=end,
        status="held",
        subgroup=str(part) if split else None,
    )


TEACHER_ROOMS = {"lang": 1, "math": 104, "eng1": 206, "eng2": 206, "hist": 112, "sci": 215, "art": 8, "sport": 11}


def year_lessons(course: Course) -> list[Lesson]:
    """Every lesson of the class's year; each week has a replaced one, and a cancelled or a moved one in turn."""
    grid = week_grid(course.rng("grid"), course.school, course.school_class)
    counts: dict[str, int] = {}
    found: list[Lesson] = []
    monday = course.year[0] - timedelta(days=course.year[0].weekday())
    week = 0
    while monday <= course.year[1]:
        lessons = _week(course, grid, monday, counts)
        if lessons:
            _change(course, lessons, course.rng("changes", week), week)
            found += lessons
            week += 1
        monday += timedelta(days=7)
    return sorted(found, key=lambda item: (item.date, item.number, item.subgroup or ""))


def _week(course: Course, grid: list[list[str]], monday: date, counts: dict[str, int]) -> list[Lesson]:
    lessons = []
    for weekday, names in enumerate(grid):
        day = monday + timedelta(days=weekday)
        if day in course.off or not course.year[0] <= day <= course.year[1]:
            continue
        numbered = list(enumerate(names, 1))
        if weekday == 0:
            talk = 0 if course.school.id in ZERO_LESSON else len(names) + 1
            numbered.append((talk, "talk"))
        for number, subject in numbered:
            counts[subject] = counts.get(subject, 0) + 1
            topic = "" if counts[subject] % 9 == 0 else f"{TOPICS[counts[subject] % len(TOPICS)]}, § {counts[subject]}"
            control = counts[subject] % 8 == 0 and subject not in ("talk", "pe", "music", "art", DOUBLE)
            for part in (1, 2) if subject == SPLIT else (0,):
                lesson = make_lesson(course, day, number, subject, part=part, split=subject == SPLIT, topic=topic)
                lesson.is_control = control
                lessons.append(lesson)
    return lessons


def _change(course: Course, lessons: list[Lesson], rng: Random, week: int) -> None:
    """Replace one lesson by another subject; in turn cancel the last lesson of a day or move it to another day."""
    plain = [item for item in lessons if item.subgroup is None and item.subject not in (DOUBLE, "talk") and not item.is_control]
    if len(plain) < 6:
        return
    replaced = rng.choice(plain)
    other = rng.choice([item.subject for item in plain if item.subject != replaced.subject])
    replaced.replaces, replaced.subject, replaced.status = replaced.subject, other, "replaced"
    replaced.teacher = course.team.get(TEACHER_PLACES[other], replaced.teacher)
    replaced.topic = "Замена"
    last = {item.date: item for item in lessons if item.subject != "talk"}
    ends = [item for item in last.values() if item in plain and item is not replaced]
    if not ends:
        return
    chosen = rng.choice(ends)
    if week % 2 == 0:
        chosen.status = "cancelled"
        return
    later = [day for day in last if day != chosen.date]
    if not later:
        return
    day = max(later, key=lambda item: (item > chosen.date, rng.random()))
    number = max(item.number for item in lessons if item.date == day) + 1
    moved = make_lesson(course, day, number, chosen.subject, part=3, topic=chosen.topic)
    moved.status, moved.moved_from = "moved", chosen.date
    lessons[lessons.index(chosen)] = moved


def now_status(lesson: Lesson, now: datetime) -> Lesson:
    """Plain lessons are planned until they end; changes stay what they are."""
    if lesson.status in ("planned", "held") and lesson.moved_from is None:
        lesson.status = "held" if lesson.ends_at <= now else "planned"
    return lesson
