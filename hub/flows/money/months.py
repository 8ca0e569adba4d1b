"""A month of one account as records: its rows worded and signed, what was left day by day, the months beside it (RULES D1, D7)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.cursors import from_cursor, number_in, to_cursor
from hub.flows.money.explaining import why
from hub.flows.money.sight import account_view, may_pay, zone_of
from hub.flows.money.whose_act import names_of, signed
from hub.flows.refusals import Reason, Refused
from hub.flows.views.money import DayBalance, KindTotal, MonthPage, OtherAccount, PaidChild, StatementItem, StatementView
from hub.ledger.model import NO_CAUSE, Cause, Kind
from hub.ledger.rules import month_of
from hub.ledger.store import reading
from hub.ledger.store.contracts import AccountCard, ContractCard
from hub.ledger.store.reading import Line
from hub.ledger.texts import KINDS, PURPOSES, text_of
from hub.store.fields import from_micros
from hub.store.sessions import Visitor
from identity.model import Person

MOST = 1000
MONTHS = 24
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


def statement_of(
    deps: Deps, visitor: Visitor, card: AccountCard, contract: ContractCard, child: Person | None, *, month: str | None = None,
    cursor: str | None = None, limit: int = MOST, kind: str | None = None, now: datetime,
) -> StatementView:  # fmt: skip
    """In the caller's unit."""
    zone = zone_of(contract)
    asked = meant(month, zone, now=now)
    start, end = bounds(asked, zone)
    found = reading.month(card.id, start=start, end=end, after=_number(cursor), limit=limit, kind=_kind(kind))
    names = names_of(deps, visitor, contract, child, (line.actor for line in found.lines))
    return StatementView(
        items=tuple(_items(found.lines, names, ZoneInfo(zone))),
        next=to_cursor(str(found.next)) if found.next else None,
        account=card.id,
        purpose=card.purpose.value,
        month=asked,
        zone=zone,
        opening_kop=found.opening_kop,
        closing_kop=found.closing_kop,
        balance_kop=reading.balance(card.id),
        kind=kind or None,
    )


def rows_of(
    deps: Deps, visitor: Visitor, card: AccountCard, contract: ContractCard, child: Person | None, *, start: datetime, end: datetime,
    limit: int, keep: Callable[[Line], bool],
) -> tuple[tuple[StatementItem, ...], bool]:  # fmt: skip
    """In the caller's unit: the rows of any time that are to be kept, and whether there are more."""
    found = reading.month(card.id, start=start, end=end, limit=limit)
    lines = [line for line in found.lines if keep(line)]
    names = names_of(deps, visitor, contract, child, (line.actor for line in lines))
    return tuple(_items(lines, names, ZoneInfo(zone_of(contract)))), found.next is not None


def month_page(
    deps: Deps, visitor: Visitor, card: AccountCard, contract: ContractCard, child: Person | None, *, month: str | None = None,
    cursor: str | None = None, kind: str | None = None, now: datetime,
) -> MonthPage:  # fmt: skip
    """In the caller's unit: the statement with its account, what came and went by kind, and the months to choose from."""
    statement = statement_of(deps, visitor, card, contract, child, month=month, cursor=cursor, kind=kind, now=now)
    zone = statement.zone
    start, end = bounds(statement.month, zone)
    sums = reading.by_kind(card.id, start=start, end=end)
    held = reading.holds([card.id], now=now).get(card.id, 0)
    pays = may_pay(deps, visitor, contract, now=now)
    months, before, after = _months(card, zone, statement.month, now=now)
    return MonthPage(
        statement=statement,
        account=account_view(visitor, contract, card, pays=pays, balance_kop=statement.balance_kop, held_kop=held, now=now),
        contract=contract.number,
        child=PaidChild(id=child.id, first_name=child.first_name) if child else None,
        kinds=tuple(KindTotal(kind=one, title=KINDS[Kind(one)], amount_kop=kop) for one, kop in sums.items()),
        came_kop=sum(kop for kop in sums.values() if kop > 0),
        went_kop=sum(kop for kop in sums.values() if kop < 0),
        months=months,
        days=_days(card, start, end, now=now),
        before=before,
        after=after,
        others=tuple(OtherAccount(id=one.id, title=PURPOSES[one.purpose]) for one in contract.accounts if one.id != card.id),
    )


def meant(month: str | None, zone: str, *, now: datetime) -> str:
    """The school's current month where none is named."""
    return month or now.astimezone(ZoneInfo(zone)).strftime("%Y-%m")


def bounds(month: str, zone: str) -> tuple[datetime, datetime]:
    read = _MONTH.fullmatch(month)
    if read is None:
        raise Refused(Reason.MALFORMED, "Месяц «month» записан неверно: нужен вид 2026-11.")
    return month_of(int(read[1]), int(read[2]), zone)


def _number(cursor: str | None) -> int:
    if not cursor:
        return 0
    return number_in(from_cursor(cursor))


def _kind(kind: str | None) -> str | None:
    if kind and kind not in set(Kind):
        raise Refused(Reason.MALFORMED, f"Вид «kind» — один из: {', '.join(Kind)}.")
    return kind or None


def _items(lines: Sequence[Line], names: Mapping[str, str], zone: ZoneInfo) -> Iterator[StatementItem]:
    """Most rows have few different causes: their words are made once."""
    put_right = reading.named(sorted({line.reverses for line in lines if line.reverses}))
    for _, txn, booked_at, kind, amount, closing, reverses, happened_at, cause, actor in lines:
        text, because = _said(kind, cause)
        known = reading.read_cause(cause) if cause else NO_CAUSE
        if reverses and reverses in put_right:
            because = "; ".join(part for part in (_undone(*put_right[reverses], zone), because) if part)
        yield StatementItem(
            transaction_id=txn,
            at=from_micros(booked_at),
            kind=kind,
            amount_kop=amount,
            opening_kop=closing - amount,
            closing_kop=closing,
            text=text,
            happened_at=from_micros(happened_at) if happened_at is not None else None,
            reverses=reverses,
            cause=known if cause else None,
            why=because,
            actor=signed(names[actor], known),
        )


@lru_cache(maxsize=4096)
def _said(kind: str, cause: str | None) -> tuple[str, str]:
    known = reading.read_cause(cause) if cause else NO_CAUSE
    return text_of(Kind(kind), known), why(Kind(kind), known)


def _undone(kind: str, at: datetime, cause: Cause, zone: ZoneInfo) -> str:
    return f"отменяет запись {at.astimezone(zone):%d.%m.%Y}: {text_of(Kind(kind), cause)}"


def _months(card: AccountCard, zone: str, shown: str, *, now: datetime) -> tuple[tuple[str, ...], str | None, str | None]:
    """From now, or from the last row, back to the first row, and the one that is shown; two years at most. And the two beside it."""
    here = ZoneInfo(zone)
    span = reading.span(card.id)
    newest = max([now, *span]).astimezone(here).strftime("%Y-%m")
    oldest = min([now, *span]).astimezone(here).strftime("%Y-%m")
    found: list[str] = []
    at = newest
    while len(found) < MONTHS and at >= oldest:
        found.append(at)
        at = _beside(at, -1)
    before, after = _beside(shown, -1), _beside(shown, 1)
    return (
        tuple(sorted({*found, shown}, reverse=True)),
        before if oldest <= before <= newest else None,
        after if oldest <= after <= newest else None,
    )


def _beside(month: str, by: int) -> str:
    first = datetime(int(month[:4]), int(month[5:]), 1, tzinfo=UTC)
    return (first - timedelta(days=1) if by < 0 else first + timedelta(days=31)).strftime("%Y-%m")


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
