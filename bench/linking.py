"""What does the callback that links an account cost, database included, against a bare Quart POST on the same server?"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from bench.linking_hub import SYSTEM, deps
from bench.load import sent
from bench.report import line
from hub import wiring
from hub.deps import Deps
from hub.store import sessions
from hub.store.connecting import flow_records, intents
from hub.store.database import Database, schema
from identity.claims import ChildClaim, Claims, Level
from identity.sealing import new_master_key
from identity.snils import Snils, checksum
from identity.store import settle_sign_in
from tools.stage import Stage, free_port, process

LINKS = 400
ROUNDS = 5
BATCH = 100
MODULE = "bench.linking_hub:app"


async def measure(stage: Stage) -> AsyncIterator[str]:
    with TemporaryDirectory(prefix="school-hub-bench-") as folder:
        yield await _on(stage, "SQLite", str(Path(folder) / "hub.sqlite3"))
    server = os.environ.get("HUB_TEST_DATABASE_URL", "")
    if not server:
        yield "a callback that links, PostgreSQL: not measured, HUB_TEST_DATABASE_URL is not set"
        return
    with own_postgres(server) as url:
        yield await _on(stage, "PostgreSQL", url)


async def _on(stage: Stage, name: str, database_url: str) -> str:
    master_key, port = new_master_key(), free_port()
    made = Database(database_url)
    made.bind(wiring.tables())
    await asyncio.to_thread(schema.migrate, made, "demo")
    await made.close()
    hub = deps(database_url, master_key, port)
    batches = [await _callbacks(hub, first=index * LINKS) for index in range(ROUNDS + 1)]
    await hub.db.close()
    bare = [_bare(stage.bare_port)] * LINKS
    async with serving(port, BENCH_DATABASE=database_url, BENCH_MASTER_KEY=master_key, BENCH_PORT=str(port)):
        await sent(port, batches[0], expect=b"303")
        ratios = [await sent(port, batch, expect=b"303") / await sent(stage.bare_port, bare * 5, expect=b"200") for batch in batches[1:]]
    return line(f"a callback that links, {name}", ratios, "of a bare Quart POST on the same server", target="at least 0.10")


@asynccontextmanager
async def serving(port: int, **environment: str) -> AsyncIterator[None]:
    endpoint = ["granian", "--interface", "asginl", "--host", "127.0.0.1", "--port", str(port), "--no-access-log", MODULE]
    async with process(*endpoint, ready=f"http://127.0.0.1:{port}/healthz", **environment):
        yield


async def _callbacks(hub: Deps, *, first: int) -> list[bytes]:
    """One request a family: signed in a moment ago, away at the diary, on the way back."""
    requests: list[bytes] = []
    for start in range(first, first + LINKS, BATCH):
        batch = range(start, min(start + BATCH, first + LINKS))
        requests += await hub.db.write(partial(_callbacks_of, hub, batch))
    return requests


def _callbacks_of(hub: Deps, numbers: Iterable[int]) -> list[bytes]:
    return [_callback(hub, number) for number in numbers]


def _callback(hub: Deps, number: int) -> bytes:
    now = datetime.now(UTC)
    person = settle_sign_in(hub.keys, claims_of(number), now=now).person
    if person is None:
        raise RuntimeError("the prepared person was not made")
    session, token = sessions.start(hub.keys, person=person, system="esia", label="bench", auth_time=now, now=now, children_told=True)
    intent = intents.add(system=SYSTEM, initiator=person, session=session, person=person, role="", now=now)
    state, browser = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    redirect_uri = f"{hub.settings.public_url}/auth/{SYSTEM}/return"
    flow_records.remember(
        hub.keys,
        state=state,
        browser=browser,
        system=SYSTEM,
        keep={},
        redirect_uri=redirect_uri,
        next_path="/",
        now=now,
        intent=intent,
        session=session,
    )
    lines = [
        f"GET /auth/{SYSTEM}/return?state={state}&code={number} HTTP/1.1",
        f"Host: localhost:{hub.settings.port}",
        "Accept: text/html",
        f"Cookie: hub={token}; hub-flow={browser}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def claims_of(number: int) -> Claims:
    child = ChildClaim(
        source_id=f"kid-{number}", last_name="Орлов", first_name="Пётр", birth_date=date(2014, 5, 6), snils=_snils(500_000_000 + number)
    )
    return Claims(
        system="esia",
        subject=f"oid-{number}",
        level=Level.CONFIRMED,
        last_name="Орлова",
        first_name="Анна",
        birth_date=date(1985, 3, 4),
        snils=snils_of(number),
        children=(child,),
        auth_time=datetime.now(UTC),
    )


def snils_of(number: int) -> Snils:
    """That of the parent whom `claims_of` names."""
    return _snils(400_000_000 + number)


def _snils(number: int) -> Snils:
    nine = f"{number:09d}"
    return Snils(f"{nine}{checksum(nine):02d}")


def _bare(port: int) -> bytes:
    body = b'{"code":"1","state":"2"}'
    head = [
        "POST /json HTTP/1.1",
        f"Host: localhost:{port}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    return ("\r\n".join(head) + "\r\n\r\n").encode() + body


@contextmanager
def own_postgres(server: str) -> Iterator[str]:
    """An own database on that server, dropped at the end."""
    name = f"hub_bench_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
