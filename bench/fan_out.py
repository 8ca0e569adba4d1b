"""Do eight diaries of a family take longer than the slowest of them, for one parent and for twenty at once?"""

from __future__ import annotations

import asyncio
import os
import pickle
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from bench import linking_hub
from bench.fan_out_hub import connected
from bench.linking import claims_of, own_postgres
from bench.load import Target, compare
from bench.recorded import Recording, record
from bench.report import line
from connectors.kit.diary import Datum
from connectors.kit.ports import DiaryPort, Window
from hub.deps import Deps
from hub.store import sessions
from hub.store.database import schema
from hub.store.diaries import diary_links
from identity.claims import ChildClaim
from identity.sealing import new_master_key
from identity.store import children_of, settle_sign_in
from tools.stage import Stage, free_port, process

SYSTEMS = ("digital-school", "dnevnik", "eljur", "iv-edu", "kiasuo", "netschool", "petersburg", "ruobr")
PARENTS = 20
PROCESSES = 3
ROUNDS = 12
WEEKLY = frozenset({Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.ATTENDANCE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Everything that runs: the hub's port, a cookie for each parent of eight diaries, and for those of 1 and 20 children."""

    port: int
    cookies: Sequence[str]
    of_one: str
    of_twenty: str
    ports: dict[str, DiaryPort]
    recordings: Sequence[Recording]
    window: Window

    @property
    def path(self) -> str:
        return f"/api/v1/children/diary?from={self.window.start}&to={self.window.end}"


async def measure(stage: Stage) -> AsyncIterator[str]:
    recordings = [one for one in [await record(stage, system, data=WEEKLY) for system in SYSTEMS] if one is not None]
    with TemporaryDirectory(prefix="school-hub-bench-") as folder:
        async for one in _of(recordings, Path(folder), str(Path(folder) / "hub.sqlite3"), processes=1):
            yield one
    server = os.environ.get("HUB_TEST_DATABASE_URL", "")
    if not server:
        yield "all children, PostgreSQL: not measured, HUB_TEST_DATABASE_URL is not set"
        return
    with TemporaryDirectory(prefix="school-hub-bench-") as folder, own_postgres(server) as url:
        async for one in _of(recordings, Path(folder), url, processes=PROCESSES):
            yield one


async def _of(recordings: Sequence[Recording], folder: Path, database_url: str, *, processes: int) -> AsyncIterator[str]:
    on = "SQLite" if processes == 1 else f"PostgreSQL, {processes} serving processes"
    async with (
        _field(recordings, folder, database_url, processes=processes) as field,
        httpx.AsyncClient(base_url=f"http://localhost:{field.port}", trust_env=False, timeout=30) as client,
    ):
        for name, cookies, target in (
            (f"all children from eight diaries of 50 ms, one parent, {on}", field.cookies[:1], "at most 1.10"),
            (f"the same, {PARENTS} parents at once, {on}", field.cookies, "at most 2.50"),
        ):
            await _all(client, field, cookies)
            ratios, silent = [], 0
            for _ in range(ROUNDS):
                took, late = await _all(client, field, cookies)
                ratios.append(took / await _slowest_s(field))
                silent += late
            share = silent / (ROUNDS * len(cookies) * len(field.recordings))
            yield line(name, ratios, f"of the slowest one's connector; {share:.1%} of the diaries not in time", target=target)
        if processes > 1:
            return
        for cookie in (field.of_one, field.of_twenty):
            await _all(client, field, [cookie])
        one, twenty = (
            Target(port=field.port, path=field.path, headers=(("Cookie", cookie),)) for cookie in (field.of_one, field.of_twenty)
        )
        ratios = [1 / (20 * ratio) for ratio in await compare(twenty, one, requests=400)]
        yield line("a child of twenty, from the fresh copy", ratios, "times the cost of an only child", target="flat")


async def _all(client: httpx.AsyncClient, field: Field, cookies: Sequence[str]) -> tuple[float, int]:
    """Seconds until every one of these parents, asking at once, has all children, and how many diaries were shown from their copies."""

    async def one(cookie: str) -> int:
        answer = await client.get(field.path, headers={"Cookie": cookie, "Cache-Control": "no-cache", "Accept": "application/json"})
        answer.raise_for_status()
        sources = [source for child in answer.json()["children"] for source in child["sources"]]
        return sum(source["state"] != "fresh" for source in sources)

    started = time.perf_counter()
    late = await asyncio.gather(*(one(cookie) for cookie in cookies))
    return time.perf_counter() - started, sum(late)


async def _slowest_s(field: Field) -> float:
    """Seconds of the slowest connector's read of the same days, each asked alone and without a hub."""
    spent = []
    for recording in field.recordings:
        port = field.ports[recording.system]
        started = time.perf_counter()
        await port.read(recording.access, recording.child, WEEKLY & recording.manifest.data, field.window)
        spent.append(time.perf_counter() - started)
    return max(spent)


@asynccontextmanager
async def _field(recordings: Sequence[Recording], folder: Path, database_url: str, *, processes: int) -> AsyncIterator[Field]:
    upstream, port, master_key = free_port(), free_port(), new_master_key()
    answers, systems = folder / "answers", folder / "systems"
    answers.write_bytes(pickle.dumps({ask: _written(told) for one in recordings for ask, told in one.answers.items()}))
    systems.write_bytes(pickle.dumps({one.system: dict(one.options) for one in recordings}))
    hub = linking_hub.deps(database_url, master_key, port)
    await asyncio.to_thread(schema.migrate, hub.db, "demo")
    cookies = [await _family(hub, number, recordings, children=len(recordings)) for number in range(PARENTS)]
    of_one, of_twenty = [await _family(hub, 100 + many, recordings, children=many) for many in (1, 20)]
    await hub.db.close()
    environment = {
        "BENCH_DATABASE": database_url,
        "BENCH_MASTER_KEY": master_key,
        "BENCH_PORT": str(port),
        "BENCH_UPSTREAM_PORT": str(upstream),
        "BENCH_SYSTEMS": str(systems),
    }
    endpoint = ["granian", "--interface", "asginl", "--host", "127.0.0.1", "--port", str(port), "--no-access-log"]
    async with (
        process("bench.upstreams", str(upstream), str(answers), ready=f"http://127.0.0.1:{upstream}/readyz"),
        process(*endpoint, "--workers", str(processes), "bench.fan_out_hub:app", ready=f"http://127.0.0.1:{port}/healthz", **environment),
    ):
        alone = connected(upstream, {one.system: one.options for one in recordings})
        yield Field(
            port=port,
            cookies=cookies,
            of_one=of_one,
            of_twenty=of_twenty,
            ports=dict(alone.diaries),
            recordings=recordings,
            window=recordings[0].window,
        )
        await alone.close()


def _written(answer: httpx.Response) -> bytes:
    """The answer as it goes over the wire."""
    dropped = (b"content-length", b"connection", b"date")
    lines = [b"HTTP/1.1 %d X" % answer.status_code, b"Content-Length: %d" % len(answer.content)]
    lines += [name + b": " + value for name, value in answer.headers.raw if name.lower() not in dropped]
    return b"\r\n".join(lines) + b"\r\n\r\n" + answer.content


async def _family(hub: Deps, number: int, recordings: Sequence[Recording], *, children: int) -> str:
    """A parent with so many children, each in one of the diaries; the cookie of a session."""

    def unit() -> str:
        now = datetime.now(UTC)
        kids = [
            ChildClaim(source_id=f"kid-{number}-{index}", last_name="Орлов", first_name=name, birth_date=date(2012, 1 + index % 12, 3))
            for index, name in enumerate(_names(children))
        ]
        person = settle_sign_in(hub.keys, replace(claims_of(number), children=tuple(kids)), now=now).person
        if person is None:
            raise RuntimeError("the prepared person was not made")
        for index, child in enumerate(children_of(hub.keys, person, now=now)):
            recording = recordings[index % len(recordings)]
            link = f"bench-{number}-{index}"
            diary_links.save(hub.keys, id_=link, system=recording.system, person=person, access=recording.access, now=now)
            diary_links.bind(hub.keys, link=link, pupils=[(child.person.id, recording.child)])
        _, token = sessions.start(hub.keys, person=person, system="esia", label="bench", auth_time=now, now=now, children_told=True)
        return f"hub={token}"

    return await hub.db.write(unit)


def _names(many: int) -> list[str]:
    return [f"Пётр{'аеиоуыэюя'[index % 9]}{'бвгджз'[index // 9]}" for index in range(many)]
