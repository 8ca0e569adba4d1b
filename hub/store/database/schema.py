"""The schema's version: which migrations are applied, applying the rest, and whether this hub may open this database."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import peewee
from playhouse.migrations import Runner

from hub.store.database import Database, stamp
from hub.store.database.errors import StorageError, Unreachable
from hub.store.database.units import worded

FOLDER = Path(__file__).parent.parent / "migrations"
HISTORY = "schema_migration"
# Any number that no other program on the same server uses for its advisory locks.
_LOCK = 7_210_112_026


class SchemaError(StorageError):
    """The database may not be opened; the message is one line for the person who starts the hub."""


def pending(database: Database) -> tuple[str, ...]:
    """Migrations of this release that the database lacks."""
    with _connection(database) as engine:
        return tuple(m.name for m in _runner(engine).status() if m.path is not None and m.applied is None)


def wanted() -> frozenset[str]:
    """The names of this release's migrations."""
    return frozenset(file.stem for file in FOLDER.glob("[0-9]*.py"))


def applied(database: Database) -> frozenset[str]:
    """The names of the applied migrations; runs inside a unit of work."""
    found = database.engine.execute_sql(f"SELECT name FROM {HISTORY}")  # type: ignore[no-untyped-call]  # noqa: S608 - own name; untyped stub
    return frozenset(name for (name,) in found)


def version(database: Database) -> str:
    """The last applied migration's name, empty in an empty database."""
    with _connection(database) as engine:
        return max(_runner(engine).applied(), default="")


def migrate(database: Database, kind: stamp.Kind) -> tuple[str, ...]:
    """Applies what is pending and stamps a new database; returns the applied names. Two processes at once take turns."""
    with _one_file(database), _connection(database) as engine, _one_server(database, engine):
        _refuse_foreign(database, engine, kind)
        runner = _runner(engine)
        # Beside a hub that writes a command only looks: what is whole needs no write, which would have to wait for the other's.
        applied = tuple(runner.up()) if any(m.path is not None and m.applied is None for m in runner.status()) else ()
        if stamp.kind() is None:
            stamp.put(kind, now=datetime.now(UTC))
        return applied


def assume_migrated(database: Database) -> None:
    """Notes every migration as applied, for tables that were made otherwise (a restored dump without its history)."""
    with _connection(database) as engine:
        _runner(engine).fake()


def check(database: Database, kind: stamp.Kind) -> None:
    """Raises `SchemaError` unless the database is of this kind and exactly at this release's schema."""
    with _connection(database) as engine:
        _refuse_foreign(database, engine, kind)
        names = [m.name for m in _runner(engine).status() if m.path is not None and m.applied is None]
        if names or stamp.kind() is None:
            raise SchemaError(f"{len(names)} migrations are pending ({', '.join(names) or 'stamp'}): run `python -m hub migrate` first")


def _refuse_foreign(database: Database, engine: peewee.Database, kind: stamp.Kind) -> None:
    database.bind(stamp.TABLES)
    found = stamp.kind()
    if found == "demo" and kind == "real":
        raise SchemaError("this database belongs to a demo and is not opened outside the demo")
    if found == "real" and kind == "demo":
        raise SchemaError("this database is not a demo's: set HUB_MASTER_KEY, or another HUB_DATA_DIR for the demo")
    gone = [m.name for m in _runner(engine).status() if m.path is None]
    if gone:
        raise SchemaError(f"this database is of a newer release (it has {', '.join(gone)})")


def _runner(engine: peewee.Database) -> Any:
    make: Any = Runner  # its stub is untyped
    return make(engine, str(FOLDER), table_name=HISTORY)


@contextmanager
def _connection(database: Database) -> Iterator[peewee.Database]:
    """The calling thread's own connection; what the database says of itself becomes one line, as in a unit of work."""
    engine = database.engine
    try:
        opened = engine.connect(reuse_if_open=True)
    except peewee.OperationalError as error:
        raise Unreachable(f"the database cannot be opened: {str(error).strip().splitlines()[-1]}") from error
    try:
        yield engine
    except peewee.PeeweeException as error:
        found = worded(error)
        if found is error:
            raise
        raise found from error
    finally:
        if opened:
            engine.close()


@contextmanager
def _one_file(database: Database) -> Iterator[None]:
    """SQLite: a lock file beside the database, taken before the connection, for the first one switches the file to WAL, which waits for
    nobody. It ends with the process."""
    if database.file is None:
        yield
        return
    database.file.parent.mkdir(parents=True, exist_ok=True)
    with database.file.with_name(f"{database.file.name}.migrating").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def _one_server(database: Database, engine: peewee.Database) -> Iterator[None]:
    """PostgreSQL: a session lock; it ends with the connection."""
    if database.file is not None:
        yield
        return
    engine.execute_sql("SELECT pg_advisory_lock(%s)", (_LOCK,))  # type: ignore[no-untyped-call]  # peewee's stub leaves it untyped
    try:
        yield
    finally:
        engine.execute_sql("SELECT pg_advisory_unlock(%s)", (_LOCK,))  # type: ignore[no-untyped-call]  # peewee's stub leaves it untyped
