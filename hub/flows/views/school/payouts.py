"""The office's lists of benefits and of what is to be paid out."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View
from hub.flows.views.paying.contracts import BenefitView


class BenefitLine(View, frozen=True, kw_only=True):
    """`may` is false for the officer's own family."""

    benefit: BenefitView
    number: str
    child: str
    class_name: str
    may: bool


class BenefitDesk(View, frozen=True, kw_only=True):
    waiting: tuple[BenefitLine, ...]
    holding: tuple[BenefitLine, ...]


class PayoutLine(View, frozen=True, kw_only=True):
    """`needs`: family, first, second, bank or nothing. `account` and `bik` stand only where the money goes to a bank account."""

    id: str
    number: str
    child: str
    class_name: str
    state: str
    said: str
    reason: str
    amount_kop: int
    due_at: dt.datetime
    last_day: dt.date
    days_left: int
    way: str
    way_said: str
    needs: str
    may: bool
    why_not: str
    name: str
    bik: str
    account: str
    note: str
    done_at: dt.datetime | None


class EndingView(View, frozen=True, kw_only=True):
    """The school ends all contracts: `state` is proposed or signed; `mine` when this officer proposed it."""

    id: str
    state: str
    document: str
    proposed_at: dt.datetime
    mine: bool
    left: int


class PayoutDesk(View, frozen=True, kw_only=True):
    """`overdue` of `items` are past their term. `open_contracts`: how many would end if the school ended all."""

    items: tuple[PayoutLine, ...]
    done: tuple[PayoutLine, ...]
    total_kop: int
    overdue: int
    open_contracts: int
    ending: EndingView | None
    debts: int
