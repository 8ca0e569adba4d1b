"""Fixtures for every test: a database on each engine, empty at the start of each test."""

from __future__ import annotations

import getpass
import os
import secrets
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from hub.store.database import Database
from hub.wiring import tables


def _postgres_server() -> tuple[str, str]:
    """(URL of a server, "") or ("", the reason why there is none), as docs/contract says."""
    if url := os.environ.get("HUB_TEST_DATABASE_URL"):
        return url, ""
    try:
        socket.create_connection(("127.0.0.1", 5432), timeout=1).close()
    except OSError as error:
        return "", f"no PostgreSQL: HUB_TEST_DATABASE_URL is not set and 127.0.0.1:5432 does not answer ({error})"
    reasons = []
    for user in (getpass.getuser(), "postgres"):
        url = f"postgresql://{user}@127.0.0.1:5432/postgres"
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError as error:
            reasons.append(str(error).strip().splitlines()[-1])
        else:
            return url, ""
    return "", f"no PostgreSQL: 127.0.0.1:5432 refuses us ({'; '.join(reasons)})"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """An own empty database on the test server, dropped at the end; skips where there is no server."""
    server, reason = _postgres_server()
    if not server:
        pytest.skip(reason)
    name = f"hub_test_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def _postgres_tables(postgres_url: str) -> str:
    database = Database(postgres_url)
    _create_tables(database)
    database.close_sync()
    return postgres_url


@pytest.fixture(scope="session")
def _sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("schema") / "hub.sqlite3"
    database = Database(str(file))
    _create_tables(database)
    database.close_sync()
    return file


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """What `Database(…)` takes: every table is there and empty."""
    if request.param == "sqlite":
        file = tmp_path / "hub.sqlite3"
        shutil.copyfile(request.getfixturevalue("_sqlite_tables"), file)
        return str(file)
    url: str = request.getfixturevalue("_postgres_tables")
    names = sql.SQL(", ").join(sql.Identifier(model._meta.table_name) for model in tables())
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(names))
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database with every model bound to it."""
    opened = Database(database_url)
    opened.bind(tables())
    yield opened
    opened.close_sync()


def _create_tables(database: Database) -> None:
    database.bind(tables())
    database.write_sync(lambda: database.engine.create_tables(tables()))
