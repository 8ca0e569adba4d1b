"""What the town is made of; every system of the sandbox shows these same people, lessons and marks in its own format."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

EMPTY_HOMEWORK = frozenset({"", "без задания", "не задано", "нет"})

Account = dict[str, Any]
"""One person's account at one system: the fields that API.md names (login, password, token, ids…)."""


@dataclass(slots=True, kw_only=True)
class EsiaAccount:
    """A Gosuslugi account; `level` is simplified, standard or confirmed; `is_child` marks a child's account."""

    oid: int
    login: str
    password: str
    level: str
    is_child: bool = False


@dataclass(slots=True, kw_only=True)
class Passport:
    id: int
    series: str
    number: str
    issue_date: date
    issued_by: str
    issue_id: str


@dataclass(slots=True, kw_only=True)
class BirthCertificate:
    id: int
    series: str
    number: str
    act_no: str
    issue_date: date
    issued_by: str


@dataclass(slots=True, kw_only=True)
class Address:
    text: str
    zip_code: str
    region: str
    city: str
    street: str
    house: str
    flat: str


@dataclass(slots=True, kw_only=True)
class Vehicle:
    name: str
    plate: str
    sts_series: str
    sts_number: str


@dataclass(slots=True, kw_only=True)
class Person:
    """`role` is parent, pupil, teacher or school_admin; `children` are ids; `phone` is E.164; `snils` is `000-000-600 06` or None.

    `gosuslugi_children` is what ESIA lists; `cares_for` are children of others, as a grandmother has; `note` is for people, in Russian.
    """

    id: str
    role: str
    last_name: str
    first_name: str
    middle_name: str
    birth_date: date
    sex: str
    snils: str | None = None
    inn: str | None = None
    phone: str | None = None
    email: str | None = None
    birth_place: str = ""
    children: tuple[str, ...] = ()
    gosuslugi_children: tuple[str, ...] = ()
    cares_for: tuple[str, ...] = ()
    school: str | None = None
    class_id: str | None = None
    esia: EsiaAccount | None = None
    vkid: Mapping[str, Any] | None = None
    accounts: dict[str, Account] = field(default_factory=dict)
    passport: Passport | None = None
    birth_certificate: BirthCertificate | None = None
    address: Address | None = None
    vehicles: tuple[Vehicle, ...] = ()
    note: str = ""
    number: int = 0


@dataclass(slots=True, kw_only=True)
class School:
    """`diaries` are the systems in which this school's pupils are; `legal_name` is the full EGRUL name."""

    id: str
    legal_name: str
    short_name: str
    inn: str
    ogrn: str
    tz: str
    region: str
    region_code: str
    city: str
    address: str
    phone: str
    email: str
    head: str
    diaries: tuple[str, ...]
    period_kind: str = "quarter"
    number: int = 0
    days_a_week: int = 5
    first_bell: dt.time = dt.time(8, 30)
    lesson_minutes: int = 45
    whole_marks: bool = False
    accounts: dict[str, Account] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class SchoolClass:
    """`number` is a stable small integer, from which systems make their own ids; `teacher` is the class teacher."""

    id: str
    school: str
    name: str
    parallel: int
    letter: str
    teacher: str
    number: int
    pupils: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Subject:
    id: str
    name: str
    number: int


@dataclass(slots=True, kw_only=True)
class WorkType:
    """What a mark is for: its name, abbreviation and weight in the weighted average."""

    id: str
    title: str
    abbr: str
    weight: int
    number: int


@dataclass(slots=True, kw_only=True)
class Lesson:
    """One lesson of one class (or subgroup) on one school date; `number` is a stable integer id for systems' own ids.

    `status` is planned, held, cancelled, replaced or moved; `replaces` is the subject id that stood here first.
    """

    id: str
    number_id: int
    class_id: str
    date: dt.date
    number: int
    subject: str
    teacher: str
    room: str
    topic: str
    starts_at: datetime
    ends_at: datetime
    status: str = "planned"
    replaces: str | None = None
    moved_from: dt.date | None = None
    subgroup: str | None = None
    is_control: bool = False


@dataclass(slots=True, kw_only=True)
class Mark:
    """`value` is text as the teacher wrote it; older values are in `history` as (value, when it was written). Absences are not marks here.

    `set_at` is the first writing, `changed_at` the last. `criteria` are (name, value, max). `weight` is None where the work type's holds.
    `plan` is what the teacher writes in the course of time; `written` marks come from the control interface and show at any clock.
    """

    id: str
    number_id: int
    pupil: str
    lesson: str | None
    subject: str
    date: dt.date
    value: str
    work: str
    set_at: datetime
    comment: str = ""
    criteria: tuple[tuple[str, str, str], ...] = ()
    history: list[tuple[str, datetime]] = field(default_factory=list)
    weight: float | None = None
    changed_at: datetime | None = None
    plan: tuple[tuple[str, datetime], ...] = ()
    written: bool = False


@dataclass(slots=True, kw_only=True)
class Absence:
    """`code` is н, б, уп or оп (late), as the journal writes it."""

    id: str
    number_id: int
    pupil: str
    lesson: str | None
    subject: str
    date: dt.date
    code: str
    set_at: datetime
    comment: str = ""
    written: bool = False


@dataclass(slots=True, kw_only=True)
class Homework:
    """Set at one lesson, due at another; `files` are (name, size) pairs; `pupil` is set for individual homework.

    Teachers also write that there is none: `is_empty` tells such texts.
    """

    id: str
    number_id: int
    class_id: str
    subject: str
    text: str
    assigned_lesson: str
    due_lesson: str | None
    assigned_date: date
    due_date: date
    set_at: datetime
    files: tuple[tuple[str, int], ...] = ()
    pupil: str | None = None
    subgroup: str | None = None
    written: bool = False

    @property
    def is_empty(self) -> bool:
        return self.text.strip().lower() in EMPTY_HOMEWORK


@dataclass(slots=True, kw_only=True)
class Period:
    """`kind` is quarter, trimester, semester or year; `number` counts from 1 within the kind."""

    id: str
    number_id: int
    kind: str
    number: int
    name: str
    start: date
    end: date


@dataclass(slots=True, kw_only=True)
class Holiday:
    name: str
    start: date
    end: date


@dataclass(slots=True, kw_only=True)
class Final:
    pupil: str
    subject: str
    period: str
    value: str
    number_id: int
    set_at: datetime
