"""The ledger checks itself: what must be true of every row, asked of the whole database (facts/payments-and-ledger.md 2, «Invariants»)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import peewee

from hub.ledger.store import triggers
from hub.ledger.store.tables import Entry, Txn
from hub.store.fields import rows

UNIQUE = ("ledger_txn", ("scope", "key")), ("ledger_entry", ("account", "number"))

# Each query finds what must not be: (what is wrong, an example's name).
_FAULTS = {
    "a transaction does not add up to zero": "SELECT txn FROM ledger_entry GROUP BY txn HAVING SUM(amount_kop) <> 0",
    "a transaction has one entry, or none": (
        "SELECT t.id FROM ledger_txn AS t LEFT JOIN ledger_entry AS e ON e.txn = t.id GROUP BY t.id HAVING COUNT(e.txn) < 2"
    ),
    "an entry has no transaction": "SELECT e.txn FROM ledger_entry AS e LEFT JOIN ledger_txn AS t ON t.id = e.txn WHERE t.id IS NULL",
    "a family's entry is not chained": (
        "SELECT e.account FROM ledger_entry AS e JOIN contract_account AS a ON a.id = e.account WHERE e.number IS NULL"
    ),
    "an account's rows do not chain": (
        "SELECT account FROM (SELECT account, number, amount_kop, closing_kop, booked_at, "
        "LAG(closing_kop, 1, 0) OVER w AS opening, LAG(number, 1, 0) OVER w AS prior, LAG(booked_at, 1, 0) OVER w AS earlier "
        "FROM ledger_entry WHERE number IS NOT NULL WINDOW w AS (PARTITION BY account ORDER BY number)) AS chained "
        "WHERE closing_kop <> opening + amount_kop OR number <> prior + 1 OR booked_at < earlier"
    ),
    "purposes are mixed in one transaction": (
        "SELECT e.txn FROM ledger_entry AS e JOIN contract_account AS a ON a.id = e.account "
        "GROUP BY e.txn HAVING COUNT(DISTINCT a.purpose) > 1"
    ),
    "an account's money is for something else": (
        "SELECT e.txn FROM ledger_entry AS e JOIN contract_account AS a ON a.id = e.account JOIN ledger_txn AS t ON t.id = e.txn "
        "WHERE t.purpose IS NULL OR t.purpose <> a.purpose"
    ),
    "more was taken back than was given": (
        "SELECT o.txn FROM ledger_entry AS o JOIN (SELECT t.reverses AS txn, e.account AS account, SUM(e.amount_kop) AS back "
        "FROM ledger_txn AS t JOIN ledger_entry AS e ON e.txn = t.id WHERE t.reverses IS NOT NULL GROUP BY t.reverses, e.account) AS r "
        "ON r.txn = o.txn AND r.account = o.account WHERE (o.amount_kop > 0) = (r.back > 0) OR ABS(r.back) > ABS(o.amount_kop)"
    ),
    "a key stands twice": "SELECT scope FROM ledger_txn GROUP BY scope, key HAVING COUNT(*) > 1",
    "a closed contract still holds money": (
        "SELECT a.contract FROM contract_account AS a JOIN contract AS c ON c.id = a.contract AND c.state = 'closed' "
        "JOIN ledger_entry AS e ON e.account = a.id AND e.number = (SELECT MAX(number) FROM ledger_entry WHERE account = a.id) "
        "WHERE e.closing_kop <> 0"
    ),
}


def faults() -> Sequence[str]:
    """What is wrong, in words with a count; empty when all is well. Runs inside a unit; reads the whole ledger."""
    found = [*guards()]
    for name, sql in _FAULTS.items():
        ((count,),) = rows(Entry, f"SELECT COUNT(*) FROM ({sql}) AS wrong", ())  # noqa: S608 - the queries above
        if count:
            found.append(f"{name}: {count}")
    ((all_kop,),) = rows(Entry, "SELECT COALESCE(SUM(amount_kop), 0) FROM ledger_entry", ())
    if all_kop:
        found.append(f"all entries together are {int(all_kop)} and not zero")
    return found


def guards() -> Sequence[str]:
    """What the database itself ought to refuse and does not."""
    database: Any = Txn._meta.database
    found = [f"the trigger {name} is missing" for name in triggers.missing(database)]
    for table, columns in UNIQUE:
        if not any(index.unique and tuple(index.columns) == columns for index in _indexes(database, table)):
            found.append(f"{table} is not unique by {', '.join(columns)}")
    return found


def _indexes(database: peewee.Database, table: str) -> Any:
    return database.get_indexes(table)
