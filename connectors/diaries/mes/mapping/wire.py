"""The answers of the family API and of the calendar; a key without default must be there, whatever it holds."""

from __future__ import annotations

from decimal import Decimal
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """One JSON object; keys that we do not name are kept in `raw` only."""


class Payload(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    payload: list[T]


class ProfileHead(Wire, frozen=True, kw_only=True):
    id: int
    type: str


class Person(Wire, frozen=True, kw_only=True):
    id: int
    last_name: str | None = None
    first_name: str | None = None
    middle_name: str | None = None
    birth_date: str | None = None
    sex: str | None = None
    user_id: int | None = None
    type: str | None = None


class SchoolOf(Wire, frozen=True, kw_only=True):
    id: int | None = None
    name: str | None = None
    short_name: str | None = None
    global_school_id: int | None = None
    county: str | None = None


class Child(Person, frozen=True, kw_only=True):
    """Two ids: the number for the family API, the guid for the calendar."""

    contingent_guid: str
    contract_id: int | None = None
    school: SchoolOf | None = None
    class_name: str | None = None
    class_level_id: int | None = None
    class_unit_id: int | None = None


class Family(Wire, frozen=True, kw_only=True):
    profile: Person
    children: list[Child]


class CriterionOf(Wire, frozen=True, kw_only=True):
    name: str | None = None
    value: str | None = None


class Grade(Wire, frozen=True, kw_only=True):
    origin: str | None = None
    five: Decimal | None = None
    hundred: Decimal | None = None


class ValueOf(Wire, frozen=True, kw_only=True):
    """What the platform reads out of the teacher's text."""

    name: str | None = None
    nmax: Decimal | None = None
    grade_system_type: str | None = None
    grade: Grade | None = None


class MarkOf(Wire, frozen=True, kw_only=True):
    id: int
    value: str | None
    subject_name: str | None
    date: str
    values: list[ValueOf] | None = None
    weight: Decimal | None = None
    point_date: str | None = None
    control_form_name: str | None = None
    comment: str | None = None
    criteria: list[CriterionOf] | None = None
    created_at: str | None = None
    updated_at: str | None = None
    is_exam: bool | None = None
    is_point: bool | None = None
    original_grade_system_type: str | None = None


class EventMark(Wire, frozen=True, kw_only=True):
    """The calendar's mark is the same one; of it only the lesson is new."""

    id: int


class Entry(Wire, frozen=True, kw_only=True):
    homework_entry_id: int | None = None
    date_assigned_on: str | None = None
    date_prepared_for: str | None = None
    description: str | None = None
    attachments: list[msgspec.Raw] | None = None


class EventHomework(Wire, frozen=True, kw_only=True):
    entries: list[Entry] | None = None


class Event(Wire, frozen=True, kw_only=True):
    """A lesson (`PLAN`), an extra class (`AE`, `EC`) or another event of the calendar."""

    id: int
    start_at: str
    finish_at: str | None = None
    source: str | None = None
    subject_id: int | None = None
    subject_name: str | None
    title: str | None = None
    lesson_name: str | None = None
    lesson_theme: str | None = None
    group_name: str | None = None
    room_number: str | None = None
    room_name: str | None = None
    replaced: bool | None = None
    cancelled: bool | None = None
    is_all_day: bool | None = None
    is_missed_lesson: bool | None = None
    absence_reason_id: int | None = None
    nonattendance_reason_id: int | None = None
    homework: EventHomework | None = None
    marks: list[EventMark] | None = None


class Events(Wire, frozen=True, kw_only=True):
    response: list[Event]
    total_count: int | None = None


class HomeworkOf(Wire, frozen=True, kw_only=True):
    description: str | None
    subject_name: str | None
    subject_id: int | None = None
    date: str
    date_assigned_on: str | None = None
    homework_entry_student_id: int | None = None
    is_done: bool | None = None
    has_written_answer: bool | None = None


class PeriodOf(Wire, frozen=True, kw_only=True):
    """`fixed_value` is the mark that was set, `value` the running average."""

    title: str | None = None
    start: str | None = None
    end: str | None = None
    start_iso: str | None = None
    end_iso: str | None = None
    value: str | None = None
    fixed_value: msgspec.Raw = msgspec.Raw(b"null")


class SubjectMarks(Wire, frozen=True, kw_only=True):
    subject_name: str | None
    subject_id: int | None = None
    average_by_all: str | None = None
    year_mark: msgspec.Raw = msgspec.Raw(b"null")
    periods: list[PeriodOf] | None


class Rank(Wire, frozen=True, kw_only=True):
    place: int | None = msgspec.field(name="rankPlace", default=None)


class SubjectRank(Wire, frozen=True, kw_only=True):
    """The child's own place in one subject; nobody else is named."""

    subject_id: int = msgspec.field(name="subjectId")
    rank: Rank | None = None


class Day(Wire, frozen=True, kw_only=True):
    date: str
    type: str | None = None
    title: str | None = None
    description: str | None = None


class Notification(Wire, frozen=True, kw_only=True):
    """Of a mark it names the subject, the lesson's day and both values, and no id."""

    event_type: str | None = None
    created_at: str | None = None
    datetime: str | None = None
    subject_name: str | None = None
    lesson_date: str | None = None
    old_mark_value: str | None = None
    new_mark_value: str | None = None
    control_form_name: str | None = None


class SystemMessage(Wire, frozen=True, kw_only=True):
    id: int
    title: str | None = None
    text: str | None = None
    published_from: str | None = None
    published_to: str | None = None
    is_published: bool | None = None
    author: str | None = None


class AttendanceDay(Wire, frozen=True, kw_only=True):
    """A day missed, told before by the family (`notified`), or both."""

    date: str
    notified: bool
    reason_id: int | None = None
    description: str | None = None
    parent_profile_id: int | None = None


class Attendance(Wire, frozen=True, kw_only=True):
    attendance: list[AttendanceDay]
