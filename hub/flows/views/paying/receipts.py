"""Receipts: of one act for the payer, and what is missing for who has to see to it."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View


class ReceiptView(View, frozen=True, kw_only=True):
    """`kind` is prepayment, offset or refund; `state` is pending, fiscalised, missing or not_needed, and then `reason` is a word for why.

    `fn`, `fd`, `fpd` are the three marks, `qr` what stands in the square; null until there is a receipt. The fee stands apart."""

    transaction_id: str
    kind: str
    title: str
    state: str
    reason: str
    text: str
    amount_kop: int
    fee_kop: int
    total_kop: int
    at: dt.datetime
    given_at: dt.datetime | None
    fn: str | None
    fd: str | None
    fpd: str | None
    qr: str | None


class TopUpReceipt(View, frozen=True, kw_only=True):
    """`receipt` is null while nothing was paid, and `text` says why; `refunds` are those of money that went back. Who holds the money and
    on what ground stands beside it. `sent`: the payer's own mail or phone was known, so that the receipt could be asked for."""

    top_up: str
    account: str
    status: str
    receipt: ReceiptView | None
    refunds: tuple[ReceiptView, ...]
    text: str
    sent: bool
    holder: str
    holder_inn: str
    supplier: str
    supplier_inn: str
    legal_basis: str


class MissingReceipt(View, frozen=True, kw_only=True):
    """A payment or refund without its receipt."""

    transaction_id: str
    title: str
    provider: str
    payment: str
    school: str
    purpose: str
    amount_kop: int
    fee_kop: int
    at: dt.datetime
    due_at: dt.datetime | None


class MissingGroup(View, frozen=True, kw_only=True):
    """Acts of a month that one receipt covers; `id` names the group."""

    id: str
    title: str
    school: str
    purpose: str
    count: int
    amount_kop: int
    due_at: dt.datetime


class MissingReceipts(View, frozen=True, kw_only=True):
    single: tuple[MissingReceipt, ...]
    groups: tuple[MissingGroup, ...]
