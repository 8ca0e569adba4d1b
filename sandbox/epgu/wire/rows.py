"""The town's pupils, lessons and final marks as elements of the service."""

from __future__ import annotations

from datetime import date, datetime
from xml.etree.ElementTree import Element, SubElement
from zoneinfo import ZoneInfo

from sandbox.derived.averages import weight_of
from sandbox.epgu.wire.names import own
from sandbox.epgu.wire.writing import clean, put
from sandbox.world.model import Absence, Final, Homework, Lesson, Mark, Person, School
from sandbox.world.town import Town


def student(town: Town, pupil: Person) -> Element:
    school, row = town.schools[pupil.school or ""], Element(own("Student"))
    put(row, "Id", pupil.accounts["epgu"]["student_id"])
    put(row, "LastName", pupil.last_name)
    put(row, "FirstName", pupil.first_name)
    put(row, "MiddleName", pupil.middle_name)
    put(row, "School", school.short_name)
    put(row, "Class", town.classes[pupil.class_id or ""].name)
    put(row, "BirthDate", pupil.birth_date)
    put(row, "SchoolOgrn", school.ogrn)
    return row


def diary(town: Town, pupil: Person, start: date, end: date) -> list[Element]:
    """Each lesson with its homework (where it is due), absence and marks."""
    homework: dict[str | None, list[Homework]] = {}
    for item in town.homework_of(pupil.id, start, end, by="due"):
        homework.setdefault(item.due_lesson, []).append(item)
    absences = {item.lesson: item for item in town.absences(pupil.id, start, end)}
    marks: dict[str | None, list[Mark]] = {}
    for mark in town.marks(pupil.id, start, end):
        marks.setdefault(mark.lesson, []).append(mark)
    return [
        _lesson(town, lesson, homework.get(lesson.id, []), absences.get(lesson.id), marks.get(lesson.id, []))
        for lesson in town.lessons_of(pupil.id, start, end)
    ]


def timetable(town: Town, pupil: Person, day: date) -> list[Element]:
    return [_lesson(town, lesson, [], None, []) for lesson in town.lessons_of(pupil.id, day, day)]


def _lesson(town: Town, it: Lesson, homework: list[Homework], absence: Absence | None, marks: list[Mark]) -> Element:
    school, row = town.schools[town.classes[it.class_id].school], Element(own("Lesson"))
    put(row, "Id", it.number_id)
    put(row, "Date", it.date)
    put(row, "Number", it.number)
    put(row, "Subject", town.subjects[it.subject].name)
    put(row, "InsteadOf", town.subjects[it.replaces].name if it.replaces else None)
    for item in homework:
        put(row, "Homework", item.text)
    put(row, "Attendance", absence.code if absence else None)
    for mark in marks:
        row.append(_mark(town, school, mark))
    put(row, "Status", it.status)
    put(row, "MovedFrom", it.moved_from)
    put(row, "Start", moment(school, it.starts_at))
    put(row, "End", moment(school, it.ends_at))
    put(row, "Topic", it.topic)
    put(row, "Room", it.room)
    put(row, "Subgroup", it.subgroup)
    put(row, "AttendanceComment", absence.comment if absence else None)
    return row


def _mark(town: Town, school: School, it: Mark) -> Element:
    work, row = town.work_types[it.work], Element(own("Mark"))
    put(row, "Value", it.value)
    put(row, "Type", work.title)
    put(row, "Weight", f"{weight_of(town, it):f}")
    put(row, "Comment", it.comment)
    put(row, "Id", it.number_id)
    put(row, "SetAt", moment(school, it.changed_at or it.set_at))
    for name, value, most in it.criteria:
        SubElement(row, own("Criterion"), {"Name": clean(name), "Value": clean(value), "Max": clean(most)})
    return row


def final(town: Town, school: School, it: Final) -> Element:
    period, row = town.period(it.period), Element(own("FinalMark"))
    put(row, "Subject", town.subjects[it.subject].name)
    put(row, "Period", period.name)
    put(row, "Value", it.value)
    put(row, "PeriodStart", period.start)
    put(row, "PeriodEnd", period.end)
    put(row, "SetAt", moment(school, it.set_at))
    return row


def moment(school: School, value: datetime) -> str:
    return value.astimezone(ZoneInfo(school.tz)).replace(microsecond=0).isoformat()
