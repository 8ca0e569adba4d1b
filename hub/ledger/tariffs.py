"""Tariffs as dated price lists, as the sources name them; a later row of the database stands above them (RULES D6; F031, F137, F144)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

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
