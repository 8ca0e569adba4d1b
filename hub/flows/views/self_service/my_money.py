"""Money in an everything-of-mine export: contracts, accounts row by row, the own payments and the own words to a price."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View
from hub.flows.views.money import StatementItem


class MyAccount(View, frozen=True, kw_only=True):
    """All rows, oldest first, without the names of others; `cut`: there were more than one file holds."""

    id: str
    purpose: str
    title: str
    balance_kop: int
    rows: tuple[StatementItem, ...]
    cut: bool = False


class MyAcceptance(View, frozen=True, kw_only=True):
    """My own word to a contract."""

    party: str
    at: dt.datetime
    channel: str
    offer: str
    phone: str
    inn: str


class MyContract(View, frozen=True, kw_only=True):
    """`i_pay`: I am its payer. `why_not` says why its rows are not here."""

    number: str
    state: str
    school: str
    child: str | None
    i_pay: bool
    acceptances: tuple[MyAcceptance, ...]
    accounts: tuple[MyAccount, ...]
    why_not: str | None = None


class MyTopUp(View, frozen=True, kw_only=True):
    """A payment that I began; no number of a card was ever kept. `phone` is the typed one, kept while the payment is under way."""

    id: str
    account: str
    provider: str
    method: str
    amount_kop: int
    fee_kop: int
    state: str
    created_at: dt.datetime
    code: str | None = None
    phone: str | None = None


class MyConsentToPay(View, frozen=True, kw_only=True):
    """What I agreed to pay for, as it was worded, until I took it back."""

    service: str
    contract: str | None
    price_kop: int | None
    text_version: str
    text: str
    at: dt.datetime
    ended_at: dt.datetime | None


class MyPayout(View, frozen=True, kw_only=True):
    """What an ended contract of mine left, and whither it went; `account` and `bik` are my own."""

    contract: str
    amount_kop: int
    state: str
    way: str
    bik: str
    account: str
    created_at: dt.datetime
    due_at: dt.datetime
    done_at: dt.datetime | None
    note: str


class MyBenefit(View, frozen=True, kw_only=True):
    """A benefit that I asked for, with the document that I named."""

    contract: str
    state: str
    basis: str
    since: dt.date | None
    until: dt.date | None
    asked_at: dt.datetime


class MyDispute(View, frozen=True, kw_only=True):
    """A debit that I did not recognise, what I wrote, and what the school said."""

    transaction_id: str
    title: str
    amount_kop: int
    text: str
    state: str
    created_at: dt.datetime
    due_at: dt.datetime
    reason: str
    reversed_kop: int


class MyServiceWord(View, frozen=True, kw_only=True):
    """My word on a paid service for a child, at the price that I saw."""

    service: str
    child: str
    price_kop: int
    word: str
    at: dt.datetime
    withdrawn_at: dt.datetime | None


class MyDailyLimit(View, frozen=True, kw_only=True):
    """Null is no limit."""

    account: str
    limit_kop: int | None
    at: dt.datetime


class MyMealWord(View, frozen=True, kw_only=True):
    """What I said a child may eat and spend; `only` null: whatever is not forbidden."""

    child: str
    at: dt.datetime
    dishes: tuple[str, ...]
    categories: tuple[str, ...]
    allergens: tuple[str, ...]
    only_hot: bool
    only: tuple[str, ...] | None
    week_limit_kop: int | None
    offline_limit_kop: int | None


class MyCardOrder(View, frozen=True, kw_only=True):
    contract: str
    price_kop: int
    state: str
    ordered_at: dt.datetime


class MyContradiction(View, frozen=True, kw_only=True):
    """What two sources said differently of a day, and what became of it."""

    child: str
    day: dt.date
    title: str
    text: str
    state: str
    answer: str
    raised_at: dt.datetime


class MyMoney(View, frozen=True, kw_only=True):
    contracts: tuple[MyContract, ...]
    top_ups: tuple[MyTopUp, ...]
    consents: tuple[MyConsentToPay, ...]
    payouts: tuple[MyPayout, ...]
    benefits: tuple[MyBenefit, ...]
    disputes: tuple[MyDispute, ...]
    service_words: tuple[MyServiceWord, ...]
    limits: tuple[MyDailyLimit, ...]
    card_orders: tuple[MyCardOrder, ...]
    meal_words: tuple[MyMealWord, ...]
    contradictions: tuple[MyContradiction, ...]
