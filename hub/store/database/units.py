"""How one job is run on each engine: group commit on SQLite, a pooled transaction on PostgreSQL, a read-only snapshot on both."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

import peewee

from hub.store.database.errors import Overloaded, Unreachable
from hub.store.database.lanes import Job, Lane

GROUP_UNITS = 256
GROUP_S = 0.1
RETRIED_TRIES = 5
_TRANSIENT = frozenset({"40001", "40P01"})  # serialization failure, deadlock: PostgreSQL's manual says to run the transaction again


class _GroupLost(Exception):
    """The transaction ended under a unit (disk full, I/O error): nothing of the group was kept."""


class GroupCommit:
    """Runs the jobs that wait, up to 256 or 100 ms, in one transaction, a savepoint each; a lost group is run again job by job."""

    def __init__(self, engine: peewee.Database) -> None:
        self._engine = engine

    def __call__(self, first: Job, lane: Lane) -> None:
        group = [first]
        try:
            with _connected(self._engine), self._engine.atomic("IMMEDIATE"):
                ends_at = time.monotonic() + GROUP_S
                self._attempt(first)
                while len(group) < GROUP_UNITS and time.monotonic() < ends_at and (job := lane.take()):
                    group.append(job)
                    self._attempt(job)
        except (peewee.PeeweeException, _GroupLost) as error:
            if len(group) == 1:
                first.error = _worded(error)
            else:
                for job in group:
                    self._alone(job)
        for job in group:
            job.settle()

    def _alone(self, job: Job) -> None:
        job.error = None
        try:
            with _connected(self._engine), self._engine.atomic("IMMEDIATE"):
                self._attempt(job)
        except (peewee.PeeweeException, _GroupLost) as error:
            job.error = _worded(error)

    def _attempt(self, job: Job) -> None:
        try:
            with self._engine.savepoint():
                job.attempt()
        except BaseException as error:
            job.error = error
            if not _in_transaction(self._engine):
                raise _GroupLost from error


class PooledWrite:
    """One transaction a job; a deadlock or serialization failure is tried again."""

    def __init__(self, engine: peewee.Database) -> None:
        self._engine = engine

    def __call__(self, job: Job, _lane: Lane) -> None:
        for left in reversed(range(RETRIED_TRIES)):
            job.error = None
            try:
                with _connected(self._engine), self._engine.atomic():
                    job.attempt()
            except peewee.OperationalError as error:
                job.error = _worded(error)
                if left and _transient(error):
                    continue
            except BaseException as error:  # noqa: BLE001 - it is handed to whoever waits for this job
                job.error = error
            break
        job.settle()


class ReadOnly:
    """One snapshot a job, on a connection that refuses writes."""

    def __init__(self, engine: peewee.Database) -> None:
        self._engine = engine
        self._begin = "DEFERRED" if isinstance(engine, peewee.SqliteDatabase) else "REPEATABLE READ"

    def __call__(self, job: Job, _lane: Lane) -> None:
        try:
            with _connected(self._engine, read_only=True), self._engine.atomic(self._begin):
                job.attempt()
        except peewee.OperationalError as error:
            job.error = _worded(error)
        except BaseException as error:  # noqa: BLE001 - it is handed to whoever waits for this job
            job.error = error
        job.settle()


@contextmanager
def _connected(engine: peewee.Database, *, read_only: bool = False) -> Iterator[None]:
    """This thread's connection, opened anew when the old one is dead."""
    if not engine.is_closed() and not engine.is_connection_usable():
        engine.close()
    if engine.connect(reuse_if_open=True) and read_only:
        sqlite = isinstance(engine, peewee.SqliteDatabase)
        sql = "PRAGMA query_only = 1" if sqlite else "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"
        engine.execute_sql(sql)  # type: ignore[no-untyped-call]  # peewee's stub leaves it untyped
    yield


def _in_transaction(engine: peewee.Database) -> bool:
    connection: sqlite3.Connection = engine.connection()  # type: ignore[no-untyped-call]  # peewee's stub leaves it untyped
    return connection.in_transaction


def _transient(error: Exception) -> bool:
    return getattr(error.__cause__ or error.__context__, "sqlstate", None) in _TRANSIENT


def _worded(error: Exception) -> Exception:
    text = str(error).strip()
    if "database is locked" in text or "database table is locked" in text:
        return Overloaded("another process is writing")
    if isinstance(error, peewee.OperationalError) and ("connect" in text or "unable to open" in text):
        return Unreachable(text.splitlines()[0])
    return error
