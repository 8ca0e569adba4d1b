"""Instants as numbers and short raw queries, for the paths where the query builder costs too much."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import peewee

from identity.store.rows import SealedColumn, changed, insert
from identity.store.tables import InstantField

__all__ = [
    "InstantField",
    "SealedColumn",
    "a_sealed_value",
    "changed",
    "delete",
    "delete_ids",
    "from_micros",
    "insert",
    "rows",
    "to_micros",
]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def rows(model: type[peewee.Model], sql: str, params: Sequence[object]) -> list[tuple[Any, ...]]:
    """Rows of one plain query with `?` for parameters; a tenth of the cost of the query builder where that counts."""
    database = model._meta.database
    text = sql if database.param == "?" else sql.replace("?", database.param)
    found: list[tuple[Any, ...]] = database.execute_sql(text, tuple(params)).fetchall()
    return found


def delete(model: type[peewee.Model], *where: object) -> int:
    """Deletes the rows that meet every condition; the count of them."""
    return int(peewee.ModelDelete(model).where(*where).execute())


def delete_ids(model: type[peewee.Model], sql: str, params: Sequence[object]) -> int:
    """Deletes the rows whose `id` the query selects; the count of them. In two steps, so that a limit works on both databases."""
    ids = [id_ for (id_,) in rows(model, sql, params)]
    return delete(model, peewee.Expression(model._meta.primary_key, peewee.OP.IN, ids)) if ids else 0


def a_sealed_value(columns: Iterable[SealedColumn]) -> str | None:
    """Any sealed value of the database, to see which key it was sealed with; None while nothing is sealed."""
    for column in columns:
        field = column.model._meta.fields[column.column]
        found: str | None = column.model.select(field).where(field.is_null(False), field != "").limit(1).scalar()
        if found:
            return found
    return None
