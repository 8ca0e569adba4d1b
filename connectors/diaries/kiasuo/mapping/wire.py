"""The answers of the diary as its public clients show them; a key without default must be there."""

from __future__ import annotations

from typing import Any

import msgspec


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """One JSON object; keys that we do not name are kept in `raw` only."""


class Tokens(Wire, frozen=True, kw_only=True):
    access_token: str = msgspec.field(name="accessToken")
    refresh_token: str = msgspec.field(name="refreshToken")


class Child(Wire, frozen=True, kw_only=True):
    id: int
    first_name: str
    last_name: str
    middle_name: str | None = None
    school_class: str | None = None


class User(Wire, frozen=True, kw_only=True):
    """`parent` is false for a pupil's own account, whose one child is the pupil."""

    id: int
    parent: bool
    children: list[Child]


class SchoolClass(Wire, frozen=True, kw_only=True):
    """`id` has 16 digits and more; `ou` is the school."""

    id: int
    name: str
    study_year: str
    ou: str | None = None


class StudyPeriod(Wire, frozen=True, kw_only=True):
    id: int
    text: str
    start: str = msgspec.field(name="from")
    end: str = msgspec.field(name="to")


class SlotMark(Wire, frozen=True, kw_only=True):
    value: msgspec.Raw


class Slot(Wire, frozen=True, kw_only=True):
    """The shape of today; a slot without a mark waits for one."""

    mark: SlotMark | None = None
    text: str | None = None
    updated_at: str | None = None


class Asked(Wire, frozen=True, kw_only=True):
    """What a mark was given for."""

    text: str | None = None
    short_text: str | None = None
    remark: str | None = None


class OldMark(Wire, frozen=True, kw_only=True):
    """The shape of 2024, still sent beside the other."""

    mark: msgspec.Raw
    weight: msgspec.Raw = msgspec.Raw(b"null")
    remark: str | None = None
    slot: Asked | None = None


class Lesson(Wire, frozen=True, kw_only=True):
    lesson_event_id: int
    subject: str
    lesson_date: str
    start: str = msgspec.field(name="from")
    end: str = msgspec.field(name="to")
    teacher: str | None = None
    lesson_number: int | None = None
    theme: str | None = None
    created_homework_id: int | None = None
    homework_to_check_ids: list[int] | None = None
    slots: list[Slot] | None = None
    marks: list[OldMark] | None = None


class File(Wire, frozen=True, kw_only=True):
    url: str | None = None
    title: str | None = None


class Task(Wire, frozen=True, kw_only=True):
    id: int
    lesson_date: str | None = None
    check_at: str | None = None
    text: str | None = None
    files: list[File] | None = None
    links: list[str | dict[str, Any]] | None = None


class Week(Wire, frozen=True, kw_only=True):
    schedule: list[Lesson]
    homeworks: list[Task] | None = None


class Averages(Wire, frozen=True, kw_only=True):
    """A text and a number, in this order, or null; of the class no size is told."""

    for_student: list[msgspec.Raw] | None = None


class SubjectMarks(Wire, frozen=True, kw_only=True):
    id: int
    subject: str
    averages: Averages | None = None


class PeriodMarks(Wire, frozen=True, kw_only=True):
    lessons: list[SubjectMarks]


class SubjectResults(Wire, frozen=True, kw_only=True):
    """`marks` by the id of their type; PHP-like servers write an empty object as a list."""

    id: int
    subject: str
    marks: dict[str, msgspec.Raw] | list[Any] | None = None


class MarkType(Wire, frozen=True, kw_only=True):
    id: int
    text: str


class Results(Wire, frozen=True, kw_only=True):
    lessons: list[SubjectResults]
    standard_mark_type: list[MarkType]
