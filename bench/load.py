"""A load of keep-alive HTTP/1.1 connections from one process, cheap enough not to be the bottleneck."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    port: int
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    accept: str = "application/json"

    def request(self) -> bytes:
        lines = [
            f"GET {self.path} HTTP/1.1",
            f"Host: localhost:{self.port}",
            f"Accept: {self.accept}",
            *(f"{name}: {value}" for name, value in self.headers),
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def rate(target: Target, *, requests: int = 2000, connections: int = 16) -> float:
    """Answers a second over `requests` requests; every answer must be 200."""
    return requests / await _took_s(target.port, repeat(target.request(), requests), expect=b"200", connections=connections)


async def sent(port: int, requests: Sequence[bytes], *, expect: bytes, connections: int = 16) -> float:
    """Answers a second over these requests, each sent once; every answer must have the status `expect`."""
    return len(requests) / await _took_s(port, requests, expect=expect, connections=connections)


async def _took_s(port: int, requests: Iterable[bytes], *, expect: bytes, connections: int) -> float:
    left = iter(requests)
    started = time.perf_counter()
    await asyncio.gather(*(_connection(port, left, expect) for _ in range(connections)))
    return time.perf_counter() - started


async def _connection(port: int, left: Iterator[bytes], expect: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for request in left:
            writer.write(request)
            await _answer(reader, request, expect)
    finally:
        writer.close()
        await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader, request: bytes, expect: bytes) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    status = head.split(b" ", 2)[1]
    if status != expect:
        path = request.split(b" ", 2)[1].partition(b"?")[0]
        raise RuntimeError(f"{path.decode()} answered {status.decode()}")
    fields = {name.lower(): value.strip() for name, _, value in (field.partition(b":") for field in head.split(b"\r\n")[1:])}
    if fields.get(b"transfer-encoding") == b"chunked":
        while size := int((await reader.readline()).strip() or b"0", 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    else:
        await reader.readexactly(int(fields[b"content-length"]))


async def compare(ours: Target, floor: Target, *, rounds: int = 5, requests: int = 2000) -> list[float]:
    """The ratio of the two rates, round by round and alternating, so that a busy moment hits both."""
    ratios = []
    await rate(ours, requests=200)
    await rate(floor, requests=200)
    for _ in range(rounds):
        ratios.append(await rate(ours, requests=requests) / await rate(floor, requests=requests))
    return ratios
