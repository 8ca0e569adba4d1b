"""What lies in AppData by docs/wire/epgu.md; everything is text there, and an absent element is an absent key."""

from __future__ import annotations

import msgspec


class Wire(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """One element; children that we do not name are kept in `raw` only."""


class StudentOf(Wire, frozen=True, kw_only=True):
    id: str
    last_name: str
    first_name: str
    school: str
    class_: str = msgspec.field(name="Class")
    middle_name: str = ""
    birth_date: str = ""
    school_ogrn: str = ""


class CriterionOf(Wire, frozen=True, kw_only=True):
    name: str
    value: str
    max: str | None = None


class MarkOf(Wire, frozen=True, kw_only=True):
    value: str
    type: str = ""
    weight: str = ""
    comment: str = ""
    id: str = ""
    set_at: str = ""
    criterion: list[CriterionOf] = []


class LessonOf(Wire, frozen=True, kw_only=True):
    id: str
    date: str
    number: int
    subject: str
    instead_of: str = ""
    homework: list[str] = []
    attendance: str = ""
    mark: list[MarkOf] = []
    status: str = ""
    moved_from: str = ""
    start: str = ""
    end: str = ""
    topic: str = ""
    room: str = ""
    subgroup: str = ""
    attendance_comment: str = ""


class FinalOf(Wire, frozen=True, kw_only=True):
    subject: str
    period: str
    value: str
    period_start: str = ""
    period_end: str = ""
    set_at: str = ""


class Students(Wire, frozen=True, kw_only=True):
    student: list[StudentOf] = []


class Diary(Wire, frozen=True, kw_only=True):
    lesson: list[LessonOf] = []


class Finals(Wire, frozen=True, kw_only=True):
    final_mark: list[FinalOf] = []
