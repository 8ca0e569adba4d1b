"""How one job is run on each engine: group commit on SQLite, a pooled transaction on PostgreSQL, a read-only snapshot on both."""

from __future__ import annotations

import sqlite3
import time
from types import TracebackType

import peewee

from hub.store.database.errors import Overloaded, Unreachable
from hub.store.database.lanes import Job, Lane

GROUP_UNITS = 256
GROUP_S = 0.1
TRIES = 5
_AGAIN = frozenset({"40001", "40P01"})  # serialization failure, deadlock: PostgreSQL's manual says to run the transaction again


class _GroupLost(Exception):
    """The transaction ended under a unit (disk full, I/O error): nothing of the group was kept."""


class _Outcome:
    """Keeps the error of its block for whoever waits for the job, and lets the thread go on."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def __enter__(self) -> None:
        self._job.error = None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        self._job.error = None if error is None else _worded(error)
        return True


class GroupCommit:
    """Runs the jobs that wait, up to 256 or 100 ms, in one transaction, a savepoint each; a lost group is run again job by job."""

    def __init__(self, engine: peewee.Database) -> None:
        self._engine = engine

    def __call__(self, first: Job, lane: Lane) -> None:
        group = [first]
        try:
            _connect(self._engine)
            with self._engine.atomic("IMMEDIATE"):
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
        with _Outcome(job):
            _connect(self._engine)
            with self._engine.atomic("IMMEDIATE"):
                job.attempt()

    def _attempt(self, job: Job) -> None:
        with _Outcome(job), self._engine.savepoint():
            job.attempt()
        if job.error is not None and not _in_transaction(self._engine):
            raise _GroupLost from job.error


class PooledWrite:
    """One transaction a job; a deadlock or serialization failure is tried again."""

    def __init__(self, engine: peewee.Database) -> None:
        self._engine = engine

    def __call__(self, job: Job, _lane: Lane) -> None:
        for _ in range(TRIES):
            with _Outcome(job):
                _connect(self._engine)
                with self._engine.atomic():
                    job.attempt()
            if not (_transient(job.error) or _lost_before(self._engine, job)):
                break
        job.settle()


class ReadOnly:
    """One snapshot a job, on a connection that refuses writes."""

    def __init__(self, engine: peewee.Database) -> None:
        self._engine = engine
        sqlite = isinstance(engine, peewee.SqliteDatabase)
        self._begin = "DEFERRED" if sqlite else "REPEATABLE READ"
        self._refuse_writes = "PRAGMA query_only = 1" if sqlite else "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"

    def __call__(self, job: Job, _lane: Lane) -> None:
        self._attempt(job)
        if _lost_before(self._engine, job):
            self._attempt(job)
        job.settle()

    def _attempt(self, job: Job) -> None:
        with _Outcome(job):
            if _connect(self._engine):
                self._engine.execute_sql(self._refuse_writes)  # type: ignore[no-untyped-call]  # peewee's stub leaves it untyped
            with self._engine.atomic(self._begin):
                job.attempt()


def _connect(engine: peewee.Database) -> bool:
    """Sees to this thread's connection, opens it anew when the old one is dead; True when it is new."""
    if not engine.is_closed() and not engine.is_connection_usable():
        engine.close()
    return bool(engine.connect(reuse_if_open=True))


def _in_transaction(engine: peewee.Database) -> bool:
    connection: sqlite3.Connection = engine.connection()  # type: ignore[no-untyped-call]  # peewee's stub leaves it untyped
    return connection.in_transaction


def _transient(error: BaseException | None) -> bool:
    return isinstance(error, peewee.PeeweeException) and getattr(error.__cause__ or error.__context__, "sqlstate", None) in _AGAIN


def _lost_before(engine: peewee.Database, job: Job) -> bool:
    """The server had closed the idle connection (a restart): the unit has not begun, so a new connection may run it."""
    return not job.started and job.error is not None and not engine.is_closed() and not engine.is_connection_usable()


def _worded(error: BaseException) -> BaseException:
    """Peewee's error as one of ours where somebody can do something about it."""
    if not isinstance(error, peewee.OperationalError):
        return error
    text = str(error).strip()
    if "database is locked" in text or "database table is locked" in text:
        return Overloaded("another process is writing")
    if "connect" in text or "unable to open" in text:
        found = Unreachable(text.splitlines()[0])
        found.__cause__ = error
        return found
    return error
