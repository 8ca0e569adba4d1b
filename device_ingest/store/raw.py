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
MOST_ROWS = 1024


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


def insert(model: type[peewee.Model], columns: Sequence[str], types: Sequence[str], made: Sequence[Row]) -> None:
    """Every row or none, many in one statement: on SQLite that lets the other threads run meanwhile, which a row at a time does not."""
    if not made:
        return
    database, table, names = model._meta.database, model._meta.table_name, ", ".join(columns)
    if isinstance(database, peewee.SqliteDatabase):
        connection = database.connection()  # type: ignore[no-untyped-call]  # peewee's stub leaves it untyped
        at = 0
        with _PEEWEES_ERRORS:
            for size in _sizes(len(made)):
                connection.execute(_values(table, names, len(columns), size), list(chain.from_iterable(made[at : at + size])))
                at += size
        return
    arrays = ", ".join(f"%s::{kind}[]" for kind in types)
    sql = f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays})"  # noqa: S608 - own names
    database.execute_sql(sql, [list(column) for column in zip(*made, strict=True)])


def _sizes(count: int) -> Iterator[int]:
    """Powers of two, the largest first: few different statements, each prepared once a connection."""
    size = MOST_ROWS
    while count:
        while size > count:
            size //= 2
        yield size
        count -= size


@cache
def _values(table: str, names: str, columns: int, rows: int) -> str:
    row = f"({', '.join('?' * columns)})"
    return f"INSERT INTO {table} ({names}) VALUES {', '.join([row] * rows)}"  # noqa: S608 - own names


def among(ids: Sequence[str]) -> str:
    """SQLite's way to ask for many ids in one parameter."""
    return msgspec.json.encode(ids).decode()
