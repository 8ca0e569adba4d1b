"""What the office sees of its roster: classes, pupils, imports, slips."""

from __future__ import annotations

import datetime as dt

import msgspec

from hub.flows.views.base import View


class SchoolPost(View, frozen=True, kw_only=True):
    ogrn: str
    title: str


class ClassView(View, frozen=True, kw_only=True):
    """`linked`: pupils whom a guardian sees; `coded`: the others who hold a live code."""

    name: str
    pupils: int
    linked: int
    coded: int


class ClassList(View, frozen=True, kw_only=True):
    school_ogrn: str
    school: str
    pupils: int
    linked: int
    items: tuple[ClassView, ...]


class PupilView(View, frozen=True, kw_only=True):
    """`code_until` while a printed code waits."""

    id: str
    last_name: str
    first_name: str
    middle_name: str
    birth_date: dt.date | None
    class_name: str = msgspec.field(name="class")
    linked: bool
    code_until: dt.datetime | None


class PupilList(View, frozen=True, kw_only=True):
    """`total` of the class or the search, this page or not."""

    items: tuple[PupilView, ...]
    total: int
    next: str | None


class CardGuardianView(View, frozen=True, kw_only=True):
    """As the office typed it; `state`: second_officer, checking, attached."""

    id: str
    last_name: str
    first_name: str
    snils: str
    state: str
    valid_from: dt.datetime


class CodeView(View, frozen=True, kw_only=True):
    id: str
    state: str
    created_at: dt.datetime
    expires_at: dt.datetime


class RosterCard(View, frozen=True, kw_only=True):
    """`keeps`: the reader writes cards and prints codes; a class teacher only looks."""

    pupil: PupilView
    zone: str
    own: bool
    keeps: bool
    guardians: tuple[CardGuardianView, ...]
    codes: tuple[CodeView, ...]


class LeftView(View, frozen=True, kw_only=True):
    """A pupil who was taken off the roster."""

    id: str
    name: str
    class_name: str = msgspec.field(name="class")
    left_on: dt.date
    reason: str
    by: str
    at: dt.datetime


class LeftList(View, frozen=True, kw_only=True):
    zone: str
    items: tuple[LeftView, ...]


class ClassRevoked(View, frozen=True, kw_only=True):
    revoked: int


class CountsView(View, frozen=True, kw_only=True):
    """`guardians` are new in the cards; of them `second_officer` wait for a second signature and a day."""

    create: int
    update: int
    unchanged: int
    refused: int
    guardians: int
    second_officer: int


class RowError(View, frozen=True, kw_only=True):
    """`line` as Excel numbers it; `refused` False where the row goes on without the cell."""

    line: int
    column: str
    text: str
    refused: bool


class ImportView(View, frozen=True, kw_only=True):
    """`state`: checked (a dry run, nothing written), applying, done, failed. `result` counts what is written so far."""

    id: str
    state: str
    created_at: dt.datetime
    applied_at: dt.datetime | None
    ended_at: dt.datetime | None
    zone: str
    rows: int
    rows_done: int
    encoding: str
    separator: str
    ignored_columns: tuple[str, ...]
    plan: CountsView
    result: CountsView
    reason: str
    errors: tuple[RowError, ...]
    errors_total: int


class ImportList(View, frozen=True, kw_only=True):
    zone: str
    items: tuple[ImportView, ...]


class PreviewRow(View, frozen=True, kw_only=True):
    """A row of the dry run on the page; a SNILS is masked."""

    line: int
    plan: str
    name: str
    class_name: str
    guardians: tuple[str, ...]


class SlipView(View, frozen=True, kw_only=True):
    """Shown this once."""

    shown_name: str
    code: str
    expires_at: dt.datetime
    href: str


class SlipSheet(View, frozen=True, kw_only=True):
    """`own`: children of the officer, for whom another one prints; `left`: how many still have no code."""

    class_name: str
    school: str
    zone: str
    items: tuple[SlipView, ...]
    own: int
    left: int
    shown_before: bool
