"""Calls that start together, each on its own connection in its own transaction: what several hub processes do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import peewee


def at_once(desk: Any, calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """The answers in the order of the calls; an error that is no collision of engines is an answer too."""
    barrier = threading.Barrier(len(calls))
    engine: peewee.Database = desk.database.engine

    def one(call: Callable[[], Any]) -> Any:
        barrier.wait()
        for _ in range(40):
            try:
                with engine.connection_context(), engine.atomic("IMMEDIATE") if desk.database.kind == "sqlite" else engine.atomic():
                    return call()
            except (peewee.OperationalError, peewee.IntegrityError):
                continue  # SQLite was busy, PostgreSQL saw a deadlock: the hub's database runs the unit again too
            except Exception as refused:  # noqa: BLE001 - handed to the test, which looks at it
                return refused
        raise AssertionError("never got through")

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))
