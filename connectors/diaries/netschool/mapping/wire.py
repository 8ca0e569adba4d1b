"""The answers of NetSchool as its public clients show them; a key without default must be there."""

from __future__ import annotations

import msgspec

_NULL = msgspec.Raw(b"null")


class Wire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One JSON object; keys that we do not name are kept in `raw` only."""


class Meta(Wire, frozen=True, kw_only=True):
    """What a password is salted with; `lt` and `ver` go back with it."""

    lt: msgspec.Raw
    ver: msgspec.Raw
    salt: str


class Role(Wire, frozen=True, kw_only=True):
    id: int
    name: str | None = None


class RoleOf(Wire, frozen=True, kw_only=True):
    """A role stands here as it is or one level deeper."""

    role: Role | None = None
    id: int | None = None
    name: str | None = None


class AccountInfo(Wire, frozen=True, kw_only=True):
    user_roles: list[RoleOf] | None = None


class Login(Wire, frozen=True, kw_only=True):
    at: str | None = None
    entry_point: str | None = None
    account_info: AccountInfo | None = None
    message: str | None = None
    error_message: str | None = None


class ShortSchool(Wire, frozen=True, kw_only=True):
    id: int
    name: str | None = None
    short_name: str | None = None


class Student(Wire, frozen=True, kw_only=True):
    student_id: int
    nick_name: str | None = None
    name: str | None = None
    class_name: str | None = None


class Init(Wire, frozen=True, kw_only=True):
    """`students` is a list, on some servers an object; `currentStudentId` is an index there or an id and is not asked."""

    students: list[Student] | dict[str, Student]


class Year(Wire, frozen=True, kw_only=True):
    id: int


class CommonInfo(Wire, frozen=True, kw_only=True):
    school_name: str | None = None
    full_school_name: str | None = None


class Card(Wire, frozen=True, kw_only=True):
    common_info: CommonInfo


class AssignmentType(Wire, frozen=True, kw_only=True):
    id: int
    name: str
    abbr: str | None = None


class MarkOf(Wire, frozen=True, kw_only=True):
    """The mark itself, or on some servers only its abbreviation or name; a duty is owed work without a mark."""

    mark: msgspec.Raw = _NULL
    duty_mark: bool = False
    abbr: str | None = None
    short_name: str | None = None
    name: str | None = None


class Comment(Wire, frozen=True, kw_only=True):
    name: str | None = None


class FileOf(Wire, frozen=True, kw_only=True):
    original_file_name: str | None = None
    name: str | None = None


class Assignment(Wire, frozen=True, kw_only=True):
    """Homework and marks are both assignments, told apart by the type."""

    id: int
    type_id: int
    assignment_name: str | None = None
    weight: msgspec.Raw = _NULL
    due_date: str | None = None
    mark: MarkOf | int | str | None = None
    mark_comment: Comment | None = None
    attachments: list[FileOf] | None = None


class LessonOf(Wire, frozen=True, kw_only=True):
    classmeeting_id: int
    day: str
    number: int
    relay: int | None = None
    room: str | None = None
    start_time: str
    end_time: str
    subject_name: str
    assignments: list[Assignment] | None = None


class Day(Wire, frozen=True, kw_only=True):
    date: str
    lessons: list[LessonOf]


class Diary(Wire, frozen=True, kw_only=True):
    week_days: list[Day]
    class_name: str | None = None


class Author(Wire, frozen=True, kw_only=True):
    fio: str | None = None


class Post(Wire, frozen=True, kw_only=True):
    id: int
    name: str
    author: Author | None = None
    description: str | None = None
    post_date: str


class FilterItem(Wire, frozen=True, kw_only=True):
    value: str
    title: str | None = None


class FilterSource(Wire, frozen=True, kw_only=True):
    """One choice of a report's form, with what stands there at first."""

    filter_id: str
    items: list[FilterItem] | None = None
    default_value: str | None = None


class Report(Wire, frozen=True, kw_only=True):
    filter_sources: list[FilterSource]


class Queued(Wire, frozen=True, kw_only=True):
    task_id: int | str
    queue_key: str
