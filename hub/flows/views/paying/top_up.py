"""One payment through an acquirer, and the ways to pay with what each costs."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View


class DemandView(View, frozen=True, kw_only=True):
    """A payment by code at a phone shop's counter. `code` is ten digits, null while the service's answer is not known. `state`: created,
    part, paid, expired, cancelled; `open`: it takes money now. Of `paid_kop` the account got `credited_kop`, the rest is the fee."""

    code: str | None
    state: str
    open: bool
    asked_kop: int
    paid_kop: int
    left_kop: int
    credited_kop: int
    expires_at: dt.datetime | None


class TopUpView(View, frozen=True, kw_only=True):
    """`status` is pending, paid or declined: `paid` only when the ledger holds it (`transaction_id`). The fee comes on top of
    `amount_kop`, which arrives at the account. `provider_id` and `pay_url` are null while the acquirer's answer is not known; `text`
    says in Russian what is going on. `way`: card, sbp, mobile, or shop, which has a `demand`; one that ended paid in part is paid, with
    the `amount_kop` that came."""

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
    way: str = "card"
    demand: DemandView | None = None


class TopUpList(View, frozen=True, kw_only=True):
    """One's own payments into one account, the latest first; at most 50."""

    items: tuple[TopUpView, ...]


class WayView(View, frozen=True, kw_only=True):
    """A way to pay this amount: `provider` and `method` are what a top-up is asked for with; both empty where it is paid elsewhere, by
    `number` and `pay_type` to `payee`. `way`: terminal, bank, card, sbp, mobile, shop. `phone`: no, optional, required.

    `since` is the first day on which it takes money, empty where it does today."""

    provider: str
    method: str
    title: str
    fee_kop: int
    total_kop: int
    about: str
    way: str = "card"
    phone: str = "no"
    number: str = ""
    pay_type: str = ""
    payee: str = ""
    since: str = ""


class WaysView(View, frozen=True, kw_only=True):
    """The free ones first."""

    account: str
    amount_kop: int
    items: tuple[WayView, ...]
