"""What a kiosk's screen gets: a contract without a name, its texts, its accounts (docs/wire/kiosk.md)."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View


class HelloView(View, frozen=True, kw_only=True):
    device: str
    school: str
    place: str
    zone: str
    now: dt.datetime


class FoundView(View, frozen=True, kw_only=True):
    """`who` are initials; `next`: accept, sign_in, ask_school."""

    contract: str
    who: str
    state: str
    next: str


class ConsentText(View, frozen=True, kw_only=True):
    contract: str
    version: str
    title: str
    text: str
    without: str
    operator: str
    processors: tuple[str, ...]


class Party(View, frozen=True, kw_only=True):
    role: str
    name: str
    inn: str


class OfferText(View, frozen=True, kw_only=True):
    contract: str
    version: str
    title: str
    text: str
    parties: tuple[Party, ...]
    first_payment_min_kop: int


class CodeSent(View, frozen=True, kw_only=True):
    """The same whether a text goes out or not; `told` is for the screen."""

    acceptance: str
    expires_at: dt.datetime
    again_after_s: int
    told: str


class PinSent(View, frozen=True, kw_only=True):
    again_after_s: int
    told: str


class Terminal(View, frozen=True, kw_only=True):
    account: str
    pay_type: str


class KioskAccount(View, frozen=True, kw_only=True):
    """No `terminal`: no cash comes here."""

    purpose: str
    title: str
    balance_kop: int
    top_up_min_kop: int
    top_up_max_kop: int
    terminal: Terminal | None


class Confirmed(View, frozen=True, kw_only=True):
    contract: str
    state: str
    waits: tuple[str, ...]
    first_payment_min_kop: int
    accounts: tuple[KioskAccount, ...]
    session: str
    expires_at: dt.datetime


class SignedIn(View, frozen=True, kw_only=True):
    session: str
    expires_at: dt.datetime
    contract: str
    who: str
    state: str


class BalanceView(View, frozen=True, kw_only=True):
    contract: str
    who: str
    state: str
    now: dt.datetime
    first_payment_min_kop: int
    accounts: tuple[KioskAccount, ...]


class KioskRow(View, frozen=True, kw_only=True):
    at: dt.datetime
    text: str
    amount_kop: int
    opening_kop: int
    closing_kop: int


class KioskRows(View, frozen=True, kw_only=True):
    items: tuple[KioskRow, ...]


class KioskService(View, frozen=True, kw_only=True):
    service: str
    title: str
    price_kop: int
    purpose: str
    balance_kop: int
    missing_kop: int


class KioskServices(View, frozen=True, kw_only=True):
    items: tuple[KioskService, ...]


class OrderedView(View, frozen=True, kw_only=True):
    order: str
    service: str
    price_kop: int
    transaction_id: str
    balance_kop: int
    told: str


class Nothing(View, frozen=True, kw_only=True):
    pass
