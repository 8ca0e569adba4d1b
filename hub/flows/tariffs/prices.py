"""The operator sees every price list by date, and names a new price ahead of its day; what was, stays (RULES D6; F137)."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import date, timedelta

from hub.deps import Deps
from hub.flows.console.door import enter
from hub.flows.refusals import Reason, Refused
from hub.flows.views.paying.tariffs import PriceBook, PriceList, PriceRow
from hub.ledger.money import kopecks
from hub.ledger.store import terms
from hub.ledger.store.paid import subscriptions
from hub.ledger.tariffs import BASE, TITLES, Item, Priced, Tariff
from hub.store.sessions import Visitor

log = logging.getLogger("hub.ledger")
AHEAD = timedelta(days=10)
"""Families are told of a new price so long before it."""
MOST_KOP = 1_000_000
NAMES = {Item.NOTICE_PASS: "СМС проходная", Item.NOTICE_MEAL: "СМС питание", Item.CARD_DUPLICATE: "Дубликат карты"}
SOON = "Новая цена действует не раньше чем через 10 дней: о ней успеют узнать."
FIRST = "Цена тарифа меняется с первого числа месяца."
NOT_A_PRICE = "Цена — рубли от 0 до 10 000, например 110 или 0.70."
TAKEN = "На этот день цена уже названа. Названную цену не меняют: назовите другую с другого дня."
NO_LIST = "Такого прейскуранта нет."
_LISTED = re.compile(r"([a-z_]+):([a-z_]+)")
Named = tuple[Item, Tariff | None]


async def show_prices(deps: Deps, visitor: Visitor) -> PriceBook:
    """Every list with its past, present and coming rows."""
    await enter(deps, visitor)
    today = deps.now().date()
    return await deps.db.read(lambda: PriceBook(soonest=today + AHEAD, lists=tuple(_lists(today))))


async def put_prices(deps: Deps, visitor: Visitor, listed: str, since: date, typed: str) -> None:
    """`listed` is a list and its item. A price that stands is not changed: a new one begins on another day."""
    operator = await enter(deps, visitor)
    item, tariff = _named(listed)
    kop, today = kopecks(typed.strip().replace(",", ".")), deps.now().date()
    if kop is None or kop > MOST_KOP:
        raise Refused(Reason.MALFORMED, NOT_A_PRICE)
    if since < today + AHEAD:
        raise Refused(Reason.MALFORMED, SOON)
    if tariff is not None and since.day != 1:
        raise Refused(Reason.MALFORMED, FIRST)
    now = deps.now()

    def unit() -> None:
        if any(day == since for day, _ in terms.prices_of(item, tariff=tariff)):
            raise Refused(Reason.MALFORMED, TAKEN)
        terms.put_price(item, since, kop, tariff=tariff)
        subscriptions.wake(tariff, now=now)

    await deps.db.write(unit)
    log.info("operator %s named a price: %s from %s", operator.operator, listed, since)


def _named(listed: str) -> Named:
    found = _LISTED.fullmatch(listed)
    for item, tariff in _every():
        if found and found.groups() == (tariff.value if tariff else BASE, item.value):
            return item, tariff
    raise Refused(Reason.MALFORMED, NO_LIST)


def _every() -> Iterator[Named]:
    """The free tariff has no price to name."""
    yield from ((Item.MONTH, tariff) for tariff in Tariff if tariff is not Tariff.ZERO)
    yield from ((item, None) for item in NAMES)


def _lists(today: date) -> Iterator[PriceList]:
    for item, tariff in _every():
        known = terms.prices_of(item, tariff=tariff)
        now = terms.price_of(item, today, tariff=tariff)
        yield PriceList(
            list=tariff.value if tariff else BASE,
            item=item.value,
            title=f"Тариф «{TITLES[tariff]}», месяц" if tariff else NAMES[item],
            contracts=subscriptions.of_tariff(tariff, today) if tariff else 0,
            rows=tuple(_row(since, price, _state(since, today, holds=price == now)) for since, price in known),
        )


def _state(since: date, today: date, *, holds: bool) -> str:
    if holds:
        return "now"
    return "ahead" if since > today else "past"


def _row(since: date, price: Priced, state: str) -> PriceRow:
    return PriceRow(since=since, kop=price.kop, version=price.version, state=state)
