"""The diary: lessons with tasks and marks, period marks, all marks of a subject."""

from __future__ import annotations

import html
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sandbox.derived.averages import average, by_subject
from sandbox.ruobr.wire.answers import clock, today
from sandbox.ruobr.wire.people import full_name, staff_id
from sandbox.world.model import Homework, Lesson, Mark, Period, Person
from sandbox.world.town import Town

ROMAN: Final = {1: "I", 2: "II", 3: "III", 4: "IV", 5: "V"}
YEAR: Final = 9
"""The number of the year among the periods, which are numbered from 1."""


def lessons(town: Town, pupil: Person, start: date, end: date) -> list[dict[str, Any]]:
    """`task` and `marks` are left out where there are none."""
    marks: dict[str | None, list[Mark]] = {}
    for mark in town.marks(pupil.id, start, end):
        marks.setdefault(mark.lesson, []).append(mark)
    tasks: dict[str, list[Homework]] = {}
    for item in town.homework_of(pupil.id, start, end, by="assigned"):
        tasks.setdefault(item.assigned_lesson, []).append(item)

    def whole(it: Lesson) -> dict[str, Any]:
        shape = lesson(town, it)
        if it.id in tasks:
            shape["task"] = [task(item) for item in tasks[it.id]]
        if it.id in marks:
            shape["marks"] = [question(town, mark) for mark in marks[it.id]]
        return shape

    return [whole(it) for it in town.lessons_of(pupil.id, start, end)]


def lesson(town: Town, it: Lesson) -> dict[str, Any]:
    teacher = town.people.get(it.teacher)
    subject = town.subjects[it.subject]
    return {
        "id": it.number_id,
        "date": it.date.isoformat(),
        "time_start": clock(it.starts_at),
        "time_end": clock(it.ends_at),
        "subject": subject.name,
        "staff": "" if teacher is None else full_name(teacher),
        "staff_id": staff_id(teacher),
        "topic": it.topic or None,
        "division_subject": subject.number,
        "division_subject_str": subject.name if it.subgroup is None else f"{subject.name} ({it.subgroup} группа)",
        "lesson_status_cancel": int(it.status == "cancelled"),
        "docs_for_lesson": [],
    }


def task(it: Homework) -> dict[str, Any]:
    """Homework on the lesson that set it: the text is the title, attachments stand as links in `text`."""
    paths = [f"homework/{it.number_id}/{name}" for name, _ in it.files]
    links = "".join(
        f'<p><a href="//ruobr.ru/media/{html.escape(path)}">{html.escape(name)}</a></p>'
        for path, (name, _) in zip(paths, it.files, strict=True)
    )
    return {
        "id": it.number_id,
        "title": it.text,
        "text": links,
        "deadline": it.due_date.isoformat(),
        "doc": int(bool(paths)),
        "doc_str": paths[0] if paths else "",
        "done": 0,
        "requires_solutions": 0,
        "test_id": None,
        "type": "group" if it.pupil is None else "individual",
    }


def question(town: Town, it: Mark) -> dict[str, Any]:
    """A mark has no id: the question has one, and two marks of one question share it."""
    work = town.work_types[it.work]
    lesson_ = town.lesson(it.lesson) if it.lesson else None
    number = it.number_id if lesson_ is None else lesson_.number_id * 100 + work.number % 100
    return {"mark": it.value, "question_type": work.title, "question_name": work.title, "question_id": number}


# Periods
def period_number(it: Period) -> int:
    return YEAR if it.kind == "year" else it.number


def controlmarks(town: Town, pupil: Person) -> list[dict[str, Any]]:
    """By period: set marks with `marks_future` 0, and the running averages of the current period with 1."""
    now = today(town.now())
    finals: dict[str, dict[str, str]] = {}
    for final in town.finals(pupil.id):
        finals.setdefault(final.period, {})[final.subject] = final.value
    found = []
    for period in town.periods_of(pupil.class_id or ""):
        over = period.end < now
        if period.id in finals or (over and period.kind != "year"):
            found.append(_period(period, 0, _set_marks(town, pupil, period, finals.get(period.id, {}), over)))
        if period.kind != "year" and period.start <= now <= period.end:
            found.append(_period(period, 1, _averages(town, pupil, period)))
    return found


def _period(it: Period, future: int, marks: list[dict[str, Any]]) -> dict[str, Any]:
    rom = "" if it.kind == "year" else ROMAN.get(it.number, str(it.number))
    return {"period": period_number(it), "title": it.name, "rom": rom, "marks_future": future, "marks": marks}


def _set_marks(town: Town, pupil: Person, period: Period, finals: dict[str, str], over: bool) -> list[dict[str, Any]]:
    """In a period that is over, 0 stands for a subject that was taught and got no mark."""
    taught = by_subject(town.marks(pupil.id, period.start, period.end)) if over else {}
    wanted = [subject for subject in town.subjects if subject in finals or subject in taught]
    return [_subject(town, subject, finals.get(subject, 0)) for subject in wanted]


def _averages(town: Town, pupil: Person, period: Period) -> list[dict[str, Any]]:
    own = by_subject(town.marks(pupil.id, period.start, period.end))
    taught = {it.subject for it in town.lessons_of(pupil.id, period.start, period.end)}
    wanted = [subject for subject in town.subjects if subject in taught or subject in own]
    return [_subject(town, subject, number(average(town, own.get(subject, [])))) for subject in wanted]


def _subject(town: Town, subject: str, mark: Any) -> dict[str, Any]:
    return {"subject_id": town.subjects[subject].number, "subject_name": town.subjects[subject].name, "mark": mark}


def number(value: Decimal | None) -> float:
    """0.0 means that there is none."""
    return 0.0 if value is None else float(value)


def all_marks(town: Town, pupil: Person, period: int, subject_id: int) -> dict[str, Any]:
    """Empty where the period or the subject has no marks."""
    over = next((it for it in town.periods_of(pupil.class_id or "") if period_number(it) == period), None)
    subject = next((it for it in town.subjects.values() if it.number == subject_id), None)
    if over is None or subject is None:
        return {}
    own = [mark for mark in town.marks(pupil.id, over.start, over.end) if mark.subject == subject.id]
    if not own:
        return {}
    return {
        "subject_name": subject.name,
        "period": period,
        "average": number(average(town, own)),
        "marks": [{"date": mark.date.isoformat(), **question(town, mark)} for mark in own],
    }
