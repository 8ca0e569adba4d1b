"""Tariffs as dated price lists, as the sources name them; a later row of the database stands above them (RULES D6; F031, F137, F144)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from hub.ledger.school_days import Break, break_on, days_of_month, next_month

BASE = "base"
FIRST_DAY = date(2014, 9, 1)


class Tariff(StrEnum):
    """`ZERO` is everybody's until a paid one is asked for, with a consent."""

    ZERO = "zero"
    MOBILE = "mobile"
    SMS_PLUS = "sms_plus"


class Item(StrEnum):
    MONTH = "month"
    NOTICE_PASS = "notice_pass"
    NOTICE_MEAL = "notice_meal"
    CARD_DUPLICATE = "card_duplicate"


TITLES: Mapping[Tariff, str] = MappingProxyType({Tariff.ZERO: "Ноль", Tariff.MOBILE: "Мобильный", Tariff.SMS_PLUS: "SMS+"})
INCLUDES: Mapping[Tariff, frozenset[Item]] = MappingProxyType(
    {
        Tariff.ZERO: frozenset(),
        Tariff.MOBILE: frozenset({Item.NOTICE_PASS}),
        Tariff.SMS_PLUS: frozenset({Item.NOTICE_PASS, Item.NOTICE_MEAL}),
    }
)
"""The SMS that a tariff's month pays for. All else is free in each of them: the cabinet, every debit, the other channels."""
MONTHLY_CAP_KOP = 10_000
"""Single SMS of one contract cost no more than that in a month (RULES F2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """`version` is the list and the day since which it says so."""

    kop: int
    version: str


PRICES: Mapping[tuple[str, Item], int] = MappingProxyType(
    {
        (Tariff.ZERO, Item.MONTH): 0,
        (Tariff.MOBILE, Item.MONTH): 9_500,
        (Tariff.SMS_PLUS, Item.MONTH): 16_500,
        (BASE, Item.NOTICE_PASS): 50,
        (BASE, Item.NOTICE_MEAL): 200,
        (BASE, Item.CARD_DUPLICATE): 5_000,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthCharge:
    """What a month costs: for `days` of its `of_days`, from the first of them, `due`, on. `due` is none when no day is paid for."""

    month: date
    due: date | None
    days: int
    of_days: int
    kop: int

    @property
    def name(self) -> str:
        """`2026-11`."""
        return f"{self.month:%Y-%m}"


def month_charge(month: date, *, since: date, breaks: Collection[Break], price_kop: int) -> MonthCharge:
    """A month is paid in proportion to its days since `since` that lie in no holidays, half a kopeck up; all holidays cost nothing."""
    every = list(days_of_month(month))
    paid = [day for day in every if day >= since and break_on(day, breaks) is None]
    kop = (2 * price_kop * len(paid) + len(every)) // (2 * len(every))
    return MonthCharge(month=every[0], due=paid[0] if paid and kop else None, days=len(paid), of_days=len(every), kop=kop)


MONTHS_AHEAD = 14


def next_charge(
    today: date, *, since: date, until: date | None, breaks: Collection[Break], price_kop: int, paid: Collection[str]
) -> MonthCharge | None:
    """The charge that comes next, of this month or a later one; `paid` are the months that are behind us. None where none will come."""
    month = max(today, since).replace(day=1)
    for _ in range(MONTHS_AHEAD):
        found = month_charge(month, since=since, breaks=breaks, price_kop=price_kop)
        if found.due is not None and found.name not in paid:
            return found if until is None or found.due < until else None
        month = next_month(month)
    return None


def unused_kop(paid_kop: int, *, month: date, since: date, after: date, breaks: Collection[Break]) -> int:
    """What of a paid month goes back when it ends after this day: the share of the paid days that are still to come."""
    days = [day for day in days_of_month(month) if day >= since and break_on(day, breaks) is None]
    used = sum(1 for day in days if day <= after)
    return paid_kop - (2 * paid_kop * used + len(days)) // (2 * len(days)) if days else 0


def usual_month(tariff: Tariff, *, month_kop: int, units: Mapping[Item, int], counts: Mapping[Item, int], cap_kop: int) -> int:
    """What a month costs at such a use: the tariff, and every SMS that it does not include, up to the month's cap."""
    single = sum(units[item] * count for item, count in counts.items() if item not in INCLUDES[tariff])
    return month_kop + min(single, cap_kop)


_COUNTED_FROM = "tariff.days_from:"


def rule_of(since: date) -> str:
    """Says in the ledger's row from which day on the month was counted."""
    return f"{_COUNTED_FROM}{since}"


def counted_from(rule: str) -> date | None:
    return date.fromisoformat(rule.removeprefix(_COUNTED_FROM)) if rule.startswith(_COUNTED_FROM) else None
