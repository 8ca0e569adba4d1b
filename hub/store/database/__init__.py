"""The hub's database: one function is one unit of work, run whole in a thread, committed before its answer comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal, TypeVar

import peewee

from hub.store.database import engines
from hub.store.database.errors import Closed, NoSpace, Overloaded, StorageError, Unreachable
from hub.store.database.lanes import AwaitedJob, BlockingJob, Lane
from hub.store.database.units import GroupCommit, PooledWrite, ReadOnly

__all__ = ["Closed", "Database", "NoSpace", "Overloaded", "StorageError", "Unreachable"]

Answer = TypeVar("Answer")
WRITE_QUEUE = 4096
READ_QUEUE = 4096


class Database:
    """Runs units of work: zero-argument synchronous functions that use bound Peewee models and hold nothing when they return.

    A unit is atomic: what it raises undoes it and is raised to the caller. A unit may be run twice (when the group it shared a
    commit with failed), so it must change nothing but the database. Context variables of the caller are seen inside. `write` answers
    after the commit is durable. Models are bound by `bind`; models declare no database of their own.
    """

    def __init__(self, url: str, *, write_queue: int = WRITE_QUEUE) -> None:
        """`url`: `postgresql://…`, or the path of the SQLite file. Connects when first used."""
        self.url = url
        self.epoch = 0
        """Grows before and after each write of this process: what was read at another epoch may be out of date."""
        self.engine: peewee.Database
        self.kind: Literal["sqlite", "postgres"]
        if url.startswith(("postgresql://", "postgres://")):
            self.kind, self.file = "postgres", None
            self.engine = engines.postgres(url)
            self._writers = Lane("hub-write", threads=4, capacity=write_queue, work=PooledWrite(self.engine), leave=self._leave)
            self._readers = Lane("hub-read", threads=4, capacity=READ_QUEUE, work=ReadOnly(self.engine), leave=self._leave)
        else:
            self.kind, self.file = "sqlite", Path(url)
            self.engine = engines.sqlite(self.file)
            self._writers = Lane("hub-write", threads=1, capacity=write_queue, work=GroupCommit(self.engine), leave=self._leave)
            self._readers = Lane("hub-read", threads=2, capacity=READ_QUEUE, work=ReadOnly(self.engine), leave=self._leave)

    def bind(self, models: Iterable[type[peewee.Model]]) -> None:
        """Points the models at this database; the last bound database wins."""
        self.engine.bind(list(models), bind_refs=False, bind_backrefs=False)

    async def read(self, unit: Callable[[], Answer]) -> Answer:
        """Runs the unit on one snapshot; a write inside it fails."""
        return await _awaited(self._readers, unit)

    async def write(self, unit: Callable[[], Answer]) -> Answer:
        """Runs the unit in one transaction; the answer comes after the commit."""
        self.epoch += 1
        try:
            return await _awaited(self._writers, unit)
        finally:
            self.epoch += 1

    def read_sync(self, unit: Callable[[], Answer]) -> Answer:
        """`read` for commands and tests; never from the event loop."""
        return _blocking(self._readers, unit)

    def write_sync(self, unit: Callable[[], Answer]) -> Answer:
        """`write` for commands and tests; never from the event loop."""
        self.epoch += 1
        try:
            return _blocking(self._writers, unit)
        finally:
            self.epoch += 1

    async def close(self) -> None:
        """Takes no new unit, finishes the queued ones, closes every connection."""
        await asyncio.to_thread(self.close_sync)

    def close_sync(self) -> None:
        self._readers.close()
        self._writers.close()

    @property
    def waiting(self) -> int:
        """Units queued for writing, for /metrics and back-pressure."""
        return self._writers.waiting

    def _leave(self) -> None:
        if not self.engine.is_closed():
            self.engine.close()


async def _awaited(lane: Lane, unit: Callable[[], Answer]) -> Answer:
    job = AwaitedJob(unit)
    lane.submit(job)
    answer: Answer = await job.future
    return answer


def _blocking(lane: Lane, unit: Callable[[], Answer]) -> Answer:
    job = BlockingJob(unit)
    lane.submit(job)
    answer: Answer = job.future.result()
    return answer
