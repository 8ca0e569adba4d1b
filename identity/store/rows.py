"""Short ways to the database that every part of the store uses: new ids, plain queries, sealed columns of a row."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from peewee import Model, ModelDelete

from identity.sealing import Keys
from identity.store.tables import EPOCH, InstantField, SealedColumn

__all__ = [
    "SealedColumn",
    "changed",
    "delete",
    "fetch",
    "insert",
    "instant",
    "instant_of",
    "marks",
    "micros",
    "new_id",
    "seal",
    "table_of",
    "unseal",
]

_INSTANT = InstantField()


def new_id() -> str:
    return uuid.uuid4().hex


def micros(instant: datetime) -> int:
    return int(_INSTANT.db_value(instant))


def instant(value: int | None) -> datetime | None:
    return None if value is None else _INSTANT.python_value(value)


def instant_of(value: int) -> datetime:
    return instant(value) or EPOCH


def fetch(model: type[Model], sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Rows of one plain query with `?` for parameters: these reads are on the path of every page."""
    database = model._meta.database
    text = sql if database.param == "?" else sql.replace("?", database.param)
    found: list[tuple[Any, ...]] = database.execute_sql(text, tuple(params)).fetchall()
    return found


def changed(model: type[Model], sql: str, params: Sequence[object]) -> int:
    """How many rows one plain statement with `?` for parameters changed."""
    database = model._meta.database
    text = sql if database.param == "?" else sql.replace("?", database.param)
    return int(database.execute_sql(text, tuple(params)).rowcount)


def insert(model: type[Model], **values: object) -> None:
    """`model.create` without its query builder, which costs more than the statement itself where a person waits for several."""
    defaults: dict[str, object] = model._meta.get_default_dict()  # type: ignore[no-untyped-call]  # peewee's stub leaves it untyped
    given = {**defaults, **values}
    fields = model._meta.fields
    changed(model, _insert_sql(model, tuple(given)), [fields[name].db_value(value) for name, value in given.items()])


@cache
def _insert_sql(model: type[Model], names: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{model._meta.fields[name].column_name}"' for name in names)
    return f'INSERT INTO "{table_of(model)}" ({columns}) VALUES ({marks(names)})'  # noqa: S608 - names of the model's own fields


def marks(values: Sequence[object]) -> str:
    """`?, ?, ?` for an IN list."""
    return ", ".join("?" * len(values))


def table_of(model: type[Model]) -> str:
    return str(model._meta.table_name)


def seal(keys: Keys, model: type[Model], column: str, row_id: str, text: str) -> str:
    return keys.seal(table_of(model), column, row_id, text)


def unseal(keys: Keys, model: type[Model], column: str, row_id: str, sealed: str) -> str:
    return keys.open(table_of(model), column, row_id, sealed)


def delete(model: type[Model]) -> ModelDelete:
    """`model.delete()`, which the stubs cannot type."""
    return ModelDelete(model)
