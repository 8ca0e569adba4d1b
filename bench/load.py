"""A load of keep-alive HTTP/1.1 connections from one process, cheap enough not to be the bottleneck."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    port: int
    path: str
    headers: tuple[tuple[str, str], ...] = ()

    def request(self) -> bytes:
        lines = [
            f"GET {self.path} HTTP/1.1",
            f"Host: localhost:{self.port}",
            "Accept: application/json",
            *(f"{name}: {value}" for name, value in self.headers),
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def rate(target: Target, *, requests: int = 2000, connections: int = 16) -> float:
    """Answers a second over `requests` requests; every answer must be 200."""
    left = iter(range(requests))
    started = time.perf_counter()
    await asyncio.gather(*(_connection(target, left) for _ in range(connections)))
    return requests / (time.perf_counter() - started)


async def _connection(target: Target, left: Iterator[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
    request = target.request()
    try:
        for _ in left:
            writer.write(request)
            await _answer(reader, target)
    finally:
        writer.close()
        await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader, target: Target) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    status = head.split(b" ", 2)[1]
    if status != b"200":
        raise RuntimeError(f"{target.path} answered {status.decode()}")
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
