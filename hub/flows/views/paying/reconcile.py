"""What the operator and a school see of registers: days, differences, what is held. No family is named."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View


class RegisterDay(View, frozen=True, kw_only=True):
    """`state`: closed (a register came and nothing is open), open, waiting (payments, and no register), quiet (neither)."""

    provider: str
    title: str
    day: dt.date
    theirs: int
    theirs_kop: int
    ours: int
    ours_kop: int
    open: int
    state: str


class WorkItem(View, frozen=True, kw_only=True):
    """`kind`: ours_only, theirs_only, sum_differs, duplicate, date_shift; `credited`: account, suspense, or nothing."""

    id: str
    provider: str
    title: str
    day: dt.date
    kind: str
    txn_id: str
    ours_kop: int | None
    theirs_kop: int | None
    line: int | None
    account: str
    credited: str
    note: str


class ClashView(View, frozen=True, kw_only=True):
    """A payment's id that came again with another sum or account: refused, and somebody asks the provider."""

    title: str
    txn_id: str
    seen: int
    last_at: dt.datetime


class MoneyBook(View, frozen=True, kw_only=True):
    """The last days of each provider, what is open, and whose registers can be taken."""

    days: tuple[RegisterDay, ...]
    items: tuple[WorkItem, ...]
    providers: tuple[tuple[str, str], ...]
    clashes: tuple[ClashView, ...] = ()


class SchoolMoney(View, frozen=True, kw_only=True):
    """Differences at contracts of one school."""

    items: tuple[WorkItem, ...]


class SuspenseMoveView(View, frozen=True, kw_only=True):
    """`mine`: who looks proposed it, so somebody else signs."""

    id: str
    contract: str
    purpose_title: str
    note: str
    proposed_at: dt.datetime
    mine: bool


class SuspenseItem(View, frozen=True, kw_only=True):
    """Money that waits for its account. `said` is the end of the number that the provider named, `move` a proposal that waits."""

    txn: str
    provider: str
    title: str
    txn_id: str
    amount_kop: int
    booked_at: dt.datetime
    said: str
    move: SuspenseMoveView | None = None


class SuspenseList(View, frozen=True, kw_only=True):
    items: tuple[SuspenseItem, ...]


class DoubtfulTopUp(View, frozen=True, kw_only=True):
    """A payment that somebody has to look at; `problem` is a code, empty where the acquirer is silent for too long."""

    id: str
    provider: str
    title: str
    provider_id: str | None
    contract: str
    purpose_title: str
    amount_kop: int
    fee_kop: int
    state: str
    problem: str
    text: str
    created_at: dt.datetime
    asked_at: dt.datetime | None


class DoubtfulTopUps(View, frozen=True, kw_only=True):
    zone: str
    items: tuple[DoubtfulTopUp, ...]
