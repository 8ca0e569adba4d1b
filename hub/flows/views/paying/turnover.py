"""Participants and turnover of a period, what is held, and what somebody has to look at; no family is named."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View


class MovedView(View, frozen=True, kw_only=True):
    """`name` is the id of a school, class, kind or purpose and `title` its words; `participants`: contracts at which something moved."""

    name: str
    title: str
    rows: int
    participants: int
    came_kop: int
    went_kop: int


class ProviderView(View, frozen=True, kw_only=True):
    """`took_kop` came in through this provider, fees included; `gave_back_kop` it returned to payers; `fee_kop` was its own."""

    name: str
    title: str
    payments: int
    took_kop: int
    gave_back_kop: int
    fee_kop: int


class DayMoved(View, frozen=True, kw_only=True):
    day: dt.date
    came_kop: int
    went_kop: int


class HeldView(View, frozen=True, kw_only=True):
    school: str
    title: str
    purpose: str
    purpose_title: str
    kop: int


class BelowView(View, frozen=True, kw_only=True):
    """An account below zero; an operator reads only the end of the contract's number."""

    contract: str
    school: str
    title: str
    purpose_title: str
    kop: int


class ToLookAt(View, frozen=True, kw_only=True):
    """Counts, each with a list behind it. `payout_due` is the oldest term; `receipts` are acts that still want a receipt."""

    unmatched: int
    suspense: int
    suspense_kop: int
    top_ups: int
    below_zero: int
    below_zero_kop: int
    payouts: int
    payouts_kop: int
    payout_due: dt.datetime | None
    receipts: int


class TurnoverView(View, frozen=True, kw_only=True):
    """From the first day to the last one, both whole; `contracts` are those in force now, `participants` those with a row.

    `zone` is that of the school, or Moscow's.
    """

    zone: str
    first: dt.date
    last: dt.date
    contracts: int
    participants: int
    came_kop: int
    went_kop: int
    by_school: tuple[MovedView, ...]
    by_class: tuple[MovedView, ...]
    by_kind: tuple[MovedView, ...]
    by_purpose: tuple[MovedView, ...]
    by_provider: tuple[ProviderView, ...]
    days: tuple[DayMoved, ...]
    held: tuple[HeldView, ...]
    below: tuple[BelowView, ...]
    to_look_at: ToLookAt | None
