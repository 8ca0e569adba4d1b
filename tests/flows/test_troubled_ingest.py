"""No room on the disk, a locked file, a server that is away, a full queue: a clear answer, Retry-After, nothing lost (RULES E1)."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import peewee
import pytest
from quart import Response

from device_ingest import store
from hub.deps import Memory
from hub.store.database import Database
from hub.store.process.memory import InTurns
from hub.wiring import tables
from tests.flows.desk_kit import Desk
from tests.flows.gate_kit import SCHOOL, device, guarded, send, verdicts
from tests.flows.kit import Hub
from tests.ingest_kit import batch

pytestmark = [pytest.mark.rule("E1"), pytest.mark.timeout(40)]
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await guarded(hub)


async def refused(answer: Response, slug: str = "busy") -> None:
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json"), await answer.get_data(as_text=True)
    assert (await answer.get_json())["type"].endswith(f"/{slug}")
    assert int(answer.headers["Retry-After"]) > 0


def pragma(hub: Hub, text: str) -> Any:
    return hub.deps.db.write_sync(lambda: hub.deps.db.engine.execute_sql(f"PRAGMA {text}").fetchone()[0])  # type: ignore[no-untyped-call]  # untyped stub


@sqlite_only
async def test_a_full_disk_is_told_and_what_was_refused_is_taken_when_there_is_room(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    pages = await asyncio.to_thread(pragma, hub, "page_count")
    await asyncio.to_thread(pragma, hub, f"max_page_count = {pages + 8}")
    acknowledged, body = 0, b""
    for number in range(200):
        body = batch(*(gate.passed(hub.clock(), id_=f"{number}-{one}") for one in range(20)))
        answer = await send(hub, gate, body)
        if answer.status_code != 200:
            break
        acknowledged += 20
    await refused(answer, "no_space")
    assert await hub.deps.db.read(store.count) == acknowledged
    await asyncio.to_thread(pragma, hub, "max_page_count = 1000000")
    assert await verdicts(await send(hub, gate, body)) == ["stored"] * 20
    assert await hub.deps.db.read(store.count) == acknowledged + 20


@sqlite_only
async def test_a_file_that_another_process_holds_is_waited_for_and_then_told(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    engine = hub.deps.db.engine
    assert isinstance(engine, peewee.SqliteDatabase)
    await asyncio.to_thread(pragma, hub, "busy_timeout = 50")
    body = batch(gate.passed(hub.clock()))
    other = sqlite3.connect(str(hub.deps.db.file), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    await refused(await send(hub, gate, body))
    other.execute("ROLLBACK")
    other.close()
    assert await verdicts(await send(hub, gate, body)) == ["stored"]


@asynccontextmanager
async def wire(host: str, port: int) -> AsyncIterator[Any]:
    """A wire to the database that can be cut: `cut()` and `mend()`."""
    made = _Wire(host, port)
    await made.mend()
    yield made
    await made.cut()


class _Wire:
    def __init__(self, host: str, port: int) -> None:
        self.host, self.far, self.near = host, port, 0
        self.server: asyncio.Server | None = None
        self.writers: list[asyncio.StreamWriter] = []

    async def mend(self) -> None:
        self.server = await asyncio.start_server(self._join, "127.0.0.1", self.near)
        self.near = self.server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        assert self.server is not None
        self.server.close()
        for one in self.writers:
            one.transport.abort()
        self.writers.clear()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, far = await asyncio.open_connection(self.host, self.far)
        self.writers += [writer, far]
        await asyncio.gather(_pump(reader, far), _pump(there, writer), return_exceptions=True)


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while chunk := await source.read(65536):
        sink.write(chunk)
        await sink.drain()
    sink.close()


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_server_that_is_away_is_told_and_taken_up_again(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    parts = urlsplit(hub.deps.db.url)
    async with wire(parts.hostname or "127.0.0.1", parts.port or 5432) as line:
        user = f"{parts.username}{f':{parts.password}' if parts.password else ''}@" if parts.username else ""
        away = Database(parts._replace(netloc=f"{user}127.0.0.1:{line.near}").geturl())
        home = hub.deps.db
        away.bind(tables())
        hub.change(db=away)
        assert await verdicts(await send(hub, gate, batch(gate.passed(hub.clock(), id_="a")))) == ["stored"]
        await line.cut()
        body = batch(gate.passed(hub.clock(), id_="b"))
        await refused(await send(hub, gate, body))
        await refused(await send(hub, gate, body))
        await line.mend()
        assert await verdicts(await send(hub, gate, body)) == ["stored"]
        assert await verdicts(await send(hub, gate, batch(gate.passed(hub.clock(), id_="a", door="main")))) == ["duplicate"]
        await away.close()
        home.bind(tables())
        hub.change(db=home)
    assert await home.read(store.count) == 2


def _hold(begun: threading.Event, go_on: threading.Event) -> None:
    begun.set()
    go_on.wait(20)


async def test_when_too_many_wait_the_next_is_told_to_come_again(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    hub.change(memory=Memory(reports=InTurns(most=1, capacity=1), senders=hub.deps.memory.senders))
    go_on, begun = threading.Event(), threading.Event()
    held = []
    for _ in range(1 if hub.deps.db.kind == "sqlite" else 4):
        begun.clear()
        held.append(asyncio.ensure_future(hub.deps.db.write(partial(_hold, begun, go_on))))
        await asyncio.to_thread(begun.wait, 10)
    bodies = [batch(gate.passed(hub.clock(), id_=f"{number}")) for number in range(12)]
    sending = [asyncio.ensure_future(send(hub, gate, body)) for body in bodies]
    done, _ = await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
    await refused(done.pop().result())
    go_on.set()
    answers = await asyncio.gather(*sending)
    await asyncio.gather(*held)
    codes = [answer.status_code for answer in answers]
    assert set(codes) == {200, 503}
    assert await hub.deps.db.read(store.count) == codes.count(200)
    for body, code in zip(bodies, codes, strict=True):
        if code == 503:
            assert await verdicts(await send(hub, gate, body)) == ["stored"]
    assert await hub.deps.db.read(store.count) == 12


@sqlite_only
async def test_a_terminal_hears_503_and_sends_all_of_it_again(desk: Desk) -> None:
    hub = desk.hub
    asked = {"kind": "zkteco", "serial": "ZK1", "sign": "serial", "place": "", "zone": "Europe/Moscow"}
    assert (await desk.nina.send("POST", "/api/v1/office/devices", json=asked)).status_code == 201
    hub.clock.go(minutes=5)
    client, how = hub.app.test_client(), {"headers": {"Host": "localhost:8000"}, "scope_base": {"client": (SCHOOL, 1)}}
    line = b"7\t2026-11-18 12:03:00\t0\t4\t0\t0\n"
    path = "/iclock/cdata?SN=ZK1&table=ATTLOG&Stamp=9"
    await asyncio.to_thread(pragma, hub, "busy_timeout = 50")
    other = sqlite3.connect(str(hub.deps.db.file), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = await client.post(path, data=line, **how)
    assert (answer.status_code, await answer.get_data(as_text=True)) == (503, "busy")
    assert int(answer.headers["Retry-After"]) > 0
    other.execute("ROLLBACK")
    other.close()
    answer = await client.post(path, data=line, **how)
    assert (answer.status_code, await answer.get_data(as_text=True)) == (200, "OK: 1")
