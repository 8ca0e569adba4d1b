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


class MoneyBook(View, frozen=True, kw_only=True):
    """The last days of each provider, what is open, and whose registers can be taken."""

    days: tuple[RegisterDay, ...]
    items: tuple[WorkItem, ...]
    providers: tuple[tuple[str, str], ...]


class SchoolMoney(View, frozen=True, kw_only=True):
    """Differences at contracts of one school."""

    items: tuple[WorkItem, ...]
