"""How one job is run on each engine: group commit on SQLite, a pooled transaction on PostgreSQL, a read-only snapshot on both."""

from __future__ import annotations

import logging
import sqlite3
import time
from types import TracebackType

import peewee

from hub.store.database.errors import NoSpace, Overloaded, StorageError, Unreachable
from hub.store.database.lanes import Job, Lane

GROUP_UNITS = 256
GROUP_S = 0.1
LOGGED_ROWS = 2000
"""Changed since SQLite's log was last taken back: about as many pages."""
TRIES = 5
_AGAIN = frozenset({"40001", "40P01"})  # serialization failure, deadlock: PostgreSQL's manual says to run the transaction again

_DISK_FULL = "53100"
_SERVER_TROUBLE = ("08", "53", "57")  # the connection, the server's means, an operator's stop
_READ_ONLY = "25006"  # a standby, until the balancer sees who leads
_ITS_END = ("no transaction is active", "no such savepoint")
_OUT_OF_REACH = ("connect", "unable to open", "disk I/O error")


log = logging.getLogger(__name__)


class _FirstFailed(Exception):
    """Nothing but this unit was in the transaction: all of it is undone."""


class _GroupLost(Exception):
    """The transaction ended under a unit (disk full, I/O error): nothing of the group was kept."""


class _Outcome:
    """Keeps the error of its block for whoever waits for the job, and lets the thread go on."""

    def __init__(self, job: Job, *, writing: bool = True) -> None:
        self._job, self._writing = job, writing

    def __enter__(self) -> None:
        self._job.error = None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        self._job.error = None if error is None else worded(error, writing=self._writing)
        return True


class GroupCommit:
    """Runs the jobs that wait, up to 256 or 100 ms, in one transaction, a savepoint each; a lost group is run again job by job.

    The first needs no savepoint: when it fails, the transaction holds nothing else, and the others go into the next. SQLite's log goes
    back into the file when all were answered: inside a commit they would wait for it.
    """

    def __init__(self, engine: peewee.Database) -> None:
        self._engine = engine
        self._rows = 0

    def __call__(self, first: Job, lane: Lane) -> None:
        group = [first]
        try:
            _connect(self._engine)
            with self._engine.atomic("IMMEDIATE"):
                ends_at = time.monotonic() + GROUP_S
                self._attempt_first(first)
                while len(group) < GROUP_UNITS and time.monotonic() < ends_at and (job := lane.take()):
                    group.append(job)
                    self._attempt(job)
        except _FirstFailed:
            pass  # its own error is kept for whoever waits
        except (peewee.PeeweeException, _GroupLost) as error:
            if len(group) == 1:
                first.error = worded(error)
            else:
                for job in group:
                    self._alone(job)
        for job in group:
            job.settle()
        if not self._engine.is_closed():
            self._take_back()

    def _take_back(self) -> None:
        connection = _sqlites(self._engine)
        rows = connection.total_changes
        if 0 <= rows - self._rows < LOGGED_ROWS:
            return
        self._rows = rows
        try:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        except sqlite3.Error as error:
            log.warning("SQLite's log was not taken back and grows on: %s", error)

    def _alone(self, job: Job) -> None:
        with _Outcome(job):
            _connect(self._engine)
            with self._engine.atomic("IMMEDIATE"):
                job.attempt()

    def _attempt_first(self, job: Job) -> None:
        with _Outcome(job):
            job.attempt()
            if not _in_transaction(self._engine):
                raise peewee.OperationalError("the transaction ended under the unit")
        if job.error is not None:
            raise _FirstFailed

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
        with _Outcome(job, writing=False):
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
    return _sqlites(engine).in_transaction


def _sqlites(engine: peewee.Database) -> sqlite3.Connection:
    """This thread's own connection, beneath Peewee."""
    found: sqlite3.Connection = engine.connection()  # type: ignore[no-untyped-call]  # peewee's stub leaves it untyped
    return found


def _transient(error: BaseException | None) -> bool:
    return isinstance(error, peewee.PeeweeException) and _sqlstate(error) in _AGAIN


def _sqlstate(error: BaseException) -> str:
    """PostgreSQL's own code; empty where the error is not the server's."""
    return getattr(error.__cause__ or error.__context__, "sqlstate", None) or ""


def _lost_before(engine: peewee.Database, job: Job) -> bool:
    """The server had closed the idle connection (a restart): the unit has not begun, so a new connection may run it."""
    return not job.started and job.error is not None and not engine.is_closed() and not engine.is_connection_usable()


def worded(error: BaseException, *, writing: bool = True) -> BaseException:
    """Peewee's error as one of ours where somebody can do something about it. A write among reads is our own fault."""
    error = _beneath(error)
    if not isinstance(error, peewee.PeeweeException):
        return error
    state, text = _sqlstate(error), str(error).strip()
    found: StorageError
    if state == _DISK_FULL or "database or disk is full" in text:
        found = NoSpace("the disk is full")
    elif state[:2] in _SERVER_TROUBLE or (writing and (state == _READ_ONLY or "readonly database" in text)):
        found = Unreachable(text.splitlines()[0])
    elif not isinstance(error, peewee.OperationalError):
        return error
    elif "database is locked" in text or "database table is locked" in text:
        return Overloaded("another process is writing")
    elif any(words in text for words in _OUT_OF_REACH):
        found = Unreachable(text.splitlines()[0])
    else:
        return error
    found.__cause__ = error
    return found


def _beneath(error: BaseException) -> BaseException:
    """SQLite ends the transaction by itself where the disk fails; that its savepoint is gone then says nothing."""
    found: BaseException | None = error
    while found is not None and any(words in str(found) for words in _ITS_END):
        found = found.__context__
    return found or error
