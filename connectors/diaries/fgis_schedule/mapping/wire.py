"""The Schedule as annex 5 publishes it and docs/wire/fgis_schedule.md completes it; absent values have no key."""

from __future__ import annotations

import msgspec


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """One JSON object; keys that we do not name are kept in `raw` only."""


class Token(Wire, frozen=True, kw_only=True):
    access_token: str
    token_type: str
    expires_in: int = 300


class Period(Wire, frozen=True, kw_only=True):
    start: str
    end: str


class AttendanceOf(Wire, frozen=True, kw_only=True):
    code: str


class ScoreOf(Wire, frozen=True, kw_only=True, rename="camel"):
    code: str
    score: str
    score_system: str
    score2: str | None = None
    weight: msgspec.Raw = msgspec.Raw(b"null")


class LessonOf(Wire, frozen=True, kw_only=True, rename="camel"):
    id: str
    subject: str
    period: Period
    instead_of: str = ""
    topic: str = ""
    homework: str = ""
    classroom: str = ""
    note: str = ""
    attendance: AttendanceOf | None = None
    score: list[ScoreOf] = []


class ClassOf(Wire, frozen=True, kw_only=True):
    name: str = msgspec.field(name="class")
    lesson: list[LessonOf]
    grade: str = ""


class SchoolOf(Wire, frozen=True, kw_only=True):
    id: str
    name: str
    classes: list[ClassOf] = msgspec.field(name="class")


class Schedule(Wire, frozen=True, kw_only=True, rename="camel"):
    resource_type: str
    id: str
    school: list[SchoolOf]
