"""The migrations make exactly the schema that the models declare, on both databases, and guard what may be opened."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import peewee
import psycopg
import pytest

from hub.store.database import Database, Overloaded, schema
from hub.store.database.schema import SchemaError
from hub.wiring import tables


@pytest.fixture
def empty(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    url = database_url
    if url.startswith("postgresql"):
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE SCHEMA empty_one")
        url += "?options=-csearch_path%3Dempty_one"
    else:
        url = str(tmp_path / "empty.sqlite3")
    opened = Database(url)
    opened.bind(tables())
    yield opened
    opened.close_sync()
    if database_url.startswith("postgresql"):
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("DROP SCHEMA empty_one CASCADE")


def _shape(database: Database) -> dict[str, Any]:
    """Every table's columns and indexes as the database itself tells them."""

    def read() -> dict[str, Any]:
        engine = database.engine
        found: dict[str, Any] = {}
        for table in engine.get_tables():
            if table in (schema.HISTORY, "sqlite_sequence"):
                continue
            columns = [(c.name, c.data_type.lower(), c.null, c.primary_key, c.default) for c in engine.get_columns(table)]
            indexes = {(_plain(i.sql), tuple(i.columns), i.unique) for i in engine.get_indexes(table)}
            found[table] = (sorted(columns), indexes)
        return found

    return database.read_sync(read)


def _plain(sql: str | None) -> str:
    """The index's definition without names that PostgreSQL puts before its own."""
    return re.sub(r"(public|empty_one)\.", "", sql or "").replace('"', "")


def test_the_migrated_schema_is_the_declared_one(empty: Database, database: Database) -> None:
    database.bind(tables())
    declared = _shape(database)
    empty.bind(tables())
    schema.migrate(empty, "real")
    migrated = _shape(empty)
    assert migrated.keys() == declared.keys()
    for table, shape in declared.items():
        assert migrated[table] == shape, table


def test_partial_unique_indexes_are_among_them(empty: Database) -> None:
    schema.migrate(empty, "real")
    partial = {sql for _, indexes in _shape(empty).values() for sql, _, unique in indexes if unique and " WHERE " in sql}
    assert any("account_link" in sql for sql in partial)
    assert any("person_snils" in sql for sql in partial)


def test_migrating_twice_applies_nothing(empty: Database) -> None:
    assert schema.pending(empty) == schema.migrate(empty, "real")
    assert schema.migrate(empty, "real") == ()
    assert schema.pending(empty) == ()
    assert empty.read_sync(lambda: schema.applied(empty)) == schema.wanted()


def test_of_two_processes_that_migrate_at_once_one_does_the_work(empty: Database) -> None:
    other = Database(empty.url)
    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(lambda database: schema.migrate(database, "real"), (empty, other)))
    other.close_sync()
    assert sorted(map(len, done)) == [0, len(schema.wanted())]


def test_pending_migrations_refuse_the_start(empty: Database) -> None:
    with pytest.raises(SchemaError, match="pending"):
        schema.check(empty, "real")
    schema.migrate(empty, "real")
    schema.check(empty, "real")


def test_a_demo_database_is_not_opened_outside_the_demo(empty: Database) -> None:
    schema.migrate(empty, "demo")
    with pytest.raises(SchemaError, match="belongs to a demo"):
        schema.check(empty, "real")
    with pytest.raises(SchemaError, match="belongs to a demo"):
        schema.migrate(empty, "real")


def test_a_real_database_is_not_opened_by_the_demo(empty: Database) -> None:
    schema.migrate(empty, "real")
    with pytest.raises(SchemaError, match="not a demo"):
        schema.migrate(empty, "demo")


def test_a_newer_database_is_refused(empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    schema.migrate(empty, "real")
    older = tmp_path / "older"
    shutil.copytree(schema.FOLDER, older)
    max(older.glob("[0-9]*.py")).unlink()
    monkeypatch.setattr(schema, "FOLDER", older)
    with pytest.raises(SchemaError, match="newer release"):
        schema.check(empty, "real")


def test_beside_a_process_that_writes_a_whole_schema_is_only_looked_at_and_a_missing_one_says_so_in_a_line(tmp_path: Path) -> None:
    whole, lacking = (Database(str(tmp_path / name)) for name in ("whole.sqlite3", "lacking.sqlite3"))
    for database in (whole, lacking):
        database.bind(tables())
        schema.migrate(database, "demo")
        assert isinstance(database.engine, peewee.SqliteDatabase)
        database.engine.timeout = 0.05
    with sqlite3.connect(str(lacking.file)) as late:
        late.execute(f"DELETE FROM {schema.HISTORY} WHERE name = ?", (max(schema.wanted()),))
    late.close()
    for database in (whole, lacking):
        other = sqlite3.connect(str(database.file), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        database.bind(tables())
        if database is whole:
            assert schema.migrate(database, "demo") == ()
        else:
            with pytest.raises(Overloaded, match="another process is writing"):
                schema.migrate(database, "demo")
        other.execute("ROLLBACK")
        other.close()
        database.close_sync()
