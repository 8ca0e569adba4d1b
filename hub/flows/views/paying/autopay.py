"""Automatic top-up of one account: the rule, what was agreed to, what it did."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View


class AgreedView(View, frozen=True, kw_only=True):
    """The very words that were agreed to, with the price in them."""

    version: str
    text: str
    given_at: dt.datetime
    until: dt.datetime
    withdrawn_at: dt.datetime | None


class TryView(View, frozen=True, kw_only=True):
    """A charge; `outcome` is pending, paid, declined or lost. The payment itself is at `/api/v1/top-ups/{top_up}`."""

    top_up: str
    at: dt.datetime
    total_kop: int
    outcome: str


class AutopayView(View, frozen=True, kw_only=True):
    """`kind` is threshold or monthly; `state` is waiting (for the first payment), active, paused or ended, and `why` a word for it.

    `spent_kop` of `cap_kop` was charged this month. `pay_url` leads to the first payment while it waits. `card` is its system and four
    last digits. `next_at` is when a monthly charge comes."""

    id: str
    account: str
    kind: str
    threshold_kop: int | None
    day: int | None
    amount_kop: int
    fee_kop: int
    total_kop: int
    cap_kop: int
    spent_kop: int
    provider: str
    method: str
    bank: str
    card: str
    state: str
    why: str
    text: str
    when: str
    next_at: dt.datetime | None
    declines: int
    top_up: str
    pay_url: str | None
    consent: AgreedView | None
    tries: tuple[TryView, ...]
    created_at: dt.datetime


class KeeperView(View, frozen=True, kw_only=True):
    """A bank that can keep a card: `provider` and `method` are what a rule is asked for with."""

    provider: str
    method: str
    title: str
    fee_kop: int
    total_kop: int
    agreement: str


class AutopayPage(View, frozen=True, kw_only=True):
    """`rule` is the living one; `former` have ended. `keepers` are the banks to choose from, for the wish that was shown; `agreement` of
    each is what has to be agreed to, in `version`."""

    account: str
    rule: AutopayView | None
    former: tuple[AutopayView, ...]
    version: str
    keepers: tuple[KeeperView, ...]


class AutopayList(View, frozen=True, kw_only=True):
    items: tuple[AutopayView, ...]
