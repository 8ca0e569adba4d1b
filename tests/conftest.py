"""Fixtures for every test: a database on each engine, empty at the start, and a demo hub wired to a sandbox in this process."""

from __future__ import annotations

import getpass
import os
import secrets
import shutil
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from psycopg import sql

from tests.compiled_once import pytest_configure
from tests.nothing_skipped import pytest_make_collect_report, pytest_runtest_makereport, pytest_terminal_summary
from tests.one_stage import pytest_xdist_make_scheduler

if TYPE_CHECKING:
    from quart import Quart

    from hub.deps import Deps
    from hub.store.database import Database
    from sandbox.app import SandboxApp

__all__ = [
    "pytest_configure",
    "pytest_make_collect_report",
    "pytest_runtest_makereport",
    "pytest_terminal_summary",
    "pytest_xdist_make_scheduler",
]  # hooks, found here by pytest

# The product is imported inside the fixtures: most tests need little of it, and start sooner.

PATIENCE_S = 60.0
LIMITS = (
    ("connectors.kit.deadline", "LIVE_S"),
    ("hub.flows.join_school.outside.catch_up", "LOOK_S"),
    ("hub.flows.show_diary.sources", "FORCED_S"),
    ("hub.flows.show_diary.sources", "WITH_A_COPY_S"),
    ("hub.flows.top_up.ask", "LOOK_WITHIN_S"),
)
"""How long a person who looks may wait: the product's constants that are shorter than a machine's worst moment."""


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
    """An own database on the test server, shared by this process's tests, dropped at the end; skips where there is no server."""
    with _own_database() as url:
        yield url


@pytest.fixture
def fresh_postgres() -> Iterator[str]:
    """A PostgreSQL database without any table, for one test."""
    with _own_database() as url:
        yield url


@contextmanager
def _own_database() -> Iterator[str]:
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
    from hub.store.database import Database

    database = Database(postgres_url)
    _create_tables(database)
    database.close_sync()
    return postgres_url


@pytest.fixture(scope="session")
def _sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from hub.store.database import Database

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
    from hub.wiring import tables

    url: str = request.getfixturevalue("_postgres_tables")
    with psycopg.connect(url, autocommit=True) as connection:
        _empty(connection, [model._meta.table_name for model in tables()])
    return url


def _empty(connection: psycopg.Connection[Any], names: Sequence[str]) -> None:
    """Only the tables that were written to: emptying all of them, each with its indexes, would take longer than most tests."""
    one = sql.SQL("({}, EXISTS (SELECT FROM {}))")
    asked = sql.SQL(", ").join(one.format(sql.Literal(name), sql.Identifier(name)) for name in names)
    found = connection.execute(sql.SQL("SELECT name FROM (VALUES {}) AS t (name, filled) WHERE filled").format(asked)).fetchall()
    if found:
        filled = sql.SQL(", ").join(sql.Identifier(name) for (name,) in found)
        connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(filled))
    # A table that its test emptied by itself still counts on.
    counted = connection.execute("SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL").fetchall()
    for (name,) in counted:
        if not name.startswith(tuple(f"{table}_" for table in names)):
            continue
        connection.execute(sql.SQL("ALTER SEQUENCE {} RESTART").format(sql.Identifier(name)))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database with every model bound to it."""
    from hub.store.database import Database
    from hub.wiring import tables

    opened = Database(database_url)
    opened.bind(tables())
    yield opened
    opened.close_sync()


def _create_tables(database: Database) -> None:
    """From the models; that the migrations make the same is a test of its own."""
    from hub.store.database import schema
    from hub.wiring import tables

    database.bind(tables())
    database.write_sync(lambda: database.engine.create_tables(tables()))
    schema.assume_migrated(database)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may stand still for seconds: only a test of it, which shortens this by itself, ends a live question by the clock."""
    for module, name in LIMITS:
        monkeypatch.setattr(import_module(module), name, PATIENCE_S)


NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
"""Wednesday of a full school week; both the sandbox and the hub tick from here."""
HUB_URL = "http://localhost:8000"
SANDBOX_URL = "http://localhost:9000"
OpenBrowser = Callable[[], httpx.AsyncClient]


@pytest.fixture
def sandbox_app() -> SandboxApp:
    """A sandbox with every system and a town of its own."""
    from sandbox.app import create_app

    return create_app(now=NOW, base_url=SANDBOX_URL)


@pytest.fixture
async def hub_deps(database: Database, sandbox_app: SandboxApp, tmp_path: Path) -> AsyncIterator[Deps]:
    """A demo hub's parts, registered at the sandbox; its outside calls go into the sandbox without a socket."""
    from hub.demo import wire
    from hub.settings import load

    settings = load({"HUB_DEMO": "1", "HUB_DATA_DIR": str(tmp_path / "var")})
    inside = httpx.ASGITransport(sandbox_app, raise_app_exceptions=False)
    deps = wire(settings, database, transport=lambda prefix: inside)
    await deps.start()
    yield deps
    deps.stopping.set()
    await deps.memory.reads.stop()
    await deps.close()


@pytest.fixture
def hub_app(hub_deps: Deps) -> Quart:
    """The demo hub's application; `hub_deps` starts and closes what it needs."""
    from hub.app import create_app

    return create_app(hub_deps)


@pytest.fixture
async def open_browser(hub_app: Quart, sandbox_app: SandboxApp) -> AsyncIterator[OpenBrowser]:
    """Makes clients that keep cookies like a browser and reach both addresses; redirects are the test's to follow."""
    opened: list[httpx.AsyncClient] = []
    application: Any = hub_app
    mounts = {HUB_URL: httpx.ASGITransport(application), SANDBOX_URL: httpx.ASGITransport(sandbox_app)}

    def browser() -> httpx.AsyncClient:
        client = httpx.AsyncClient(mounts=mounts, base_url=HUB_URL, timeout=30)
        opened.append(client)
        return client

    yield browser
    for client in opened:
        await client.aclose()
