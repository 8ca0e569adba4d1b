"""Is money booked as quickly as rows are written, and is a balance as quick with a million entries as with a thousand?"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import psycopg

from bench import ledger_hub
from bench.linking import claims_of, own_postgres
from bench.load import Target, compare, sent
from bench.report import line
from hub.deps import Deps
from hub.ledger.model import AccountId, Posting, Purpose
from hub.ledger.posting import Act, Own, top_up
from hub.ledger.rules import Policy
from hub.ledger.store import contracts, reading, terms
from hub.ledger.store.contracts import NewContract
from hub.ledger.store.tables import Entry
from hub.ledger.store.terms import TermsCard
from hub.ledger.store.writing import post, post_all
from hub.store import sessions
from hub.store.database import Database, schema
from hub.store.fields import changed, to_micros
from identity.model import PersonId
from identity.sealing import new_master_key
from identity.store import children_of, settle_sign_in
from tools.stage import Stage, free_port, process

ROUNDS, PAYMENTS, WRITERS = 3, 600, 16
ROWS, MANY, FEW = 1_000, 1_000_000, 1_000
NUMBER, SCHOOL = "0270390000", "1027700000001"
HELD = TermsCard(holder_name="ООО", holder_inn="7700000016", legal_basis="договор", policy=Policy.FEED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    cookie: str
    meal: Own
    notices: Own


async def measure(stage: Stage) -> AsyncIterator[str]:
    with TemporaryDirectory(prefix="school-hub-bench-") as folder:
        file = Path(folder) / "hub.sqlite3"
        async for told in _on(stage, str(file), "SQLite", partial(_raw_sqlite, file.with_name("raw.sqlite3"))):
            yield told
    server = os.environ.get("HUB_TEST_DATABASE_URL", "")
    if not server:
        yield "the ledger, PostgreSQL: not measured, HUB_TEST_DATABASE_URL is not set"
        return
    with own_postgres(server) as url:
        async for told in _on(stage, url, "PostgreSQL", partial(_raw_postgres, url)):
            yield told


async def _on(stage: Stage, url: str, title: str, raw: Callable[[], float]) -> AsyncIterator[str]:
    """`raw` is what the database itself does with a commit a row, rows a second; it is asked anew beside each round."""
    master_key, port = new_master_key(), free_port()
    hub = ledger_hub.deps(url, master_key, port)
    await asyncio.to_thread(schema.migrate, hub.db, "demo")
    ready = await hub.db.write(partial(_prepare, hub))
    yield await _balances(hub.db, title)
    yield await _postings(hub.db, ready, title, raw)
    await hub.db.close()
    async with _serving(url, master_key, port):
        ratios, floor = [], 0.0
        # The first round opens connections and is not counted.
        await sent(port, _payments(port, ROUNDS), expect=b"200", connections=WRITERS)
        for round_ in range(ROUNDS):
            floor = await asyncio.to_thread(raw)
            ratios.append(await sent(port, _payments(port, round_), expect=b"200", connections=WRITERS) / floor)
        peer = f"of raw single-row durable inserts, {floor:,.0f} a second"
        yield line(f"top-ups through /pay/osmp, {title}", ratios, peer, target="at least 0.35")
        path = f"/api/v1/accounts/{ready.notices.id}/statement"
        ours = Target(port=port, path=path, headers=(("Cookie", ready.cookie),))
        bare = Target(port=stage.bare_port, path="/json")
        yield line(
            f"a month's statement of {ROWS:,} rows, {title}", await compare(ours, bare, rounds=ROUNDS, requests=300),
            "of a bare Quart JSON endpoint", target="at least 0.15",
        )  # fmt: skip


@asynccontextmanager
async def _serving(url: str, master_key: str, port: int) -> AsyncIterator[None]:
    endpoint = ["granian", "--interface", "asginl", "--host", "127.0.0.1", "--port", str(port), "--no-access-log", "bench.ledger_hub:app"]
    ready = f"http://127.0.0.1:{port}/healthz"
    async with process(*endpoint, ready=ready, LEDGER_DATABASE=url, LEDGER_MASTER_KEY=master_key, LEDGER_PORT=str(port)):
        yield


def _prepare(hub: Deps) -> Ready:
    """A parent with a child whose contract has a month of notices."""
    now = datetime.now(UTC)
    person = settle_sign_in(hub.keys, claims_of(1), now=now).person
    if person is None:
        raise RuntimeError("the prepared person was not made")
    (child,) = children_of(hub.keys, PersonId(person), now=now)
    for purpose in Purpose:
        terms.put_terms(SCHOOL, purpose, date(2014, 9, 1), HELD)
    new = NewContract(number=NUMBER, school=SCHOOL, purposes=tuple(Purpose), child=child.person.id)
    contracts.open_contract(hub.keys, new, now=now)
    card = contracts.numbered(NUMBER)
    if card is None:
        raise RuntimeError("the prepared contract was not made")
    own = {one.purpose: Own(id=one.id, purpose=one.purpose) for one in card.accounts}
    start = now.replace(day=1, hour=0, minute=0)
    made = [_top_up(own[Purpose.NOTICES], f"row-{n}", at=start + timedelta(seconds=n)) for n in range(ROWS)]
    post_all(made, now=now)
    _, token = sessions.start(hub.keys, person=person, system="esia", label="bench", auth_time=now, now=now, children_told=True)
    return Ready(cookie=f"hub={token}", meal=own[Purpose.MEAL], notices=own[Purpose.NOTICES])


def _top_up(to: Own, key: str, *, at: datetime) -> Posting:
    return top_up(Act(scope="bench", key=key, at=at, actor="bench"), to, provider="bench", amount_kop=100)


def _payments(port: int, round_: int) -> list[bytes]:
    """Each with an id of its own."""
    made = []
    for number in range(PAYMENTS):
        given = {"command": "pay", "txn_id": f"{round_ + 1}{number:06}", "account": NUMBER, "sum": "10.00"}
        made.append(f"GET /pay/osmp?{urlencode(given)} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
    return made


def _raw_sqlite(file: Path) -> float:
    """Rows a second, each durable before the next begins."""
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = wal")
        database.execute("PRAGMA synchronous = full")
        database.execute("CREATE TABLE IF NOT EXISTS raw (id INTEGER PRIMARY KEY, scope TEXT, key TEXT, amount INTEGER)")
        started = time.perf_counter()
        for number in range(PAYMENTS):
            database.execute("INSERT INTO raw (scope, key, amount) VALUES ('osmp', ?, 1000)", (str(number),))
        return PAYMENTS / (time.perf_counter() - started)


def _raw_postgres(url: str) -> float:
    """One connection that waits for each commit."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS raw (id BIGINT GENERATED ALWAYS AS IDENTITY, scope TEXT, key TEXT, amount BIGINT)")
        started = time.perf_counter()
        for number in range(PAYMENTS):
            connection.execute("INSERT INTO raw (scope, key, amount) VALUES ('osmp', %s, 1000)", (str(number),))
        return PAYMENTS / (time.perf_counter() - started)


async def _postings(database: Database, ready: Ready, title: str, raw: Callable[[], float]) -> str:
    """Against one account, the hardest case: each waits for the one before."""
    ratios, rate = [], 0.0
    for round_ in range(ROUNDS):
        floor, now = await asyncio.to_thread(raw), datetime.now(UTC)
        made = [_top_up(ready.meal, f"one-{round_}-{n}", at=now) for n in range(PAYMENTS)]
        started = time.perf_counter()
        await asyncio.gather(*(database.write(partial(post, one, now=now)) for one in made))
        rate = PAYMENTS / (time.perf_counter() - started)
        ratios.append(rate / floor)
    return line(f"postings against one account, {title} ({rate:,.0f} a second)", ratios, "of raw single-row durable inserts")


async def _balances(database: Database, title: str) -> str:
    """The rows are made by the database itself; only their number matters."""
    for account, count in (("few", FEW), ("many", MANY)):
        await database.write(partial(_entries, account, count))
    ratios = []
    for _ in range(ROUNDS):
        few, many = await database.read(partial(_took, "few")), await database.read(partial(_took, "many"))
        ratios.append(many / few)
    return line(f"the balance of an account with {MANY:,} entries, {title}", ratios, f"of the time with {FEW:,}", target="at most 2")


def _entries(account: str, count: int) -> None:
    sql = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < CAST(? AS INTEGER)) "
        "INSERT INTO ledger_entry (txn, leg, account, amount_kop, number, closing_kop, booked_at, kind) "
        "SELECT CAST(? AS TEXT) || i, 0, CAST(? AS TEXT), 1, i, i, CAST(? AS BIGINT) + i, 'top_up' FROM n"
    )
    changed(Entry, sql, (count, f"{account}-", account, to_micros(datetime(2026, 1, 1, tzinfo=UTC))))


def _took(account: str) -> float:
    started = time.perf_counter()
    for _ in range(200):
        reading.balance(AccountId(account))
    return time.perf_counter() - started
