"""Does a sign-in find its person among 100,000 as fast as among 1,000?"""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import peewee

from bench.linking import claims_of, own_postgres
from bench.report import line
from hub import wiring
from hub.store.database import Database, schema
from identity.claims import Claims
from identity.sealing import Keys, new_master_key
from identity.store import settle_sign_in
from identity.store.rows import changed, fetch
from identity.store.tables import EdgeRow, LinkRow, PersonRow
from tools.stage import Stage

FEW, MANY = 1_000, 100_000
KNOWN = 40
ROUNDS = 5
TABLES: tuple[type[peewee.Model], ...] = (PersonRow, LinkRow, EdgeRow)
# What must differ from row to row; the rest is copied, sealed texts included: a look-up never opens those of others.
OWN = {
    PersonRow: ("id", "snils_index", "match_index"),
    LinkRow: ("id", "subject_index", "person", "opened_by"),
    EdgeRow: ("id", "guardian", "child", "source_index"),
}


async def measure(_stage: Stage) -> AsyncIterator[str]:
    with TemporaryDirectory(prefix="school-hub-bench-") as folder:
        yield _on("SQLite", str(Path(folder) / "hub.sqlite3"))
    server = os.environ.get("HUB_TEST_DATABASE_URL", "")
    if not server:
        yield "a sign-in among 100,000 people, PostgreSQL: not measured, HUB_TEST_DATABASE_URL is not set"
        return
    with own_postgres(server) as url:
        yield _on("PostgreSQL", url)


def _on(name: str, database_url: str) -> str:
    keys, database = Keys.from_master(new_master_key()), Database(database_url)
    database.bind(wiring.tables())
    schema.migrate(database, "demo")
    known = [claims_of(number) for number in range(KNOWN)]
    for one in known:
        _sign_in(database, keys, one)
    _crowd(database, first=0, until=FEW)
    few = [_cost_s(database, keys, known) for _ in range(ROUNDS)]
    _crowd(database, first=FEW, until=MANY)
    many = [_cost_s(database, keys, known) for _ in range(ROUNDS)]
    database.close_sync()
    ratios = [one / median(few) for one in many]
    return line(f"a sign-in among 100,000 people, {name}", ratios, "times its cost among 1,000", target="at most 1.50")


def _sign_in(database: Database, keys: Keys, claims: Claims) -> None:
    database.write_sync(lambda: settle_sign_in(keys, claims, now=datetime.now(UTC)))


def _cost_s(database: Database, keys: Keys, known: list[Claims]) -> float:
    """The median of one unit of work each, durable commit included."""
    spent = []
    for claims in known:
        started = time.perf_counter()
        _sign_in(database, keys, claims)
        spent.append(time.perf_counter() - started)
    return median(spent)


def _crowd(database: Database, *, first: int, until: int) -> None:
    """Rows like those of a real person, with keys of their own."""

    def unit() -> None:
        for model in TABLES:
            names = list(model._meta.fields)
            columns = ", ".join(f'"{name}"' for name in names)
            sample = fetch(model, f'SELECT {columns} FROM "{model._meta.table_name}" LIMIT 1')[0]
            marks = ", ".join([database.engine.param] * len(names))
            rows = [_row(dict(zip(names, sample, strict=True)), OWN[model], number) for number in range(first, until)]
            cursor = database.engine.connection().cursor()  # type: ignore[no-untyped-call]  # peewee's stub leaves it untyped
            cursor.executemany(f'INSERT INTO "{model._meta.table_name}" ({columns}) VALUES ({marks})', rows)

    database.write_sync(unit)
    database.write_sync(lambda: changed(PersonRow, "ANALYZE", ()))


def _row(sample: dict[str, object], own: tuple[str, ...], number: int) -> list[object]:
    return [f"{name[0]}{number:031x}" if name in own else value for name, value in sample.items()]
