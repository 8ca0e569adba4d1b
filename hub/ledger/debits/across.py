"""Rows of several accounts at once: what happened between two moments, and what the events of devices have become."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from hub.ledger.model import AccountId, Cause, Kind, TransactionId
from hub.ledger.store.raw import marks
from hub.ledger.store.reading import read_cause
from hub.ledger.store.tables import Entry
from hub.store.fields import from_micros, rows, to_micros

AT_ONCE = 400


class Moved(NamedTuple):
    """A row of a family's account. `at` is when it happened; `scope` and `key` say whose id it is; `back_kop` was taken back of it."""

    txn: TransactionId
    account: AccountId
    kind: Kind
    amount_kop: int
    closing_kop: int
    at: datetime
    booked_at: datetime
    scope: str
    key: str
    actor: str
    reverses: str | None
    cause: Cause
    back_kop: int


_AT = "COALESCE(t.happened_at, e.booked_at)"
_ROW = (
    f"SELECT t.id, e.account, e.kind, e.amount_kop, e.closing_kop, {_AT}, e.booked_at, t.scope, t.key, t.actor, t.reverses, t.cause, "  # noqa: S608 - own names
    "(SELECT COALESCE(SUM(r.amount_kop), 0) FROM ledger_txn AS rt JOIN ledger_entry AS r ON r.txn = rt.id "
    "WHERE rt.reverses = t.id AND r.account = e.account) "
    "FROM ledger_entry AS e JOIN ledger_txn AS t ON t.id = e.txn "
)


def between(
    accounts: Collection[AccountId], *, start: datetime, end: datetime, limit: int, kinds: Collection[Kind] = (), devices: bool = True
) -> list[Moved]:
    """What happened from `start` to before `end`, newest first. Without `devices` nothing that a device's event made."""
    if not accounts:
        return []
    asked: list[object] = [*accounts, to_micros(start), to_micros(start), to_micros(end)]
    # A row is never booked before it happened, but for a device's clock that is a little ahead.
    sql = f"{_ROW} WHERE e.account IN ({marks(accounts)}) AND e.booked_at >= ? AND {_AT} >= ? AND {_AT} < ?"
    if kinds:
        sql += f" AND e.kind IN ({marks(kinds)})"
        asked += [kind.value for kind in kinds]
    if not devices:
        sql += " AND t.scope NOT LIKE ?"
        asked.append("device:%")
    sql += f" ORDER BY {_AT} DESC, t.id, e.leg LIMIT ?"
    return [_moved(row) for row in rows(Entry, sql, (*asked, limit))]


def of_events(keys: Collection[tuple[str, str]], accounts: Collection[AccountId]) -> Mapping[tuple[str, str], Moved]:
    """By (scope, key): what these events took from one of these accounts."""
    found: dict[tuple[str, str], Moved] = {}
    wanted = sorted(set(keys))
    if not accounts:
        return found
    for begin in range(0, len(wanted), AT_ONCE):
        some = wanted[begin : begin + AT_ONCE]
        each = " OR ".join(["(t.scope = ? AND t.key = ?)"] * len(some))
        asked = [part for one in some for part in one]
        for row in rows(Entry, f"{_ROW} WHERE ({each}) AND e.account IN ({marks(accounts)})", (*asked, *accounts)):
            made = _moved(row)
            found[made.scope, made.key] = made
    return found


def numbers(accounts: Collection[AccountId]) -> int:
    """Grows with every row of these accounts."""
    if not accounts:
        return 0
    sql = f"SELECT MAX(number) FROM ledger_entry WHERE account IN ({marks(accounts)}) GROUP BY account"  # noqa: S608 - question marks
    return sum(int(newest or 0) for (newest,) in rows(Entry, sql, (*accounts,)))


def _moved(row: tuple[Any, ...]) -> Moved:
    txn, account, kind, kop, closing, at, booked, scope, key, actor, reverses, cause, back = row
    return Moved(
        txn=TransactionId(txn),
        account=AccountId(account),
        kind=Kind(kind),
        amount_kop=int(kop),
        closing_kop=int(closing),
        at=from_micros(int(at)),
        booked_at=from_micros(int(booked)),
        scope=scope,
        key=key,
        actor=actor,
        reverses=reverses,
        cause=read_cause(cause) if cause else Cause(),
        back_kop=int(back),
    )
