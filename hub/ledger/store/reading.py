"""What is on an account, and how it came to that: balances, and a month row by row (RULES D1; F028-F030)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import msgspec

from hub.ledger.model import NO_CAUSE, AccountId, Cause
from hub.ledger.store.raw import marks
from hub.ledger.store.tables import Entry, Hold
from hub.store.fields import from_micros, rows, to_micros

_CAUSE = msgspec.json.Decoder(Cause)


@lru_cache(maxsize=4096)
def read_cause(text: str) -> Cause:
    """Rows of one canteen have few different causes."""
    return _CAUSE.decode(text)


class Line(NamedTuple):
    """One row of a statement, as quick to make as the database is to give it."""

    number: int
    txn: str
    booked_at: int
    kind: str
    amount_kop: int
    closing_kop: int
    reverses: str | None
    happened_at: int | None
    cause_text: str | None
    actor: str = ""

    @property
    def opening_kop(self) -> int:
        return self.closing_kop - self.amount_kop

    @property
    def at(self) -> datetime:
        return from_micros(self.booked_at)

    @property
    def cause(self) -> Cause:
        return read_cause(self.cause_text) if self.cause_text else NO_CAUSE


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """`opening_kop` and `closing_kop` are the whole month's; `next` is the number after which the rest begins."""

    opening_kop: int
    closing_kop: int
    lines: Sequence[Line]
    next: int | None


def balance(account: AccountId) -> int:
    """The closing balance of the last entry: as quick with a million entries as with one."""
    found = rows(
        Entry, "SELECT closing_kop FROM ledger_entry WHERE account = ? AND number IS NOT NULL ORDER BY number DESC LIMIT 1", (account,)
    )
    return int(found[0][0]) if found else 0


def newest(account: AccountId) -> int:
    """The number of the last row; nothing before it ever changes."""
    found = rows(Entry, "SELECT MAX(number) FROM ledger_entry WHERE account = ?", (account,))
    return int(found[0][0] or 0)


def balances(accounts: Sequence[AccountId]) -> Mapping[AccountId, int]:
    """Of several accounts at once; one without entries holds nothing."""
    if not accounts:
        return {}
    last = "SELECT MAX(number) FROM ledger_entry WHERE account = a.id"
    sql = (
        "SELECT a.id, e.closing_kop FROM contract_account AS a "  # noqa: S608 - question marks
        f"JOIN ledger_entry AS e ON e.account = a.id AND e.number = ({last}) WHERE a.id IN ({marks(accounts)})"
    )
    found = {AccountId(id_): int(kop) for id_, kop in rows(Entry, sql, accounts)}
    return {account: found.get(account, 0) for account in accounts}


def holds(accounts: Sequence[AccountId], *, now: datetime) -> Mapping[AccountId, int]:
    """What is spoken for; an account without holds is not in the answer."""
    if not accounts:
        return {}
    sql = (
        f"SELECT account, SUM(amount_kop) FROM ledger_hold WHERE account IN ({marks(accounts)}) "  # noqa: S608 - question marks
        "AND state = 'open' AND expires_at > ? GROUP BY account"
    )
    return {AccountId(account): int(kop) for account, kop in rows(Hold, sql, (*accounts, to_micros(now)))}


def span(account: AccountId) -> tuple[datetime, ...]:
    """When the first and the last row were booked; nothing without rows."""
    ends = [
        rows(Entry, f"SELECT booked_at FROM ledger_entry WHERE account = ? ORDER BY booked_at {way} LIMIT 1", (account,))  # noqa: S608 - own words
        for way in ("ASC", "DESC")
    ]
    return tuple(from_micros(found[0][0]) for found in ends if found)


def total(account: AccountId, *, since: datetime | None = None, until: datetime | None = None) -> int:
    """What went through an account, a system one too, between two booking times."""
    sql = "SELECT COALESCE(SUM(amount_kop), 0) FROM ledger_entry WHERE account = ? AND booked_at >= ? AND booked_at < ?"
    ((kop,),) = rows(Entry, sql, (account, to_micros(since) if since else 0, to_micros(until) if until else 2**62))
    return int(kop)


_MONTH = (
    "SELECT e.number, e.txn, e.booked_at, e.kind, e.amount_kop, e.closing_kop, t.reverses, t.happened_at, t.cause, t.actor "
    "FROM ledger_entry AS e JOIN ledger_txn AS t ON t.id = e.txn "
    "WHERE e.account = ? AND e.booked_at >= ? AND e.booked_at < ? AND e.number > ? {}ORDER BY e.booked_at, e.number LIMIT ?"
)
_ALL, _OF_KIND = _MONTH.format(""), _MONTH.format("AND e.kind = ? ")


def month(account: AccountId, *, start: datetime, end: datetime, after: int = 0, limit: int = 1000, kind: str | None = None) -> Month:
    """The rows booked from `start` to before `end`, oldest first. Each opens with the closing of the one before, over pages and months.

    With a `kind` only those rows; each keeps its own opening and closing.
    """
    first, last = to_micros(start), to_micros(end)
    since = max(first, _booked_at(account, after)) if after else first
    asked = (account, since, last, after, *((kind,) if kind else ()), limit + 1)
    found = rows(Entry, _OF_KIND if kind else _ALL, asked)
    lines = [Line(*row) for row in found[:limit]]
    return Month(
        opening_kop=balance_before(account, start),
        closing_kop=balance_before(account, end),
        lines=lines,
        next=lines[-1].number if len(found) > limit else None,
    )


def latest(account: AccountId, limit: int) -> Sequence[Line]:
    """The last rows of an account, the newest first."""
    sql = (
        "SELECT e.number, e.txn, e.booked_at, e.kind, e.amount_kop, e.closing_kop, t.reverses, t.happened_at, t.cause, t.actor "
        "FROM ledger_entry AS e JOIN ledger_txn AS t ON t.id = e.txn "
        "WHERE e.account = ? AND e.number IS NOT NULL ORDER BY e.number DESC LIMIT ?"
    )
    return [Line(*row) for row in rows(Entry, sql, (account, limit))]


def balance_before(account: AccountId, instant: datetime) -> int:
    """What the account held when this instant came."""
    sql = (
        "SELECT closing_kop FROM ledger_entry WHERE account = ? AND booked_at < ? AND number IS NOT NULL "
        "ORDER BY booked_at DESC, number DESC LIMIT 1"
    )
    found = rows(Entry, sql, (account, to_micros(instant)))
    return int(found[0][0]) if found else 0


def named(txns: Sequence[str]) -> Mapping[str, tuple[str, datetime, Cause]]:
    """Kind, booking time and cause of transactions that a row names."""
    found: dict[str, tuple[str, datetime, Cause]] = {}
    for begin in range(0, len(txns), 500):
        some = txns[begin : begin + 500]
        sql = (
            "SELECT t.id, t.kind, t.cause, MIN(e.booked_at) FROM ledger_txn AS t JOIN ledger_entry AS e ON e.txn = t.id "  # noqa: S608 - question marks
            f"WHERE t.id IN ({marks(some)}) GROUP BY t.id, t.kind, t.cause"
        )
        for id_, kind, cause, booked_at in rows(Entry, sql, some):
            found[id_] = (kind, from_micros(int(booked_at)), read_cause(cause) if cause else NO_CAUSE)
    return found


def actors_of(account: AccountId) -> Sequence[str]:
    """Whoever made a row of this account."""
    sql = "SELECT DISTINCT t.actor FROM ledger_entry AS e JOIN ledger_txn AS t ON t.id = e.txn WHERE e.account = ?"
    return [actor for (actor,) in rows(Entry, sql, (account,))]


def _booked_at(account: AccountId, number: int) -> int:
    found = rows(Entry, "SELECT booked_at FROM ledger_entry WHERE account = ? AND number = ?", (account, number))
    return int(found[0][0]) if found else 0


def spent_on_meals(account: AccountId, *, start: datetime, end: datetime) -> int:
    """Meals between two times, less what of them was taken back in the same time (RULES D8)."""
    sql = (
        "SELECT COALESCE(-SUM(e.amount_kop), 0) FROM ledger_entry AS e LEFT JOIN ledger_txn AS t ON t.id = e.txn "
        "LEFT JOIN ledger_entry AS o ON o.txn = t.reverses AND o.account = e.account "
        "WHERE e.account = ? AND e.booked_at >= ? AND e.booked_at < ? "
        "AND (e.kind = 'meal' OR (e.kind = 'reversal' AND o.kind = 'meal' AND o.booked_at >= ?))"
    )
    first = to_micros(start)
    ((kop,),) = rows(Entry, sql, (account, first, to_micros(end), first))
    return int(kop)


def by_kind(account: AccountId, *, start: datetime, end: datetime) -> Mapping[str, int]:
    """What came in and went out by kind, for the chart."""
    sql = (
        "SELECT kind, SUM(amount_kop) FROM ledger_entry WHERE account = ? AND booked_at >= ? AND booked_at < ? GROUP BY kind ORDER BY kind"
    )
    return {kind: int(kop) for kind, kop in rows(Entry, sql, (account, to_micros(start), to_micros(end)))}
