"""The answers of the mobile API as its public clients show them; a key without default must be there."""

from __future__ import annotations

import msgspec


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """One JSON object; keys that we do not name are kept in `raw` only. Truth values come as 0 and 1."""


class Child(Wire, frozen=True, kw_only=True):
    id: int
    last_name: str
    first_name: str
    middle_name: str | None = None
    user_id: int | None = None
    birth_date: str | None = None
    gender: int | None = None
    school: str | None = None
    group: str | None = None


class User(Wire, frozen=True, kw_only=True):
    """`status` is `child` (then the rest of the object is a `Child`) or `applicant`, a parent with `childs`."""

    status: str
    user_id: int | None = None
    last_name: str | None = None
    first_name: str | None = None
    middle_name: str | None = None


class Applicant(Wire, frozen=True, kw_only=True):
    childs: list[Child]


class Task(Wire, frozen=True, kw_only=True):
    """`doc` is a mark that there is a document, or its address; both were seen."""

    id: int
    title: str | None = None
    text: str | None = None
    deadline: str | None = None
    doc: str | bool | int | None = None
    doc_str: str | None = None
    done: bool | None = None
    requires_solutions: bool | None = None
    type: str | None = None


class LessonMark(Wire, frozen=True, kw_only=True):
    """A mark has no id: it is the n-th of its question in its lesson."""

    mark: msgspec.Raw
    question_type: str | None = None
    question_name: str | None = None
    question_id: int | None = None


class Lesson(Wire, frozen=True, kw_only=True):
    """`task` and `marks` are absent when there are none; an old client saw a single task in place of the list."""

    id: int
    date: str
    time_start: str
    time_end: str
    subject: str
    staff: str | None = None
    topic: str | None = None
    lesson_status_cancel: bool | None = None
    task: list[Task] | Task | None = None
    marks: list[LessonMark] | None = None


class Timetable(Wire, frozen=True, kw_only=True):
    lessons: list[Lesson]


class PeriodMark(Wire, frozen=True, kw_only=True):
    subject_id: int
    subject_name: str
    mark: msgspec.Raw


class ControlPeriod(Wire, frozen=True, kw_only=True):
    """`marks_future` 1 is the running term: its numbers are averages so far and no marks of a period."""

    period: int
    title: str
    rom: str | None = None
    marks_future: bool
    date_start: str | None = None
    date_end: str | None = None
    marks: list[PeriodMark]
