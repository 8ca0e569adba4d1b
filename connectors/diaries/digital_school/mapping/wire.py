"""The answers of docs/wire/digital_school.md, each in its envelope; «нет данных» may stand for any text, number or date."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")

Said = str | int | None
"""A value that may be missing: as null, or as the words «нет данных» in place of a text or a number."""


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """One JSON object; keys that we do not name are kept in `raw` only."""


class Answer(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    data: T
    pages: int | None = None
    updated: Said = None


class Session(Wire, frozen=True, kw_only=True):
    token: str
    expires: str
    idn: list[str]


class SchoolOf(Wire, frozen=True, kw_only=True):
    name: str
    legal_name: str
    inn: Said
    ogrn: Said
    utc_offset: str


class Child(Wire, frozen=True, kw_only=True):
    idn: str
    student_id: int
    group: str = msgspec.field(name="class")
    parallel: Said
    school: SchoolOf
    year: str


class HomeFile(Wire, frozen=True, kw_only=True):
    name: str
    size: Said


class Home(Wire, frozen=True, kw_only=True):
    id: int
    text: str
    assigned_date: str
    assigned_lesson: Said
    individual: bool
    files: list[HomeFile]


class CriterionOf(Wire, frozen=True, kw_only=True):
    name: str
    value: str
    max: Said


class MarkOf(Wire, frozen=True, kw_only=True):
    id: int
    value: str
    work: str
    work_code: str
    weight: str
    comment: str
    criteria: list[CriterionOf]
    set: str
    changed: str


class LessonOf(Wire, frozen=True, kw_only=True):
    id: int
    number: Said
    begins: str
    ends: str
    subject: str
    topic: str
    room: str
    state: str
    instead_of: str
    moved_from: str
    subgroup: str
    control: bool
    homework: list[Home]
    marks: list[MarkOf]


class Day(Wire, frozen=True, kw_only=True):
    date: str
    lessons: list[LessonOf]


class Diary(Wire, frozen=True, kw_only=True):
    days: list[Day]


class Absence(Wire, frozen=True, kw_only=True):
    id: int
    date: str
    lesson: Said
    subject: str
    code: str
    minutes: Said
    comment: str


class PeriodOf(Wire, frozen=True, kw_only=True):
    id: int
    kind: str
    number: Said
    name: str
    begins: str
    ends: str


class FinalOf(Wire, frozen=True, kw_only=True):
    id: int
    subject: str
    period: int
    value: str
    average: str


class Finals(Wire, frozen=True, kw_only=True):
    year: str
    periods: list[PeriodOf]
    items: list[FinalOf]


class Post(Wire, frozen=True, kw_only=True):
    id: int
    at: str
    text: str


class Stats(Wire, frozen=True, kw_only=True):
    school_rating: Said
    krai_rating: Said
    krai_change: Said
    quality: Said
    ege: Said
    missed: Said
    missed_without_reason: Said
