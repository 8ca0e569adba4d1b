"""Why a row stands in a statement, in one plain Russian sentence, pure (RULES D7)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType

from hub.ledger.model import Cause, Kind
from hub.ledger.tariffs import TITLES, Tariff
from hub.ledger.texts import OF_THE_TILL

RULES: Mapping[str, str] = MappingProxyType(
    {
        "meal.fed_down_to_two_meals": "денег не хватило, но ученика накормили: так решила школа",
        "meal.school_floor": "денег не хватило, но ученика накормили: так решила школа",
        "meal.offline_overdraft": "касса была без связи: накормили, хотя денег или предела уже не хватало",
        "meal.benefit_first": "школа даёт льготу на этот день",
        "meal.benefit_chosen": "счёт льготы выбрала касса",
        "services.agreed": "по согласию семьи на это занятие и цену",
        "transfer.asked": "по просьбе семьи",
        "undo.same_day": "ошибку исправили в тот же день",
        "dispute.given_back": "по спору, так решила школа",
        "contract.ended": "договор закончился",
        "payout.returned": "выплата не прошла, деньги вернулись",
        "payout.bank": "на счёт плательщика в банке",
        "payout.sibling": "с закончившегося договора брата или сестры",
        "benefit.decision": "по решению школы о льготе",
        "benefit.ended": "льгота закончилась, остаток вернулся в бюджет",
        "till.reversed": "отменили на кассе",
    }
)
"""Rules that a family asks about; one that only says that all was well needs no words."""
FLAGS: Mapping[str, str] = MappingProxyType(
    {
        "no_pass": "в этот день не было прохода в школу",
        "no_school": "день был неучебный",
        "holiday": "день был неучебный",
        "outside_calendar": "день был неучебный",
        "outside_hours": "в это время уроков нет",
        "told_absent": "семья сообщила, что ребёнка не будет",
        "same_again": "это уже покупали в тот же день",
    }
)
ODD = "необычное списание, проверьте его"
EVENTS: Mapping[str, str] = MappingProxyType({"register": "нашли в реестре платежей", "suspense": "был в невыясненных, нашли его счёт"})
_DAY = re.compile(r"@(\d{4}-\d\d-\d\d)$")


ORDERED = "cabinet"
"""Where a duplicate was ordered; any other word is the id of the terminal in the hall."""


def why(kind: Kind, cause: Cause) -> str:
    """What happened where, by which prices and which rule; empty where the row's name says it all."""
    return "; ".join(_parts(kind, cause))


def _parts(kind: Kind, cause: Cause) -> Iterator[str]:
    if cause.place and kind is Kind.CARD_DUPLICATE:
        yield "заказан в кабинете" if cause.place == ORDERED else "заказан у терминала в школе"
    elif cause.place:
        yield cause.place
    if cause.tariff and kind is not Kind.TARIFF:
        yield f"тариф «{title_of(cause.tariff)}»"
    if cause.price_list:
        yield _prices(cause.price_list)
    if cause.rule in RULES:
        yield RULES[cause.rule]
    if cause.event in EVENTS:
        yield EVENTS[cause.event]
    if cause.item and cause.note:
        yield cause.note
    yield from (FLAGS.get(flag, ODD) for flag in cause.flag.split())


def title_of(tariff: str) -> str:
    return TITLES[Tariff(tariff)] if tariff in set(Tariff) else tariff


def _prices(version: str) -> str:
    found = _DAY.search(version)
    if found:
        return f"по ценам с {date.fromisoformat(found[1]):%d.%m.%Y}"
    return "цена из чека кассы" if version == OF_THE_TILL else f"по ценам «{version}»"
