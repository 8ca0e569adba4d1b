"""A contract's tariff with what it costs and what else there is; single SMS; price lists; a school's holidays."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View
from hub.flows.views.money import PaidChild


class NextCharge(View, frozen=True, kw_only=True):
    """`days` of the month's `of_days` are paid for: holidays and the days before it are not. `announced`: the family was told."""

    date: dt.date
    month: str
    amount_kop: int
    days: int
    of_days: int
    announced: bool


class ComingTariff(View, frozen=True, kw_only=True):
    tariff: str
    title: str
    since: dt.date
    price_kop: int


class PriceChange(View, frozen=True, kw_only=True):
    """Without a word to the new price the free tariff holds from `since` on."""

    since: dt.date
    price_kop: int
    price_version: str
    agreed: bool


class EndedTariff(View, frozen=True, kw_only=True):
    """The paid tariff that ended last: `reason` is asked, no_funds, price_changed, contract or consent."""

    tariff: str
    title: str
    on: dt.date
    reason: str
    text: str


class TariffItem(View, frozen=True, kw_only=True):
    """`usual_kop` is a month at the child's use with every SMS on; `consent_text` is what is agreed to, empty where it is free."""

    tariff: str
    title: str
    price_kop: int
    price_version: str
    starts: dt.date
    adds: tuple[str, ...]
    usual_kop: int
    chosen: bool
    coming: bool
    consent_text: str


class Use(View, frozen=True, kw_only=True):
    """SMS of a month: the child's own last 30 days where they were counted, else a usual month."""

    passes: int
    meals: int
    passes_counted: bool
    meals_counted: bool
    pass_kop: int
    meal_kop: int
    cap_kop: int


class TariffView(View, frozen=True, kw_only=True):
    """`since` is null for the free tariff, `next_charge` where nothing will be taken; `paused_until` is the first day at school again."""

    contract: str
    number: str
    child: PaidChild | None
    tariff: str
    title: str
    price_kop: int
    price_version: str
    since: dt.date | None
    next_charge: NextCharge | None
    paused_until: dt.date | None
    coming: ComingTariff | None
    change: PriceChange | None
    ended: EndedTariff | None
    account: str | None
    balance_kop: int
    may_choose: bool
    may_leave: bool
    text_version: str
    always: tuple[str, ...]
    items: tuple[TariffItem, ...]
    use: Use


class TariffList(View, frozen=True, kw_only=True):
    items: tuple[TariffView, ...]


class NoticeConsent(View, frozen=True, kw_only=True):
    """Who agreed is the signed-in person alone."""

    at: dt.datetime
    price_kop: int
    price_version: str
    text_version: str


class NoticeSettingView(View, frozen=True, kw_only=True):
    """One kind and channel of the signed-in person's wishes about a child. `price_kop` is today's price of one, 0 where it is free;
    `accepted_price_kop` the one that was agreed to. `waits_for`: what an SMS still lacks: phone, advance, contract, price."""

    child: str
    kind: str
    title: str
    channel: str
    enabled: bool
    price_kop: int
    accepted_price_kop: int
    price_version: str
    included: bool
    monthly_cap_kop: int
    waits_for: tuple[str, ...]
    consent: NoticeConsent | None
    consent_text: str
    text_version: str
    updated_at: dt.datetime | None


class NoticeSettings(View, frozen=True, kw_only=True):
    child: str
    contract: str | None
    monthly_cap_kop: int
    spent_kop: int
    items: tuple[NoticeSettingView, ...]


class PriceRow(View, frozen=True, kw_only=True):
    """`state`: past, now or ahead."""

    since: dt.date
    kop: int
    version: str
    state: str


class PriceList(View, frozen=True, kw_only=True):
    """`contracts` have the tariff today; 0 for what is no tariff."""

    list: str
    item: str
    title: str
    contracts: int
    rows: tuple[PriceRow, ...]


class PriceBook(View, frozen=True, kw_only=True):
    soonest: dt.date
    lists: tuple[PriceList, ...]


class BreakView(View, frozen=True, kw_only=True):
    """`id` is empty for what every school has."""

    id: str
    first: dt.date
    last: dt.date
    title: str


class BreakList(View, frozen=True, kw_only=True):
    school: str
    today: dt.date
    items: tuple[BreakView, ...]
