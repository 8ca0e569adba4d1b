"""Units of work: whole or not at all, committed before they answer, bounded, drained at the end."""

from __future__ import annotations

import asyncio
import threading
from contextvars import ContextVar
from functools import partial
from pathlib import Path

import peewee
import psycopg
import pytest

from hub.store.database import Closed, Database, Overloaded, Unreachable
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
