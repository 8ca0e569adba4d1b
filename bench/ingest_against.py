"""How does the ingest stand beside others, and does it stand a city's offline day and a million events?"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any

from bench import ingest_peers
from bench.ingest import SCHOOL, Gate, rate_of, serving
from bench.load import sent
from bench.report import line
from tools.stage import Stage, free_port, process

ROUNDS = 3
SIZES = ((100, 10_000), (1, 1_000))
BACKLOG, MILLION, BEFORE = 85_560, 1_000_000, 100_000
LIVE, LIVE_EVERY_S = 300, 0.01
KIB_A_MIB = 1024


async def measure(stage: Stage) -> AsyncIterator[str]:
    """`stage` is the bench's own; these serve a hub and peers of their own, on SQLite, one process each."""
    del stage
    with TemporaryDirectory(prefix="school-hub-bench-") as folder:
        async with serving(str(Path(folder) / "hub.sqlite3")) as gate:
            async for told in _against(gate, Path(folder)):
                yield told
        async with serving(str(Path(folder) / "backlog.sqlite3")) as gate:
            yield await _backlog(gate)
            yield await _million(gate)


async def _against(gate: Gate, folder: Path) -> AsyncIterator[str]:
    api, database = folder / "fastapi.sqlite3", folder / "datasette.sqlite3"
    for file in (api, database):
        ingest_peers.tables(file)
    api_port, port = free_port(), free_port()
    fastapi = [
        "uvicorn",
        "bench.ingest_peers:app",
        "--host",
        "127.0.0.1",
        "--port",
        str(api_port),
        "--no-access-log",
        "--log-level",
        "error",
    ]
    datasette = ["datasette", str(database), "-p", str(port), "-s", "permissions.insert-row", "true"]
    ready = f"http://127.0.0.1:{port}/-/versions.json"
    async with process(*fastapi, ready=f"http://127.0.0.1:{api_port}/healthz", PEER_DATABASE=str(api)), process(*datasette, ready=ready):
        peers = (("FastAPI with SQLAlchemy core", api_port, "/events", b"200"), ("datasette", port, "/datasette/event/-/insert", b"201"))
        for size, total in SIZES:
            for name, at, path, expect in peers:
                ratios = []
                for _ in range(ROUNDS):
                    requests = [_plain(at, path, _rows(size, named=name == "datasette")) for _ in range(total // size)]
                    theirs = await sent(at, requests, expect=expect, connections=64 if size == 1 else 4) * size
                    ratios.append(await rate_of(gate, size, total) / theirs)
                what = "single signed events" if size == 1 else f"signed batches of {size}"
                yield line(f"{what}, against {name}", ratios, "its rate with unsigned rows, as durable", target="at least 8")


def _rows(size: int, *, named: bool) -> Any:
    made = []
    for _ in range(size):
        number = next(_numbers)
        data: Any = {"credential": {"kind": "card", "tail": "…0001"}, "passed": True}
        made.append(
            {
                "source": "/schools/1/devices/peer",
                "id": f"event-{number}",
                "type": "ru.schoolhub.pass.v1",
                "time": datetime.now(UTC).isoformat(),
                "direction": "in",
                "door": "main",
                "card": f"{SCHOOL}{number % 1000:030}",
                "granted": True,
                "data": json.dumps(data) if named else data,
            }
        )
    return {"rows": made} if named else made


def _plain(port: int, path: str, body: Any) -> bytes:
    text = json.dumps(body).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n"
    return head.encode() + text


async def _backlog(gate: Gate) -> str:
    """One city's offline day comes back in batches of 1,000 over eight connections; live events go on, one every ten milliseconds."""
    idle = await _live(gate, LIVE)
    yesterday = datetime.now(UTC) - timedelta(hours=20)
    batches = [gate.request(1_000, at=yesterday) for _ in range(BACKLOG // 1_000)] + [gate.request(BACKLOG % 1_000, at=yesterday)]
    started = time.perf_counter()
    drained = asyncio.create_task(sent(gate.port, batches, expect=b"200", connections=8))
    busy: list[float] = []
    while not drained.done():
        busy += await _live(gate, 20)
    await drained
    took = time.perf_counter() - started
    calm, under = _p99(idle), _p99(busy)
    peer = f"p99 of live events, {under * 1000:.0f} ms against {calm * 1000:.0f} idle; {BACKLOG:,} events in {took:.1f} s"
    return line("live events beside a city's backlog", [under / calm], peer, target="under 3")


async def _live(gate: Gate, count: int) -> list[float]:
    """Seconds from the sending to the answer, each event at its own time whether the one before is answered or not."""

    async def one() -> float:
        request = gate.request(1)
        started = time.perf_counter()
        await sent(gate.port, [request], expect=b"200", connections=1)
        return time.perf_counter() - started

    asked = []
    for _ in range(count):
        asked.append(asyncio.create_task(one()))
        await asyncio.sleep(LIVE_EVERY_S)
    return list(await asyncio.gather(*asked))


def _p99(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=100)[98]


async def _million(gate: Gate) -> str:
    """Resident memory after a million events, of that after the first hundred thousand."""
    sizes = []
    for count in (BEFORE, MILLION - BEFORE):
        for _ in range(count // 50_000):
            await rate_of(gate, 1_000, 50_000)
        sizes.append(_resident_mib(gate.pid))
    before, after = sizes
    return line(
        "memory after a million events", [after / before], f"of that after {BEFORE:,}; {before:.0f} -> {after:.0f} MiB", target="flat"
    )


def _resident_mib(pid: int) -> float:
    """Of the server and the processes that it started."""
    mine = [pid, *(int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    lines = (text for one in mine for text in Path(f"/proc/{one}/status").read_text().splitlines())
    return sum(int(text.split()[1]) for text in lines if text.startswith("VmRSS")) / KIB_A_MIB


_numbers = iter(range(10**9))
