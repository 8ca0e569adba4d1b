"""No store is forgotten: a table that nobody names is bound to no database and rotated by nobody."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import peewee

import hub.store
from hub.store.database import tables
from hub.store.fields import SealedColumn


def _modules() -> Iterator[object]:
    for found in pkgutil.walk_packages(hub.store.__path__, "hub.store."):
        if ".migrations." not in found.name:
            yield import_module(found.name)


def test_every_model_of_a_store_is_among_the_tables() -> None:
    models = {
        value
        for module in _modules()
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, peewee.Model) and value.__module__.startswith("hub.store.")
    }
    assert models - set(tables.tables()) == set()


def test_every_sealed_column_of_a_store_is_rotated() -> None:
    columns = {
        (column.model, column.column)
        for module in _modules()
        for value in vars(module).values()
        if isinstance(value, tuple)
        for column in value
        if isinstance(column, SealedColumn)
    }
    assert columns - {(column.model, column.column) for column in tables.sealed()} == set()
