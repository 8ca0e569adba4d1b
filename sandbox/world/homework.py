"""The homework of a class's year: due at the next lesson or at the one after it, for all, for a subgroup or for one pupil."""

from __future__ import annotations

from random import Random

from sandbox.world.model import Homework, Lesson
from sandbox.world.timetable import Course

WITHOUT = frozenset({"talk", "pe", "music", "art", "tech"})
TEXTS = {
    "rus": ("Упр. {n}, выучить правило", "Словарные слова, упр. {n}", "Сочинение-рассуждение, 1 страница"),
    "lit": ("Читать главу {m}", "Выучить стихотворение наизусть", "Ответить на вопросы на с. {n}"),
    "read": ("С. {n}, пересказ", "Прочитать рассказ, с. {n}–{p}"),
    "eng": ("Workbook p. {m}, ex. 3", "Выучить слова, модуль {m}", "Ex. {m}, p. {n} (письменно)"),
    "hist": ("§ {m}, даты наизусть", "§ {m}, вопросы 1–4"),
    "inf": ("Практическая № {m}", "§ {m}, составить программу"),
}
GENERAL = ("№ {n}, № {p}", "§ {m}, задачи {n}–{p}", "Подготовиться к проверочной по § {m}", "Конспект § {m}")
EMPTY = "Без задания"
FILES = (("Задание.pdf", 184_320), ("Карточка № 3.docx", 52_224), ("Схема.png", 310_112))


def year_homework(course: Course, lessons: list[Lesson]) -> list[Homework]:
    """In the order of the lessons that set it."""
    chains: dict[tuple[str, str | None], list[Lesson]] = {}
    for lesson in lessons:
        if lesson.status != "cancelled" and lesson.subject not in WITHOUT:
            chains.setdefault((lesson.subject, lesson.subgroup), []).append(lesson)
    rng, found = course.rng("homework"), list[Homework]()
    for chain in chains.values():
        for place, lesson in enumerate(chain):
            later = [item for item in chain[place + 1 : place + 5] if item.date > lesson.date]
            if not later:
                continue
            if rng.random() < 0.8:
                found.append(_item(course, rng, lesson, later[1] if rng.random() < 0.15 and len(later) > 1 else later[0]))
            if rng.random() < 0.04 and lesson.subgroup is None:
                own = _item(course, rng, lesson, later[0])
                own.pupil, own.text = rng.choice(course.school_class.pupils[:3]), f"Индивидуально: {own.text}"
                found.append(own)
    found.sort(key=lambda item: (item.assigned_date, item.assigned_lesson, item.pupil or ""))
    for count, item in enumerate(found, 1):
        item.number_id = course.school_class.number * 1_000_000 + 300_000 + count
        item.id = f"h{item.number_id}"
    return found


def _item(course: Course, rng: Random, lesson: Lesson, due: Lesson) -> Homework:
    text = rng.choice(TEXTS.get(lesson.subject, GENERAL)).format(n=rng.randint(20, 400), m=rng.randint(2, 48), p=rng.randint(401, 700))
    if "kiasuo" in course.school.diaries and rng.random() < 0.12:
        text = EMPTY
    return Homework(
        id="",
        number_id=0,
        class_id=course.school_class.id,
        subject=lesson.subject,
        text=text,
        assigned_lesson=lesson.id,
        due_lesson=due.id,
        assigned_date=lesson.date,
        due_date=due.date,
        set_at=lesson.ends_at,
        files=(rng.choice(FILES),) if text != EMPTY and rng.random() < 0.12 else (),
        subgroup=lesson.subgroup,
    )
