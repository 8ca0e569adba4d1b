"""A scripted outside system behind a real client, with a clock and a sleep that take no time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field

import httpx

from connectors.kit.calls import Breaker, Caller
from connectors.kit.clients import new_client

Step = httpx.Response | Exception | Callable[[httpx.Request], Awaitable[httpx.Response]]


@dataclass(slots=True)
class Clock:
    """Monotonic seconds that only sleeping moves."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Script(httpx.AsyncBaseTransport):
    """Answers each request with the next step; the last one stays."""

    def __init__(self, *steps: Step) -> None:
        self.steps = list(steps)
        self.requests: list[httpx.Request] = []
        self._came = asyncio.Event()

    async def came(self, count: int) -> None:
        """Waits until so many requests have arrived."""
        while len(self.requests) < count:
            self._came.clear()
            await self._came.wait()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        self._came.set()
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        if isinstance(step, Exception):
            raise step
        if isinstance(step, httpx.Response):
            return httpx.Response(step.status_code, headers=step.headers, content=step.content, request=request)
        return await step(request)


class Chunks(httpx.AsyncByteStream):
    """A body that comes in pieces and tells whether it was closed."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.pieces = pieces
        self.sent = 0
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            self.sent += len(piece)
            yield piece

    async def aclose(self) -> None:
        self.closed = True


def ok(**content: object) -> httpx.Response:
    return httpx.Response(200, json=content or {"ok": True})


@dataclass(slots=True)
class Outside:
    """A caller with everything that a test turns or reads."""

    script: Script
    clock: Clock
    breaker: Breaker
    caller: Caller


def outside(*steps: Step, parallel: int = 10, threshold: int = 5) -> Outside:
    clock = Clock()
    script = Script(*steps)
    breaker = Breaker("mes", threshold=threshold, timer=clock)
    caller = Caller("mes", "http://mes.test/mes/", new_client(transport=script), breaker, parallel=parallel, timer=clock, sleep=clock.sleep)
    return Outside(script=script, clock=clock, breaker=breaker, caller=caller)
