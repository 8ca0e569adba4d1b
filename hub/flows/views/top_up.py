"""One payment through an acquirer, and the ways to pay with what each costs."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View


class TopUpView(View, frozen=True, kw_only=True):
    """`status` is pending, paid or declined: `paid` only when the ledger holds it (`transaction_id`). The fee comes on top of
    `amount_kop`, which arrives at the account. `provider_id` and `pay_url` are null while the acquirer's answer is not known; `text`
    says in Russian what is going on."""

    id: str
    account: str
    provider: str
    provider_id: str | None
    method: str
    status: str
    amount_kop: int
    fee_kop: int
    total_kop: int
    pay_url: str | None
    transaction_id: str | None
    created_at: dt.datetime
    text: str


class WayView(View, frozen=True, kw_only=True):
    """A way to pay this amount: `provider` and `method` are what a top-up is asked for with; both empty where it is paid elsewhere."""

    provider: str
    method: str
    title: str
    fee_kop: int
    total_kop: int
    about: str


class WaysView(View, frozen=True, kw_only=True):
    """The free ones first."""

    account: str
    amount_kop: int
    items: tuple[WayView, ...]
