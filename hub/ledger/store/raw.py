"""Short raw statements for the ledger's hot path: many rows at once, and what each engine says differently."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import peewee

from hub.ledger.model import TransactionId
from hub.ledger.store.tables import Account, Entry, Txn
from hub.store.fields import rows, to_micros

TXN_COLUMNS = (
    "id", "scope", "key", "request_hash", "kind", "purpose", "reverses", "linked", "happened_at", "recorded_at", "actor", "receipt",
    "cause",
)  # fmt: skip
ENTRY_COLUMNS = ("txn", "leg", "account", "amount_kop", "number", "closing_kop", "booked_at", "kind")
_BIGINT = frozenset({"happened_at", "recorded_at"})
Row = tuple[Any, ...]
_PEEWEES_ERRORS: Any = vars(peewee)["__exception_wrapper__"]
"""Turns a driver's error into Peewee's, as its own statements do."""


def new_id(now: datetime) -> TransactionId:
    """Sorts by the time it was made, so that a long table grows at its end."""
    return TransactionId(f"{to_micros(now) // 1000:012x}{secrets.token_hex(10)}")


def marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))


def insert_txns(made: Sequence[Row]) -> frozenset[str]:
    """Inserts the rows whose scope and key are free; the ids of those whose are not."""
    database = Txn._meta.database
    names = ", ".join(f'"{name}"' for name in TXN_COLUMNS)
    if isinstance(database, peewee.SqliteDatabase):
        sql = f"INSERT INTO ledger_txn ({names}) VALUES ({marks(TXN_COLUMNS)}) ON CONFLICT (scope, key) DO NOTHING"  # noqa: S608 - own names
        cursor = database.connection().cursor()  # type: ignore[no-untyped-call]  # peewee's stub leaves it untyped
        with _PEEWEES_ERRORS:
            return frozenset(row[0] for row in made if cursor.execute(sql, row).rowcount == 0)
    arrays = ", ".join(f"%s::{'bigint' if name in _BIGINT else 'text'}[]" for name in TXN_COLUMNS)
    sql = f"INSERT INTO ledger_txn ({names}) SELECT * FROM unnest({arrays}) ON CONFLICT (scope, key) DO NOTHING RETURNING id"  # noqa: S608 - own names
    taken = database.execute_sql(sql, [list(column) for column in zip(*made, strict=True)])
    return frozenset(row[0] for row in made) - {id_ for (id_,) in taken}


def insert_entries(made: Sequence[Row]) -> None:
    database = Entry._meta.database
    text = f"INSERT INTO ledger_entry ({', '.join(ENTRY_COLUMNS)}) VALUES ({marks(ENTRY_COLUMNS)})"  # noqa: S608 - own names
    cursor = database.connection().cursor()
    with _PEEWEES_ERRORS:
        cursor.executemany(text.replace("?", database.param), made)


def lock_accounts(ids: Sequence[str]) -> list[Row]:
    """Id, purpose and end of the accounts, in one order for everybody; nobody else adds an entry to them until this unit ends."""
    locking = "" if isinstance(Account._meta.database, peewee.SqliteDatabase) else " FOR NO KEY UPDATE"
    sql = f"SELECT id, purpose, closed_at FROM contract_account WHERE id IN ({marks(ids)}) ORDER BY id{locking}"  # noqa: S608 - question marks
    return rows(Account, sql, ids)


def lock_txns(ids: Sequence[str]) -> list[Row]:
    """Id, kind and purpose of transactions that are to be reversed; two reversals of one take turns."""
    locking = "" if isinstance(Txn._meta.database, peewee.SqliteDatabase) else " FOR NO KEY UPDATE"
    sql = f"SELECT id, kind, purpose FROM ledger_txn WHERE id IN ({marks(ids)}) ORDER BY id{locking}"  # noqa: S608 - question marks
    return rows(Txn, sql, ids)
