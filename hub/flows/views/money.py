"""Contracts, their accounts, and a month of one of them."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View
from hub.ledger.model import Cause


class TerminalView(View, frozen=True, kw_only=True):
    """What to type at a terminal or in a bank's app: the number, and the kind of account."""

    account: str
    pay_type: str


class AccountView(View, frozen=True, kw_only=True):
    """`terminal` is null where nobody may pay in; `held_kop` is spoken for and not free."""

    id: str
    purpose: str
    title: str
    about: str
    balance_kop: int
    held_kop: int
    top_up_min_kop: int
    top_up_max_kop: int
    terminal: TerminalView | None
    may_top_up: bool
    closed: bool
    holder: str


class PaidChild(View, frozen=True, kw_only=True):
    id: str
    first_name: str


class ContractView(View, frozen=True, kw_only=True):
    """`child` is null for who only pays and may not see the child any more."""

    id: str
    number: str
    state: str
    child: PaidChild | None
    accounts: tuple[AccountView, ...]


class ContractList(View, frozen=True, kw_only=True):
    items: tuple[ContractView, ...]


class StatementItem(View, frozen=True, kw_only=True):
    """`at` is the booking time, `happened_at` that of the event where it came late; `reverses` names the transaction that it puts right.

    `cause`: what, where, by which price list and rule, and a flag where it is odd; null where the kind says it all. `why` says the same
    in a sentence, and `actor` who did it: people as the family may read them.
    """

    transaction_id: str
    at: dt.datetime
    kind: str
    amount_kop: int
    opening_kop: int
    closing_kop: int
    text: str
    happened_at: dt.datetime | None = None
    reverses: str | None = None
    cause: Cause | None = None
    why: str = ""
    actor: str = ""


class StatementView(View, frozen=True, kw_only=True):
    """One month, oldest first; `opening_kop` and `closing_kop` are the whole month's, `balance_kop` is what is there now.

    `kind` is set where only rows of that kind are here.
    """

    items: tuple[StatementItem, ...]
    next: str | None
    account: str
    purpose: str
    month: str
    zone: str
    opening_kop: int
    closing_kop: int
    balance_kop: int
    kind: str | None = None


class KindTotal(View, frozen=True, kw_only=True):
    kind: str
    title: str
    amount_kop: int


class DayBalance(View, frozen=True, kw_only=True):
    day: dt.date
    closing_kop: int


class OtherAccount(View, frozen=True, kw_only=True):
    id: str
    title: str


class MonthPage(View, frozen=True, kw_only=True):
    """A statement with what its page shows around it; `months` are those that may be chosen, the newest first.

    `before` and `after` are the months next to this one, where there is something to see. `others` are the accounts beside this one.
    """

    statement: StatementView
    account: AccountView
    contract: str
    child: PaidChild | None
    kinds: tuple[KindTotal, ...]
    came_kop: int
    went_kop: int
    months: tuple[str, ...]
    days: tuple[DayBalance, ...]
    before: str | None = None
    after: str | None = None
    others: tuple[OtherAccount, ...] = ()


class ChildMonth(View, frozen=True, kw_only=True):
    """All accounts of a child in one month, each by itself: money of two purposes is never one sum (RULES D2)."""

    child: PaidChild
    month: str
    months: tuple[str, ...]
    before: str | None
    after: str | None
    accounts: tuple[MonthPage, ...]
