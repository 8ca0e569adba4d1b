"""Short raw statements: many rows at once, and what each engine says differently."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain
from typing import Any

import msgspec
import peewee

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PEEWEES_ERRORS: Any = vars(peewee)["__exception_wrapper__"]
"""Turns a driver's error into Peewee's, as its own statements do."""
Row = Sequence[Any]
_COINS = (1000, 500, 200, 100, 50, 20, 10, 5, 2, 1)


def to_micros(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def is_sqlite(model: type[peewee.Model]) -> bool:
    return isinstance(model._meta.database, peewee.SqliteDatabase)


def query(model: type[peewee.Model], sql: str, params: Row) -> list[tuple[Any, ...]]:
    """Rows of a plain query with `?` for parameters."""
    database = model._meta.database
    found: list[tuple[Any, ...]] = database.execute_sql(sql.replace("?", database.param), tuple(params)).fetchall()
    return found


def change(model: type[peewee.Model], sql: str, params: Row) -> int:
    database = model._meta.database
    return int(database.execute_sql(sql.replace("?", database.param), tuple(params)).rowcount)


def insert(
    model: type[peewee.Model], columns: Sequence[str], types: Sequence[str], made: Sequence[Row], *, unless_there: bool = False
) -> int:
    """Every row or none, or those that are not there; how many. Many in one statement: on SQLite that lets the other threads run
    meanwhile, which a row at a time does not."""
    if not made:
        return 0
    database, table, names = model._meta.database, model._meta.table_name, ", ".join(columns)
    if isinstance(database, peewee.SqliteDatabase):
        connection = database.connection()  # type: ignore[no-untyped-call]  # peewee's stub leaves it untyped
        at = written = 0
        verb = "INSERT OR IGNORE" if unless_there else "INSERT"
        with _PEEWEES_ERRORS:
            for size in _sizes(len(made)):
                rows = list(chain.from_iterable(made[at : at + size]))
                written += connection.execute(_values(verb, table, names, len(columns), size), rows).rowcount
                at += size
        return written
    arrays = ", ".join(f"%s::{kind}[]" for kind in types)
    sql = f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays})"  # noqa: S608 - own names
    sql += " ON CONFLICT DO NOTHING" if unless_there else ""
    return int(database.execute_sql(sql, [list(column) for column in zip(*made, strict=True)]).rowcount)


def _sizes(count: int) -> Iterator[int]:
    """By few coins, the largest first: few different statements, each prepared once a connection, and a usual batch is one of them."""
    for size in _COINS:
        while count >= size:
            yield size
            count -= size


@cache
def _values(verb: str, table: str, names: str, columns: int, rows: int) -> str:
    row = f"({', '.join('?' * columns)})"
    return f"{verb} INTO {table} ({names}) VALUES {', '.join([row] * rows)}"


def among(ids: Sequence[str]) -> str:
    """SQLite's way to ask for many ids in one parameter."""
    return msgspec.json.encode(ids).decode()
