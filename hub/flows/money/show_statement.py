"""A month of one account, row by row, each with what was before and after; free in every tariff (RULES D1, D7; F020, F028-F030)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.cursors import from_cursor, to_cursor
from hub.flows.money.sight import account_view, seen_account, zone_of
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import note_reading
from hub.flows.views.money import DayBalance, KindTotal, MonthPage, PaidChild, StatementItem, StatementView
from hub.ledger.model import NO_CAUSE, Kind
from hub.ledger.rules import month_of
from hub.ledger.store import reading
from hub.ledger.store.contracts import AccountCard
from hub.ledger.store.reading import Line
from hub.ledger.texts import KINDS, text_of
from hub.store.fields import from_micros
from hub.store.sessions import Visitor
from identity.model import Person

Made = TypeVar("Made")
PAGE = "money.statement"
MOST = 1000
MONTHS = 24
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


async def show_statement(
    deps: Deps, visitor: Visitor, account: str, make: Callable[[StatementView], Made], *, month: str | None = None,
    cursor: str | None = None, limit: int = MOST,
) -> Made:  # fmt: skip
    """What `make` makes of it, beside the reading: a thousand rows are worded once while nothing is written."""
    now = deps.now()

    def unit() -> tuple[Made, Person | None]:
        card, contract, child = seen_account(deps, visitor, account, now=now)
        return make(statement_of(card, zone_of(contract), month, cursor, limit, now=now)), child

    key = ("statement", visitor.person, visitor.system, account, month, cursor, limit)
    made, child = await deps.memory.people.of(deps.db, key, unit)
    if child is not None:
        await note_reading(deps, visitor, child.id, PAGE)
    return made


async def show_month(deps: Deps, visitor: Visitor, account: str, *, month: str | None = None, cursor: str | None = None) -> MonthPage:
    """The statement with its account, what came and went by kind, and the months to choose from."""
    now = deps.now()

    def unit() -> MonthPage:
        card, contract, child = seen_account(deps, visitor, account, now=now)
        zone = zone_of(contract)
        statement = statement_of(card, zone, month, cursor, MOST, now=now)
        start, end = _bounds(statement.month, zone)
        sums = reading.by_kind(card.id, start=start, end=end)
        held = reading.holds([card.id], now=now).get(card.id, 0)
        return MonthPage(
            statement=statement,
            account=account_view(visitor, contract, card, balance_kop=statement.balance_kop, held_kop=held, now=now),
            contract=contract.number,
            child=PaidChild(id=child.id, first_name=child.first_name) if child else None,
            kinds=tuple(KindTotal(kind=kind, title=KINDS[Kind(kind)], amount_kop=kop) for kind, kop in sums.items() if kop),
            came_kop=sum(kop for kop in sums.values() if kop > 0),
            went_kop=sum(kop for kop in sums.values() if kop < 0),
            months=_months(card, zone, statement.month, now=now),
            days=_days(card, start, end, now=now),
        )

    view = await deps.db.read(unit)
    if view.child is not None:
        await note_reading(deps, visitor, view.child.id, PAGE)
    return view


def statement_of(card: AccountCard, zone: str, month: str | None, cursor: str | None, limit: int, *, now: datetime) -> StatementView:
    meant = month or now.astimezone(ZoneInfo(zone)).strftime("%Y-%m")
    start, end = _bounds(meant, zone)
    found = reading.month(card.id, start=start, end=end, after=_number(cursor), limit=limit)
    return StatementView(
        items=tuple(_items(found.lines)),
        next=to_cursor(str(found.next)) if found.next else None,
        account=card.id,
        purpose=card.purpose.value,
        month=meant,
        zone=zone,
        opening_kop=found.opening_kop,
        closing_kop=found.closing_kop,
        balance_kop=reading.balance(card.id),
    )


def _bounds(month: str, zone: str) -> tuple[datetime, datetime]:
    read = _MONTH.fullmatch(month)
    if read is None:
        raise Refused(Reason.MALFORMED, "Месяц «month» записан неверно: нужен вид 2026-11.")
    return month_of(int(read[1]), int(read[2]), zone)


def _number(cursor: str | None) -> int:
    if not cursor:
        return 0
    place = from_cursor(cursor)
    if not (place.isascii() and place.isdigit() and len(place) < 16):
        raise Refused(Reason.MALFORMED, "Этот «cursor» не наш: возьмите его из поля next.")
    return int(place)


def _items(lines: Sequence[Line]) -> list[StatementItem]:
    """Most rows have few different causes: their words are made once."""
    return [
        StatementItem(
            transaction_id=txn,
            at=from_micros(booked_at),
            kind=kind,
            amount_kop=amount,
            opening_kop=closing - amount,
            closing_kop=closing,
            text=_text(kind, cause),
            happened_at=from_micros(happened_at) if happened_at is not None else None,
            reverses=reverses,
            cause=reading.read_cause(cause) if cause else None,
        )
        for _, txn, booked_at, kind, amount, closing, reverses, happened_at, cause in lines
    ]


@lru_cache(maxsize=4096)
def _text(kind: str, cause: str | None) -> str:
    return text_of(Kind(kind), reading.read_cause(cause) if cause else NO_CAUSE)


def _months(card: AccountCard, zone: str, shown: str, *, now: datetime) -> tuple[str, ...]:
    """From now, or from the last row, back to the first row, and the one that is shown; two years at most."""
    here = ZoneInfo(zone)
    span = reading.span(card.id)
    newest = max([now, *span]).astimezone(here)
    oldest = min([now, *span]).astimezone(here)
    found: list[str] = []
    at = newest
    while len(found) < MONTHS and at.strftime("%Y-%m") >= oldest.strftime("%Y-%m"):
        found.append(at.strftime("%Y-%m"))
        at = at.replace(day=1, tzinfo=UTC) - timedelta(days=1)
    return tuple(sorted({*found, shown}, reverse=True))


def _days(card: AccountCard, start: datetime, end: datetime, *, now: datetime) -> tuple[DayBalance, ...]:
    """What was left at the end of each day of the month, up to today; nothing before the first row."""
    first = min(reading.span(card.id), default=None)
    found: list[DayBalance] = []
    day = start
    while day < end and day <= now.astimezone(start.tzinfo):
        after = day + timedelta(days=1)
        if first is not None and first < after:
            found.append(DayBalance(day=day.date(), closing_kop=reading.balance_before(card.id, after)))
        day = after
    return tuple(found)
