"""The answers of docs/wire/iv_edu.md; every key is always there, absent values are null."""

from __future__ import annotations

import msgspec


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """One JSON object; keys that we do not name are kept in `raw` only."""


class Session(Wire, frozen=True, kw_only=True):
    session: str
    expires_at: str


class SchoolOf(Wire, frozen=True, kw_only=True):
    name: str
    legal_name: str | None
    inn: str | None
    ogrn: str | None
    utc_offset: str


class Me(Wire, frozen=True, kw_only=True):
    snils: str
    student_id: int
    group: str | None = msgspec.field(name="class")
    parallel: int | None
    school: SchoolOf
    year: str


class Spot(Wire, frozen=True, kw_only=True):
    date: str
    number: int | None


class HomeFile(Wire, frozen=True, kw_only=True):
    name: str
    size: int | None


class Home(Wire, frozen=True, kw_only=True):
    id: int
    text: str
    assigned: Spot | None
    due: Spot | None
    individual: bool
    files: list[HomeFile]


class CriterionOf(Wire, frozen=True, kw_only=True):
    name: str
    value: str
    max: str | None


class MarkOf(Wire, frozen=True, kw_only=True):
    id: int
    value: str
    work: str | None
    work_code: str | None
    weight: str | None
    comment: str | None
    criteria: list[CriterionOf]
    set_at: str
    changed_at: str | None


class Absence(Wire, frozen=True, kw_only=True):
    id: int
    code: str
    comment: str | None
    set_at: str


class LessonOf(Wire, frozen=True, kw_only=True):
    id: int
    number: int | None
    begins: str = msgspec.field(name="from")
    ends: str = msgspec.field(name="to")
    subject: str
    topic: str | None
    room: str | None
    status: str
    instead_of: str | None
    moved_from: str | None
    subgroup: str | None
    is_control: bool
    homework: list[Home]
    marks: list[MarkOf]
    absence: Absence | None


class Day(Wire, frozen=True, kw_only=True):
    date: str
    lessons: list[LessonOf]


class Week(Wire, frozen=True, kw_only=True):
    days: list[Day]


class PeriodOf(Wire, frozen=True, kw_only=True):
    id: int
    kind: str
    number: int | None
    name: str
    start: str
    end: str


class HolidayOf(Wire, frozen=True, kw_only=True):
    name: str
    start: str
    end: str


class Calendar(Wire, frozen=True, kw_only=True):
    year: str
    periods: list[PeriodOf]
    holidays: list[HolidayOf]


class FinalOf(Wire, frozen=True, kw_only=True):
    id: int
    subject: str
    period: int
    value: str
    set_at: str | None


class Finals(Wire, frozen=True, kw_only=True):
    year: str
    periods: list[PeriodOf]
    items: list[FinalOf]


class Compared(Wire, frozen=True, kw_only=True):
    """A subject of «Мониторинг успеваемости»: the child's average and the class's."""

    subject: str
    child: str | None
    whole: str | None = msgspec.field(name="class")


class Monitoring(Wire, frozen=True, kw_only=True):
    period: int
    class_size: int
    items: list[Compared]


class Post(Wire, frozen=True, kw_only=True):
    id: int
    published_at: str
    title: str
    text: str


class Wall(Wire, frozen=True, kw_only=True):
    items: list[Post]
