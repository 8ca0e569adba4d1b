"""Lessons in the event calendar, in the day's schedule, and one by one; a replaced one says only that it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sandbox.mes.state.state import Notice
from sandbox.mes.wire import homework, ids, marks, times
from sandbox.mes.wire.people import names
from sandbox.world.model import Absence, Homework, Lesson, Mark, Person, School
from sandbox.world.town import Town

REASONS: Final = {"н": 1, "уп": 2, "б": 6, "оп": 9}
"""`absence_reason_id` by the journal's letter."""
LATE: Final = "оп"
BLANK_EVENT: Final[dict[str, Any]] = dict.fromkeys(
    (
        "author_id", "title", "description", "conference_link", "outdoor", "place", "place_latitude", "place_longitude", "created_at",
        "updated_at", "types", "author_name", "registration_start_at", "registration_end_at", "place_name", "contact_name",
        "contact_phone", "contact_email", "comment", "need_document", "type", "format_name", "url", "esz_field_id", "course_lesson_type",
        "lesson_form", "activities", "link_to_join", "control", "external_activities_type", "address", "place_comment",
        "city_building_name", "visible_fake_group", "student_count", "attendances", "journal_fill", "comments", "materials",
    )
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Days:
    """What a pupil's days hold, by lesson: read once for a range of dates."""

    town: Town
    school: School
    pupil: Person
    done: set[int]
    lessons: list[Lesson]
    marks: dict[str, list[Mark]] = field(default_factory=dict)
    absences: dict[str, Absence] = field(default_factory=dict)
    due: dict[str, list[Homework]] = field(default_factory=dict)
    notices: dict[date, Notice] = field(default_factory=dict)

    @classmethod
    def read(cls, town: Town, pupil: Person, start: date, end: date, done: set[int], notices: dict[date, Notice]) -> Days:
        days = cls(
            town=town,
            school=town.schools[pupil.school or ""],
            pupil=pupil,
            done=done,
            lessons=town.lessons_of(pupil.id, start, end),
            notices=notices,
        )
        for mark in town.marks(pupil.id, start, end):
            days.marks.setdefault(mark.lesson or "", []).append(mark)
        for absence in town.absences(pupil.id, start, end):
            days.absences[absence.lesson or ""] = absence
        for item in town.homework_of(pupil.id, start, end):
            lesson = homework.due_at(days.lessons, item)
            days.due.setdefault(lesson.id if lesson else "", []).append(item)
        return days

    def is_missed(self, lesson: Lesson) -> bool:
        absence = self.absences.get(lesson.id)
        return absence is not None and absence.code != LATE

    def reason(self, lesson: Lesson) -> int | None:
        absence = self.absences.get(lesson.id)
        return None if absence is None else REASONS.get(absence.code, 1)

    def told(self, lesson: Lesson) -> int | None:
        notice = self.notices.get(lesson.date)
        return None if notice is None else notice.reason

    def shown_marks(self, lesson: Lesson) -> list[dict[str, Any]]:
        return [marks.lesson_mark(self.town, self.school, mark) for mark in self.marks.get(lesson.id, [])]


def event(days: Days, lesson: Lesson, expand: frozenset[str]) -> dict[str, Any]:
    town, own = days.town, days.town.classes[lesson.class_id]
    subject = town.subjects[lesson.subject]
    replaced = lesson.status == "replaced"
    return BLANK_EVENT | {
        "id": ids.event_id(lesson),
        "source": "PLAN",
        "source_id": str(ids.event_id(lesson)),
        "start_at": times.with_offset(days.school, lesson.starts_at),
        "finish_at": times.with_offset(days.school, lesson.ends_at),
        "is_all_day": False,
        "subject_id": ids.subject_id(subject),
        "subject_name": subject.name,
        "room_name": f"Кабинет {lesson.room}",
        "room_number": lesson.room,
        "replaced": replaced,
        "replaced_teacher_id": ids.staff_id(town.people.get(lesson.teacher)) if replaced else None,
        "cancelled": lesson.status == "cancelled",
        "lesson_type": "NORMAL",
        "lesson_education_type": "OO",
        "lesson_name": lesson.topic,
        "lesson_theme": lesson.topic,
        "class_unit_ids": [ids.class_unit_id(own)],
        "class_unit_name": own.name,
        "group_id": ids.group_id(own, subject, lesson.subgroup),
        "group_name": f"{subject.name} {own.name}" + (f" ({lesson.subgroup} группа)" if lesson.subgroup else ""),
        "building_id": 1_000 + days.school.number,
        "building_name": days.school.address,
        "is_metagroup": False,
        "is_missed_lesson": days.is_missed(lesson),
        "absence_reason_id": days.reason(lesson) if "absence_reason_id" in expand else None,
        "nonattendance_reason_id": days.told(lesson) if "nonattendance_reason_id" in expand else None,
        "health_status": None,
        "comment_count": 0,
        "homework": homework.of_event(days.pupil, days.due.get(lesson.id, []), days.done) if "homework" in expand else None,
        "marks": days.shown_marks(lesson) if "marks" in expand else None,
    }


def _spot(days: Days, lesson: Lesson) -> dict[str, Any]:
    return {
        "begin_time": times.clock(days.school, lesson.starts_at),
        "begin_utc": int(lesson.starts_at.timestamp()),
        "end_time": times.clock(days.school, lesson.ends_at),
        "end_utc": int(lesson.ends_at.timestamp()),
        "room_number": lesson.room,
        "room_name": f"Кабинет {lesson.room}",
        "building_name": days.school.address,
    }


def card(days: Days, lesson: Lesson, given: list[Homework]) -> dict[str, Any]:
    """One lesson; `given` was set here, `days.due` is due here."""
    town, subject = days.town, days.town.subjects[lesson.subject]
    absence = days.absences.get(lesson.id)
    due = days.due.get(lesson.id, [])
    theme: dict[str, Any] = {
        "id": None,
        "title": lesson.topic,
        "themeIntegrationId": 0,
        "theme_integration_id": 0,
        "average_mark": "0",
        "theme_frames": [],
    }
    return {
        "id": ids.event_id(lesson),
        "plan_id": 90_000 + town.classes[lesson.class_id].number,
        "date": lesson.date.isoformat(),
        **_spot(days, lesson),
        "subject_id": ids.subject_id(subject),
        "subject_name": subject.name,
        "teacher": names(town.people.get(lesson.teacher)),
        "course_lesson_type": None,
        "marks": days.shown_marks(lesson),
        "created_date_time": None,
        "is_missed_lesson": days.is_missed(lesson),
        "lesson_type": "NORMAL",
        "field_name": None,
        "comment": absence.comment if absence is not None and absence.comment else None,
        "lesson_homeworks": [homework.of_lesson(days.school, days.pupil, item, days.done) for item in due],
        "homework_to_give": [homework.of_lesson(days.school, days.pupil, item, days.done) for item in given],
        "details": {
            "content": [],
            "materials": [],
            "additional_materials": [],
            "theme": theme | {"oge_task_name": None, "ege_task_name": None},
            "lessonId": ids.event_id(lesson),
            "lesson_topic": lesson.topic,
        },
        "esz_field_id": None,
        "remote_lesson": None,
        "control": None,
        "evaluation": None,
        "lesson_education_type": "OO",
        "disease_status_type": None,
        "is_virtual": False,
        "homework_presence_status_id": 2 if due else 1,
    }


def activity(days: Days, lesson: Lesson) -> dict[str, Any]:
    town, subject = days.town, days.town.subjects[lesson.subject]
    due = days.due.get(lesson.id, [])
    return {
        "type": "LESSON",
        "info": None,
        **_spot(days, lesson),
        "homework_presence_status_id": 2 if due else 1,
        "lesson": {
            "schedule_item_id": ids.event_id(lesson),
            "subject_id": ids.subject_id(subject),
            "subject_name": subject.name,
            "course_lesson_type": None,
            "teacher": names(town.people.get(lesson.teacher)),
            "marks": days.shown_marks(lesson),
            "homework": "; ".join(item.text for item in due),
            "link_types": [],
            "materials_count": None,
            "lesson_type": "NORMAL",
            "lesson_education_type": "OO",
            "evaluation": None,
            "absence_reason_id": days.reason(lesson),
            "bell_id": None,
            "replaced": lesson.status == "replaced",
            "is_missed_lesson": days.is_missed(lesson),
            "is_virtual": False,
            "disease_status_type": None,
        },
    }


def schedule(days: Days, day: date) -> dict[str, Any]:
    shown = [lesson for lesson in days.lessons if lesson.status != "cancelled"]
    activities = [activity(days, lesson) for lesson in shown]
    return {"date": day.isoformat(), "summary": f"Уроков: {len(shown)}", "activities": activities, "has_homework": bool(days.due)}


def short_day(days: Days, day: date) -> dict[str, Any]:
    def row(lesson: Lesson) -> dict[str, Any]:
        subject = days.town.subjects[lesson.subject]
        return {
            "lesson_id": ids.event_id(lesson),
            "subject_id": ids.subject_id(subject),
            "subject_name": subject.name,
            "group_name": f"{subject.name} {days.town.classes[lesson.class_id].name}",
            "begin_time": times.clock(days.school, lesson.starts_at),
            "end_time": times.clock(days.school, lesson.ends_at),
            "lesson_type": "NORMAL",
            "lesson_education_type": "OO",
        }

    lessons = [row(lesson) for lesson in days.lessons if lesson.date == day and lesson.status != "cancelled"]
    return {"date": day.isoformat(), "lessons": lessons}
