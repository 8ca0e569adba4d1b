"""The results of ЭлЖур as its public clients show them; a key without default must be there, and an empty map is an empty list."""

from __future__ import annotations

import msgspec

_NULL = msgspec.Raw(b"null")


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """One JSON object; keys that we do not name are kept in `raw` only. Texts and numbers change places: such are read as written."""


class Opened(Wire, frozen=True, kw_only=True):
    token: str
    expires: str | None = None


class Student(Wire, frozen=True, kw_only=True):
    """`name` is the id, `title` the full name."""

    name: msgspec.Raw
    title: str | None = None
    firstname: str | None = None
    lastname: str | None = None
    gender: str | None = None
    group: str | None = msgspec.field(name="class", default=None)
    parallel: msgspec.Raw = _NULL
    rel: str | None = None


class SchoolOf(Wire, frozen=True, kw_only=True):
    title: str | None = None
    title_full: str | None = None
    number: msgspec.Raw = _NULL
    inn: msgspec.Raw = _NULL


class Relations(Wire, frozen=True, kw_only=True):
    students: dict[str, Student] | list[Student]
    schools: dict[str, SchoolOf] | list[SchoolOf] | None = None


class Rules(Wire, frozen=True, kw_only=True):
    """Who signed in, at which school, and whom the account shows."""

    name: msgspec.Raw
    relations: Relations
    roles: dict[str, str] | list[str] | None = None
    lastname: str | None = None
    firstname: str | None = None
    middlename: str | None = None
    region: str | None = None
    region_code: msgspec.Raw = msgspec.field(name="regionCode", default=_NULL)


class HomeworkOf(Wire, frozen=True, kw_only=True):
    id: msgspec.Raw = _NULL
    value: str
    individual: bool | None = None


class FileOf(Wire, frozen=True, kw_only=True):
    """`toid` is the homework that the file belongs to."""

    toid: msgspec.Raw = _NULL
    filename: str | None = None
    link: str | None = None


class WorkOf(Wire, frozen=True, kw_only=True):
    id: msgspec.Raw = _NULL
    type: str | None = None
    short: str | None = None


class MarkOf(Wire, frozen=True, kw_only=True):
    """A mark, or an absence in its place. It has no id: it is the n-th of its lesson."""

    value: msgspec.Raw
    count: bool | None = None
    nm: msgspec.Raw = _NULL
    weight: msgspec.Raw = _NULL
    weight_float: msgspec.Raw = _NULL
    comment: str | None = None
    lesson_comment: str | None = None
    mtype: WorkOf | list[None] | None = None
    control_type: str | None = None
    control_type_short: str | None = None


class Item(Wire, frozen=True, kw_only=True):
    """One lesson; the bells only where they were asked for and the school has them."""

    name: str
    lesson_id: msgspec.Raw = _NULL
    num: msgspec.Raw = _NULL
    room: str | None = None
    teacher: str | None = None
    topic: str | None = None
    grp: str | None = None
    grp_short: str | None = None
    starttime: str | None = None
    endtime: str | None = None
    is_control: bool | None = None
    homework: dict[str, HomeworkOf] | list[HomeworkOf] | None = None
    files: dict[str, FileOf] | list[FileOf] | None = None
    assessments: dict[str, MarkOf] | list[MarkOf] | None = None


class Day(Wire, frozen=True, kw_only=True):
    """A day off has no items."""

    name: str
    items: dict[str, Item] | list[Item] | None = None
    holiday_name: str | None = None


class Diary(Wire, frozen=True, kw_only=True):
    name: msgspec.Raw = _NULL
    days: dict[str, Day] | list[Day]


class Diaries(Wire, frozen=True, kw_only=True):
    students: dict[str, Diary] | list[Diary]


class SubjectOf(Wire, frozen=True, kw_only=True):
    """One subject with its average; `lesson_id` is the subject's here."""

    name: str
    lesson_id: msgspec.Raw = _NULL
    average: msgspec.Raw = _NULL


class Subjects(Wire, frozen=True, kw_only=True):
    name: msgspec.Raw = _NULL
    lessons: dict[str, SubjectOf] | list[SubjectOf]


class Averages(Wire, frozen=True, kw_only=True):
    students: dict[str, Subjects] | list[Subjects]


class FinalOf(Wire, frozen=True, kw_only=True):
    """`period` is the period's name and not an id."""

    period: str
    value: msgspec.Raw


class FinalsOf(Wire, frozen=True, kw_only=True):
    name: str
    assessments: dict[str, FinalOf] | list[FinalOf]


class Results(Wire, frozen=True, kw_only=True):
    name: msgspec.Raw = _NULL
    items: dict[str, FinalsOf] | list[FinalsOf]


class Finals(Wire, frozen=True, kw_only=True):
    students: dict[str, Results] | list[Results]


class PeriodOf(Wire, frozen=True, kw_only=True):
    name: str
    start: str | None = None
    end: str | None = None


class Terms(Wire, frozen=True, kw_only=True):
    name: msgspec.Raw = _NULL
    periods: dict[str, PeriodOf] | list[PeriodOf]


class Periods(Wire, frozen=True, kw_only=True):
    students: dict[str, Terms] | list[Terms]


class Notice(Wire, frozen=True, kw_only=True):
    """The text itself is told only by opening it, which would mark it read."""

    id: msgspec.Raw
    date: str
    subject: str
    short_text: str | None = None
    user_from_string: str | None = None


class Board(Wire, frozen=True, kw_only=True):
    notices: list[Notice]
    total: int | None = None
