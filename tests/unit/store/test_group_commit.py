"""SQLite alone: one writer, many units a commit, and the log between the commits."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import threading
from contextlib import closing
from functools import partial
from pathlib import Path

import peewee
import pytest

from hub.store.database import Database, NoSpace, Overloaded, units
from hub.store.process.lease import Lease


def _put(name: str, holder: str = "h") -> None:
    Lease.insert(name=name, holder=holder, until=1).execute()


def _names() -> list[str]:
    return sorted(row.name for row in Lease.select())


def _own(database: Database) -> sqlite3.Connection:
    """The connection of the thread that a unit runs in, beneath Peewee."""
    found: sqlite3.Connection = database.engine.connection()  # type: ignore[no-untyped-call]  # peewee's stub leaves it untyped
    return found


@pytest.fixture
def sqlite(_sqlite_tables: Path, tmp_path: Path) -> Database:
    file = tmp_path / "group.sqlite3"
    file.write_bytes(_sqlite_tables.read_bytes())
    database = Database(str(file))
    database.bind([Lease])
    return database


async def _commits(database: Database, units: int) -> list[str]:
    """The transaction statements that `units` queued together need."""
    said: list[str] = []
    go_on = threading.Event()

    def trace() -> None:
        _own(database).set_trace_callback(lambda sql: said.append(sql.split()[0]))
        go_on.wait(10)

    first = asyncio.ensure_future(database.write(trace))
    others = [asyncio.ensure_future(database.write(partial(_put, str(n)))) for n in range(units)]
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(first, *others)
    return said


async def test_waiting_units_share_one_commit(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "GROUP_S", 60.0)  # a busy machine would close the group by time
    said = await _commits(sqlite, 100)
    await sqlite.close()
    assert said.count("SAVEPOINT") == 100
    assert said.count("COMMIT") == 1


async def test_a_group_has_at_most_256_units(sqlite: Database) -> None:
    said = await _commits(sqlite, 600)
    await sqlite.close()
    assert said.count("COMMIT") >= 3


async def test_when_the_group_is_lost_each_unit_is_tried_alone(sqlite: Database) -> None:
    """A unit that ends the whole transaction, as a full disk does, costs its neighbours nothing."""
    go_on = threading.Event()

    def spoil() -> None:
        connection = _own(sqlite)
        connection.rollback()
        raise peewee.OperationalError("database or disk is full")

    first = asyncio.ensure_future(sqlite.write(lambda: go_on.wait(10)))
    before = asyncio.ensure_future(sqlite.write(lambda: _put("before")))
    spoiling = asyncio.ensure_future(sqlite.write(spoil))
    after = asyncio.ensure_future(sqlite.write(lambda: _put("after")))
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(first, before, spoiling, after, return_exceptions=True)
    assert isinstance(spoiling.exception(), NoSpace)
    assert [before.exception(), after.exception()] == [None, None]
    assert await sqlite.read(_names) == ["after", "before"]
    await sqlite.close()


async def test_another_process_that_writes_too_long_makes_us_overloaded(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    impatient = Database(str(sqlite.file))
    impatient.bind([Lease])
    engine = impatient.engine
    assert isinstance(engine, peewee.SqliteDatabase)
    engine.timeout = 0.05
    other = sqlite3.connect(str(sqlite.file), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Overloaded):
        await impatient.write(lambda: _put("mine"))
    other.execute("ROLLBACK")
    other.close()
    await impatient.write(lambda: _put("mine"))
    await impatient.close()


def test_the_file_is_its_owners_only(sqlite: Database) -> None:
    fresh = Database(str(Path(sqlite.url).with_name("fresh.sqlite3")))
    assert Path(fresh.url).stat().st_mode & 0o077 == 0


async def test_sqlite_is_durable_and_checks_foreign_keys(sqlite: Database) -> None:
    def pragmas() -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [_own(sqlite).execute(f"PRAGMA {name}").fetchone()[0] for name in names]

    assert await sqlite.write(pragmas) == ["wal", 2, 1, 5000]
    await sqlite.close()


async def test_the_log_of_many_rows_is_taken_back_when_they_were_answered(sqlite: Database, tmp_path: Path) -> None:
    async def in_the_file() -> int:
        await sqlite.write(lambda: None)  # the writer is done with what came before
        copy = tmp_path / "without-its-log.sqlite3"
        shutil.copyfile(str(sqlite.file), copy)
        with closing(sqlite3.connect(copy)) as connection:
            found: int = connection.execute("SELECT count(*) FROM lease").fetchone()[0]
        return found

    async def put(count: int, name: str) -> None:
        names = [f"{name} {number}" for number in range(count)]
        await sqlite.write(
            lambda: Lease.insert_many([(one, "h", 1) for one in names], fields=[Lease.name, Lease.holder, Lease.until]).execute()
        )

    await put(10, "few")
    assert await in_the_file() == 0
    await put(units.LOGGED_ROWS, "many")
    assert await in_the_file() == units.LOGGED_ROWS + 10
    await sqlite.close()


async def test_a_log_that_cannot_be_taken_back_is_said_and_hinders_nobody(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(units, "LOGGED_ROWS", 0)
    await sqlite.write(lambda: _own(sqlite).set_authorizer(_no_pragma))
    await sqlite.write(lambda: _put("kept"))
    assert await sqlite.read(_names) == ["kept"]
    assert "was not taken back" in caplog.text
    await sqlite.close()


def _no_pragma(action: int, *_: object) -> int:
    return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_PRAGMA else sqlite3.SQLITE_OK
