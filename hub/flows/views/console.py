"""What the operator's console shows: systems, regions, the worker, keys, schools, the audit. No family's data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from hub.flows.views.base import View


class SpellPoint(View, frozen=True, kw_only=True):
    """Five minutes of all processes together."""

    at: dt.datetime
    calls: int
    failed: int
    p95_ms: int | None


class SystemRow(View, frozen=True, kw_only=True):
    """`state`: off, closed, half_open or open (the breaker, the worst of all processes). `calls`, `failed`, `kinds` and the times are of
    the last hour; `minute` of `a_minute` calls and `busy` of `parallel` are of now. `drift` is the path inside the answer, numbers as `*`.

    `links` are connected accounts, `needs_login` those that wait for a sign-in, `overdue` background reads past their time."""

    system: str
    title: str
    kind: str
    state: str
    quality: str
    documents: tuple[str, ...]
    calls: int = 0
    failed: int = 0
    kinds: Mapping[str, int] = {}
    p50_ms: int | None = None
    p95_ms: int | None = None
    points: tuple[SpellPoint, ...] = ()
    minute: int = 0
    a_minute: int = 0
    busy: int = 0
    parallel: int = 0
    success_at: dt.datetime | None = None
    failure_at: dt.datetime | None = None
    drift: str = ""
    drift_at: dt.datetime | None = None
    paused_until: dt.datetime | None = None
    links: int = 0
    needs_login: int = 0
    waiting: int = 0
    overdue: int = 0


class SystemList(View, frozen=True, kw_only=True):
    """`processes` told of themselves within the last minute; `polls` says whether the worker reads diaries in the background."""

    at: dt.datetime
    processes: int
    polls: bool
    items: tuple[SystemRow, ...]


class Move(View, frozen=True, kw_only=True):
    """On this day a system begins or ends in a region; `coming` counts from the region's own today."""

    day: dt.date
    region: str
    code: str
    system: str
    title: str
    begins: bool
    coming: bool
    days: int


class RegionRow(View, frozen=True, kw_only=True):
    """`systems` by title work there today; `connected` of them can be connected here."""

    code: str
    name: str
    zone: str
    systems: tuple[str, ...]
    connected: tuple[str, ...]
    next: Move | None


class RegionsView(View, frozen=True, kw_only=True):
    """`moves`: what switches next, the soonest first, then what switched lately."""

    items: tuple[RegionRow, ...]
    moves: tuple[Move, ...]


class JobRow(View, frozen=True, kw_only=True):
    """`late_s`: how long after its time the last batch began; `more`: work was left over."""

    name: str
    every_s: float
    ran_at: dt.datetime
    took_ms: int
    late_s: float
    ok: bool
    error: str
    more: bool
    runs: int
    failures: int


class KeyRow(View, frozen=True, kw_only=True):
    """A master key by its id, which says nothing of the key. `values` still need an old one."""

    id: str
    current: bool
    values: int


class HeadView(View, frozen=True, kw_only=True):
    day: dt.date
    seq: int
    hash: str
    signed_at: dt.datetime
    key: str


class QueueRow(View, frozen=True, kw_only=True):
    """A reader of the devices' log: events that it has not seen, and when the first of them came."""

    reader: str
    behind: int
    oldest: dt.datetime | None


class BufferView(View, frozen=True, kw_only=True):
    """JetStream in front of the log. `trouble` is empty while it takes events; the counts are none while it cannot be asked."""

    trouble: str
    waiting: int | None = None
    handed_out: int | None = None
    size: int | None = None


class WorkView(View, frozen=True, kw_only=True):
    """`waiting_units` wait for this process's writer; `unsealed` events wait for the chain since `unsealed_since`."""

    jobs: tuple[JobRow, ...]
    holder: str | None
    waiting_units: int
    keys: tuple[KeyRow, ...]
    rotating: int
    head: HeadView | None
    unsealed: int
    unsealed_since: dt.datetime | None
    queues: tuple[QueueRow, ...] = ()
    buffer: BufferView | None = None


class SchoolRow(View, frozen=True, kw_only=True):
    ogrn: str
    name: str
    zone: str
    pupils: int
    classes: int
    officers: int


class SchoolsView(View, frozen=True, kw_only=True):
    items: tuple[SchoolRow, ...]
    pupils: int


class TraceRow(View, frozen=True, kw_only=True):
    """`actor` is an opaque id; `what` the action in Russian."""

    id: str
    at: dt.datetime
    kind: str
    action: str
    what: str
    actor: str
    actor_kind: str
    count: int
    sealed: bool


class AuditFound(View, frozen=True, kw_only=True):
    """`until`: for so long the same operator may look again without a new reason."""

    person: str
    until: dt.datetime | None
    items: tuple[TraceRow, ...]


class ConsoleHome(View, frozen=True, kw_only=True):
    """Who is in, and until when the console stays open without a new sign-in."""

    operator: str
    name: str
    until: dt.datetime
