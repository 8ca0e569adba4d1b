"""Homework with both of its hooks: the date it was set on, the date it is prepared for; "done" hangs on the pupil's own entry."""

from __future__ import annotations

from typing import Any

from sandbox.mes.wire import ids, times
from sandbox.world.model import Homework, Lesson, Person, School
from sandbox.world.town import Town


def due_at(lessons: list[Lesson], item: Homework) -> Lesson | None:
    """The lesson it is due at; where its own is gone, the first of that subject on that day."""
    own = next((it for it in lessons if it.id == item.due_lesson), None)
    return own or next((it for it in lessons if it.date == item.due_date and it.subject == item.subject), None)


def short(town: Town, pupil: Person, item: Homework, done: set[int]) -> dict[str, Any]:
    subject, entry = town.subjects[item.subject], ids.entry_student_id(item, pupil)
    return {
        "type": "oo",
        "description": item.text,
        "subject_id": ids.subject_id(subject),
        "subject_name": subject.name,
        "date": item.due_date.isoformat(),
        "date_assigned_on": item.assigned_date.isoformat(),
        "homework_entry_student_id": entry,
        "materials_count": [{"amount": len(item.files), "selected_mode": "execute"}] if item.files else [],
        "has_written_answer": False,
        "is_done": entry in done,
        "has_teacher_answer": False,
    }


def full(town: Town, school: School, pupil: Person, item: Homework, done: set[int]) -> dict[str, Any]:
    due = town.lesson(item.due_lesson) if item.due_lesson else None
    subject = town.subjects[item.subject]
    return short(town, pupil, item, done) | {
        "homework": item.text,
        "homework_id": item.number_id,
        "homework_entry_id": item.number_id,
        "group_id": ids.group_id(town.classes[item.class_id], subject, item.subgroup),
        "comments": [],
        "materials": [],
        "additional_materials": materials(item),
        "attachments": [],
        "lesson_date_time": times.naive(school, due.starts_at) if due else f"{item.due_date:%Y-%m-%d}T00:00:00",
        "date_prepared_for": item.due_date.isoformat(),
        "homework_created_at": times.naive(school, item.set_at),
        "homework_updated_at": times.naive(school, item.set_at),
        "written_answer": None,
    }


def materials(item: Homework) -> list[dict[str, Any]]:
    if not item.files:
        return []
    items: list[dict[str, Any]] = [
        {
            "id": item.number_id * 10 + place,
            "uuid": None,
            "title": name,
            "description": None,
            "link": f"https://school.mos.ru/ej/attachments/files/{item.number_id * 10 + place}/{name}",
            "file_size": size,
            "urls": [],
            "is_necessary": True,
            "is_hidden_from_students": False,
        }
        for place, (name, size) in enumerate(item.files)
    ]
    return [{"type": "attachments", "type_name": "Приложенные файлы", "action_id": 1, "action_name": "Скачать", "items": items}]


def of_lesson(school: School, pupil: Person, item: Homework, done: set[int]) -> dict[str, Any]:
    """In the card of a lesson."""
    entry = ids.entry_student_id(item, pupil)
    return {
        "homework": item.text,
        "materials": [],
        "additional_materials": materials(item),
        "homework_entry_student_id": entry,
        "homework_id": item.number_id,
        "homework_entry_id": item.number_id,
        "attachments": [],
        "homework_created_at": times.naive(school, item.set_at),
        "homework_updated_at": times.naive(school, item.set_at),
        "is_done": entry in done,
        "written_answer": None,
        "date_assigned_on": item.assigned_date.isoformat(),
        "date_prepared_for": item.due_date.isoformat(),
    }


def of_event(pupil: Person, items: list[Homework], done: set[int]) -> dict[str, Any]:
    """In the calendar: what is due at the lesson."""
    entries = [
        {
            "homework_entry_id": item.number_id,
            "date_assigned_on": item.assigned_date.isoformat(),
            "date_prepared_for": item.due_date.isoformat(),
            "description": item.text,
            "duration": 20,
            "materials": None,
            "attachment_ids": [],
            "attachments": [{"title": name, "file_size": size} for name, size in item.files],
            "student_ids": None if item.pupil is None else [ids.guid(pupil)],
        }
        for item in items
    ]
    return {
        "presence_status_id": 2 if items else 1,
        "total_count": len(items),
        "execute_count": sum(ids.entry_student_id(item, pupil) in done for item in items),
        "descriptions": [item.text for item in items],
        "link_types": None,
        "materials": {"count_execute": sum(len(item.files) for item in items), "count_learn": 0},
        "entries": entries,
    }
