"""The answers of the portal as its public clients show them; a key without default must be there."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

Item = TypeVar("Item")


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """One JSON object; keys that we do not name are kept in `raw` only."""


class Page(Wire, Generic[Item], frozen=True, kw_only=True):
    items: list[Item]
    total_pages: int


class Session(Wire, frozen=True, kw_only=True):
    token: str


class Identity(Wire, frozen=True, kw_only=True):
    id: int


class Education(Wire, frozen=True, kw_only=True):
    """A child's place in one class of one school: the key of everything else."""

    education_id: int
    group_id: int | None = None
    group_name: str | None = None
    institution_id: int | None = None
    institution_name: str | None = None
    is_active: bool | None = None


class Child(Wire, frozen=True, kw_only=True):
    identity: Identity
    firstname: str
    surname: str
    middlename: str | None = None
    hash_uid: str | None = None
    educations: list[Education]


class Children(Wire, frozen=True, kw_only=True):
    items: list[Child]


class PeriodKindOf(Wire, frozen=True, kw_only=True):
    """`code` says the kind in some answers; 23 is the year."""

    id: int | None = None
    code: str | None = None


class PeriodOf(Wire, frozen=True, kw_only=True):
    identity: Identity
    name: str
    date_from: str
    date_to: str
    education_period: PeriodKindOf | None = None


class Notice(Wire, frozen=True, kw_only=True):
    identity: Identity
    datetime: str
    title: str | None = None
    content: str | None = None
    author: str | None = None


class FileOf(Wire, frozen=True, kw_only=True):
    file_name: str | None = None
    size: int | None = None


class Task(Wire, frozen=True, kw_only=True):
    """`task_name` is the text; files come with a key but no address."""

    task_name: str | None = None
    task_kind_code: str | None = None
    files: list[FileOf] | None = None


class Lesson(Wire, frozen=True, kw_only=True):
    identity: Identity
    datetime_from: str
    datetime_to: str
    subject_name: str
    number: int | None = None
    subject_id: int | None = None
    content_name: str | None = None
    tasks: list[Task] | None = None


class Estimate(Wire, frozen=True, kw_only=True):
    """A line of the table: a mark, an absence or a mark of a period, as its type says."""

    id: int
    education_id: int
    subject_name: str
    date: str
    estimate_value_name: str | None
    estimate_type_code: str | int
    lesson_id: int | None = None
    subject_id: int | None = None
    estimate_type_name: str | None = None
    estimate_comment: str | None = None
