"""Disputed debits as the family and the school's office see them."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View


class DisputeView(View, frozen=True, kw_only=True):
    """`state` is open, reversed, refused or withdrawn; `reversed_kop` came back to the account, maybe a part. `due_at`: decided by then."""

    id: str
    account: str
    transaction_id: str
    child: str | None
    first_name: str
    kind: str
    title: str
    amount_kop: int
    booked_at: dt.datetime
    state: str
    side: str
    text: str
    created_at: dt.datetime
    due_at: dt.datetime
    overdue: bool
    reason: str
    decided_at: dt.datetime | None
    reversed_kop: int
    reversal: str | None
    may_withdraw: bool
    zone: str


class DisputeList(View, frozen=True, kw_only=True):
    items: tuple[DisputeView, ...]


class OfficeDispute(View, frozen=True, kw_only=True):
    """`left_kop` is what may still be given back; `who` made the debit, `author` asks. `cause` is the debit's own explanation."""

    id: str
    transaction_id: str
    child: str | None
    last_name: str
    first_name: str
    class_name: str
    contract: str
    kind: str
    title: str
    why: str
    amount_kop: int
    left_kop: int
    booked_at: dt.datetime
    who: str
    author: str
    side: str
    text: str
    state: str
    created_at: dt.datetime
    due_at: dt.datetime
    overdue: bool
    reason: str
    decided_at: dt.datetime | None
    reversed_kop: int
    own_family: bool
    may: tuple[str, ...]


class OfficeDisputes(View, frozen=True, kw_only=True):
    """What is due first stands first, the overdue above all."""

    school: str
    zone: str
    state: str
    overdue: int
    items: tuple[OfficeDispute, ...]
