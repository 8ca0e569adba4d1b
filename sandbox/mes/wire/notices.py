"""The feed of changes: each new mark, each correction with the value before it, each homework; and what the school announces."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from sandbox.mes.wire import ids, marks, times
from sandbox.world.model import Homework, Mark, Person, School
from sandbox.world.town import Town

SPAN: Final = timedelta(days=30)
MOST: Final = 200


def _blank(at: datetime, school: School, subject: str, pupil: Person, teacher: Person | None, node: str) -> dict[str, Any]:
    moment = times.spaced(school, at)
    return {
        "datetime": moment,
        "event_type": "",
        "created_at": moment,
        "updated_at": moment,
        "subject_name": subject,
        "new_hw_description": None,
        "teacher_name": "" if teacher is None else f"{teacher.last_name} {teacher.first_name} {teacher.middle_name}",
        "new_date_assigned_on": None,
        "new_date_prepared_for": None,
        "student_profile_id": ids.student_id(pupil, node),
        "author_profile_id": ids.staff_id(teacher),
        "lesson_date": None,
        "old_mark_value": None,
        "new_mark_value": None,
        "new_is_exam": None,
        "new_mark_weight": None,
        "control_form_name": None,
    }


def _mark_steps(mark: Mark) -> list[tuple[datetime, str | None, str]]:
    """(when, the value before, the value then), oldest first."""
    written = [*mark.history, (mark.value, mark.changed_at or mark.set_at)]
    steps: list[tuple[datetime, str | None, str]] = [(mark.set_at, None, written[0][0])]
    steps += [(at, before, value) for (before, _), (value, at) in pairwise(written)]
    return steps


def feed(town: Town, school: School, pupil: Person, node: str) -> list[dict[str, Any]]:
    since, found = town.now() - SPAN, list[tuple[datetime, dict[str, Any]]]()
    for mark in town.marks(pupil.id, *times.whole_year(town)):
        teacher = town.teacher_of(pupil.class_id or "", mark.subject)
        for at, before, value in _mark_steps(mark):
            if at >= since:
                row = _blank(at, school, town.subjects[mark.subject].name, pupil, teacher, node)
                row |= {
                    "event_type": "create_mark" if before is None else "update_mark",
                    "lesson_date": times.midnight(mark.date),
                    "old_mark_value": before,
                    "new_mark_value": value,
                    "new_is_exam": marks.is_exam(town, mark),
                    "new_mark_weight": marks.weight(town, mark),
                    "control_form_name": town.work_types[mark.work].title,
                }
                found.append((at, row))
    for item in town.homework_of(pupil.id, *times.whole_year(town), by="assigned"):
        if item.set_at >= since:
            found.append((item.set_at, _homework(town, school, pupil, item, node)))
    found.sort(key=lambda pair: pair[0], reverse=True)
    return [row for _, row in found[:MOST]]


def _homework(town: Town, school: School, pupil: Person, item: Homework, node: str) -> dict[str, Any]:
    teacher = town.teacher_of(pupil.class_id or "", item.subject)
    return _blank(item.set_at, school, town.subjects[item.subject].name, pupil, teacher, node) | {
        "event_type": "create_homework",
        "new_hw_description": item.text,
        "new_date_assigned_on": times.midnight(item.assigned_date),
        "new_date_prepared_for": times.midnight(item.due_date),
    }


ANNOUNCEMENTS: Final = (
    (2, "Родительское собрание", "Собрание пройдёт в актовом зале в 18:30. Возьмите, пожалуйста, сменную обувь."),
    (9, "Неделя безопасности", "На классных часах говорим о дороге в школу зимой.\nПамятка — на сайте школы."),
    (20, "Обновление дневника", "Работы пройдут ночью, дневник может быть недоступен до 6:00."),
)


def announcements(town: Town, school: School) -> list[dict[str, Any]]:
    now = town.now()
    return [
        {
            "id": 60_000 + school.number * 10 + place,
            "title": title,
            "text": text,
            "published_from": times.naive(school, now.replace(hour=6, minute=0, second=0) - timedelta(days=days)),
            "published_to": times.naive(school, now.replace(hour=6, minute=0, second=0) + timedelta(days=14 - days // 2)),
            "is_published": True,
            "author": school.short_name,
        }
        for place, (days, title, text) in enumerate(ANNOUNCEMENTS)
    ]
