"""Units of work: whole or not at all, committed before they answer, bounded, drained at the end."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import threading
from contextlib import closing
from contextvars import ContextVar
from functools import partial
from pathlib import Path

import peewee
import psycopg
import pytest

from hub.store.database import Closed, Database, NoSpace, Overloaded, Unreachable, units
from hub.store.process.lease import Lease

WHO: ContextVar[str] = ContextVar("who", default="nobody")


def _put(name: str, holder: str = "h") -> None:
    Lease.insert(name=name, holder=holder, until=1).execute()


def _names() -> list[str]:
    return sorted(row.name for row in Lease.select())


async def test_a_unit_that_fails_leaves_nothing_behind(database: Database) -> None:
    def unit() -> None:
        _put("half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.write(unit)
    assert await database.read(_names) == []


async def test_a_failed_unit_does_not_touch_those_beside_it(database: Database) -> None:
    await database.write(lambda: _put("5"))
    answers = await asyncio.gather(*(database.write(partial(_put, str(n))) for n in range(10)), return_exceptions=True)
    assert [type(answer) for answer in answers if answer is not None] == [peewee.IntegrityError]
    assert await database.read(_names) == [str(n) for n in range(10)]


async def test_the_first_of_a_group_fails_alone_and_leaves_nothing(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def first() -> None:
        _put("half")
        begun.set()
        go_on.wait(10)
        raise ZeroDivisionError

    failing = asyncio.ensure_future(database.write(first))
    await asyncio.to_thread(begun.wait, 10)
    behind = [asyncio.ensure_future(database.write(partial(_put, str(n)))) for n in range(3)]
    go_on.set()
    with pytest.raises(ZeroDivisionError):
        await failing
    await asyncio.gather(*behind)
    assert await database.read(_names) == ["0", "1", "2"]


async def test_an_answer_comes_after_the_commit(database: Database) -> None:
    other = Database(database.url)
    try:
        await database.write(lambda: _put("seen"))
        sql = "SELECT name FROM lease"
        found = await other.read(lambda: other.engine.execute_sql(sql).fetchall())  # type: ignore[no-untyped-call]  # untyped stub
        assert [tuple(row) for row in found] == [("seen",)]
    finally:
        await other.close()


async def test_a_write_inside_a_read_is_refused(database: Database) -> None:
    with pytest.raises(peewee.PeeweeException):
        await database.read(lambda: _put("sneaked in"))
    assert await database.read(_names) == []


async def test_a_read_sees_one_snapshot(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def unit() -> tuple[list[str], list[str]]:
        first = _names()
        begun.set()
        go_on.wait(10)
        return first, _names()

    reading = asyncio.create_task(database.read(unit))
    await asyncio.to_thread(begun.wait, 10)
    await database.write(lambda: _put("meanwhile"))
    go_on.set()
    assert await reading == ([], [])
    assert await database.read(_names) == ["meanwhile"]


async def test_the_callers_context_is_seen_inside(database: Database) -> None:
    WHO.set("parent")
    assert await database.write(WHO.get) == "parent"
    assert await database.read(WHO.get) == "parent"


async def test_a_unit_may_not_wait_for_another(database: Database) -> None:
    with pytest.raises(RuntimeError, match="must not wait"):
        await database.write(lambda: database.write_sync(_names))


async def test_queued_units_are_done_at_close_and_later_ones_refused(database_url: str) -> None:
    database = Database(database_url)
    database.bind([Lease])
    writing = [asyncio.ensure_future(database.write(partial(_put, str(n)))) for n in range(50)]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*writing)
    with pytest.raises(Closed):
        await database.write(_names)
    reopened = Database(database_url)
    reopened.bind([Lease])
    assert len(await reopened.read(_names)) == 50
    await reopened.close()


async def test_a_full_queue_says_when_to_come_back(database_url: str) -> None:
    database = Database(database_url, write_queue=2)
    database.bind([Lease])
    release = threading.Event()
    held = []
    for _ in range(1 if database.kind == "sqlite" else 8):
        begun = threading.Event()
        held.append(asyncio.ensure_future(database.write(partial(_hold, begun, release))))
        await asyncio.to_thread(begun.wait, 10)
    queued = [asyncio.ensure_future(database.write(_names)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded) as refused:
        await database.write(_names)
    assert refused.value.retry_after_s >= 1
    release.set()
    await asyncio.gather(*held, *queued)
    await database.close()


def _hold(begun: threading.Event, release: threading.Event) -> None:
    begun.set()
    release.wait(10)


async def test_a_cancelled_waiter_does_not_stop_the_writer(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        go_on.wait(10)
        _put("slow")

    first = asyncio.create_task(database.write(slow))
    await asyncio.to_thread(begun.wait, 10)
    first.cancel()
    go_on.set()
    await database.write(lambda: _put("next"))
    await asyncio.gather(first, return_exceptions=True)
    await database.close()
    reopened = Database(database.url)
    reopened.bind([Lease])
    assert "next" in await reopened.read(_names)
    await reopened.close()


@pytest.mark.postgres
async def test_a_server_that_was_restarted_costs_no_unit(_postgres_tables: str) -> None:
    database = Database(_postgres_tables)
    database.bind([Lease])
    for run in (database.read, database.write):
        await asyncio.gather(*(run(_names) for _ in range(40)))
    with psycopg.connect(_postgres_tables, autocommit=True) as connection:
        ours = "datname = current_database() AND application_name = 'school-hub'"
        connection.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours}")
    for run in (database.read, database.write):
        await asyncio.gather(*(run(_names) for _ in range(40)))
    await database.close()


async def test_an_absent_server_is_unreachable() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(Unreachable):
        await database.read(_names)
    await database.close()


async def test_a_directory_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    (tmp_path / "hub.sqlite3").mkdir()
    database = Database(str(tmp_path / "hub.sqlite3"))
    with pytest.raises(Unreachable):
        await database.write(_names)
    await database.close()


# SQLite alone: one writer, many units a commit.


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
        connection: sqlite3.Connection = database.engine.connection()  # type: ignore[no-untyped-call]  # untyped stub
        connection.set_trace_callback(lambda sql: said.append(sql.split()[0]))
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
        connection: sqlite3.Connection = sqlite.engine.connection()  # type: ignore[no-untyped-call]  # untyped stub
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
        return [sqlite.engine.execute_sql(f"PRAGMA {name}").fetchone()[0] for name in names]  # type: ignore[no-untyped-call]  # untyped stub

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
    await sqlite.write(lambda: sqlite.engine.connection().set_authorizer(_no_pragma))  # type: ignore[no-untyped-call]  # untyped stub
    await sqlite.write(lambda: _put("kept"))
    assert await sqlite.read(_names) == ["kept"]
    assert "was not taken back" in caplog.text
    await sqlite.close()


def _no_pragma(action: int, *_: object) -> int:
    return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_PRAGMA else sqlite3.SQLITE_OK
