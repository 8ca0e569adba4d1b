"""The canteen as families and the school see it: menus, dishes, what a family lets a child eat, what tills did against it."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View


class MenuDish(View, frozen=True, kw_only=True):
    """`price_kop` null: the school named no price; `price_list` is its version. `allergens` null: the school has not said.

    `may` is allowed, forbidden or unknown for this child, `why` the family's own words that forbid it; both are empty for the school.
    """

    item: str
    title: str
    portion: str
    category: str
    composition: str
    allergens: tuple[str, ...] | None
    price_kop: int | None
    price_list: str | None
    may: str
    why: tuple[str, ...]


class MenuMeal(View, frozen=True, kw_only=True):
    """`meal` is breakfast, lunch, snack or buffet."""

    meal: str
    dishes: tuple[MenuDish, ...]


class MenuDay(View, frozen=True, kw_only=True):
    """`rest` says why the school is closed that day; a school day without `meals`: the school named no menu."""

    date: dt.date
    school_day: bool
    rest: str
    meals: tuple[MenuMeal, ...]


class ChildMenu(View, frozen=True, kw_only=True):
    """Both days count. `sold` is the price list of today, `school` null where no school's card names the child."""

    child: str
    school: str | None
    zone: str
    today: dt.date
    start: dt.date
    end: dt.date
    items: tuple[MenuDay, ...]
    sold: tuple[MenuDish, ...]
    has_rules: bool


class KnownDish(View, frozen=True, kw_only=True):
    item: str
    title: str


class RulesConsent(View, frozen=True, kw_only=True):
    """The consent to pass on what is about composition and diet; without it the till hears nothing of those."""

    holds: bool
    version: str
    href: str


class RulesWord(View, frozen=True, kw_only=True):
    by: str
    at: dt.datetime


class TillRow(View, frozen=True, kw_only=True):
    """`kind` is forbidden, overdraft, unpaid or by_name; `child` and the names are empty for the family itself."""

    at: dt.datetime
    kind: str
    title: str
    amount_kop: int
    offline: bool
    child: str = ""
    first_name: str = ""
    class_name: str = ""


class MealRules(View, frozen=True, kw_only=True):
    """`only` null: whatever is not forbidden. `week_limit_kop` null: none; `offline_limit_kop` null: the usual `usual_offline_kop`.

    `choices` are the dishes that the school ever described or sells; `account` is the account for food whose day's limit stands there.
    """

    child: str
    zone: str
    dishes: tuple[str, ...]
    categories: tuple[str, ...]
    allergens: tuple[str, ...]
    only_hot: bool
    only: tuple[str, ...] | None
    week_limit_kop: int | None
    week_spent_kop: int
    offline_limit_kop: int | None
    usual_offline_kop: int
    may_set: bool
    consent: RulesConsent
    choices: tuple[KnownDish, ...]
    words: tuple[RulesWord, ...]
    records: tuple[TillRow, ...]
    account: str | None


class OfficeMenu(View, frozen=True, kw_only=True):
    """A week, Monday first. `may_price`: this post also says prices."""

    school: str
    zone: str
    today: dt.date
    start: dt.date
    end: dt.date
    items: tuple[MenuDay, ...]
    dishes: tuple[MenuDish, ...]
    may_keep: bool
    may_price: bool


class MenuRow(View, frozen=True, kw_only=True):
    """One line of a table as it was understood; `trouble` says why it will not be written, `note` what else is to be known."""

    line: int
    date: dt.date | None
    meal: str
    title: str
    price_kop: int | None
    trouble: str
    note: str


class MenuPreview(View, frozen=True, kw_only=True):
    """`text` is the table to send back; whole days of it are said anew."""

    rows: tuple[MenuRow, ...]
    good: int
    bad: int
    days: int
    text: str
    written: bool


class TillRecords(View, frozen=True, kw_only=True):
    zone: str
    items: tuple[TillRow, ...]
