"""Every table of the hub's own stores, found by module: a new store edits nothing here."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import TypeAlias

import peewee

import hub.store
from hub.store.database import stamp
from hub.store.fields import SealedColumn

NOT_STORES = ("database", "migrations")
Table: TypeAlias = type[peewee.Model]


@cache
def _stores() -> tuple[object, ...]:
    names = sorted(module.name for module in pkgutil.iter_modules(hub.store.__path__) if module.name not in NOT_STORES)
    return tuple(import_module(f"hub.store.{name}") for name in names)


def tables() -> tuple[Table, ...]:
    """The unbound models of all hub stores."""
    return (*stamp.TABLES, *(model for store in _stores() for model in getattr(store, "TABLES", ())))


def sealed() -> tuple[SealedColumn, ...]:
    """The sealed columns of all hub stores, for `hub keys rotate`."""
    return tuple(column for store in _stores() for column in getattr(store, "SEALED", ()))
