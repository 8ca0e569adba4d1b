"""The two servers behind one shape: listen on every address until told to stop, then let open requests end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
AsgiApp = Callable[[MutableMapping[str, Any], Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]

GRACE_S = 4.0
BACKLOG = 1024


class StartFailed(Exception):
    """The application refused to start, or the server could not listen."""


class Lifespan:
    """Runs the application's start and end around whichever server, once, however many addresses it listens on (ASGI, lifespan)."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app
        self._to_app: asyncio.Queue[Message] = asyncio.Queue()
        self._from_app: asyncio.Queue[Message] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}

        async def run() -> None:
            await self._app(scope, self._to_app.get, self._from_app.put)

        self._task = asyncio.create_task(run(), name="lifespan")
        await self._ask("startup")

    async def end(self) -> None:
        await self._ask("shutdown")
        if self._task is not None:
            await self._task

    async def _ask(self, event: str) -> None:
        if self._task is None:
            return
        await self._to_app.put({"type": f"lifespan.{event}"})
        answer = asyncio.create_task(self._from_app.get())
        await asyncio.wait([answer, self._task], return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            answer.cancel()
            await self._task
            raise StartFailed(f"the application ended at its {event}")
        message = answer.result()
        if message["type"] != f"lifespan.{event}.complete":
            raise StartFailed(str(message.get("message") or f"the application failed at its {event}"))


async def granian(app: AsgiApp, hosts: tuple[str, ...], port: int, stop: asyncio.Event) -> None:
    """One embedded server an address, all on this event loop. An open stream that ignores the stop is left after the grace."""
    from granian.constants import Interfaces
    from granian.server.embed import Server

    servers = [
        Server(app, address=host, port=port, interface=Interfaces.ASGINL, websockets=False, log_enabled=False, backlog=BACKLOG)
        for host in hosts
    ]
    tasks = [asyncio.create_task(server.serve(), name=f"granian-{host}") for server, host in zip(servers, hosts, strict=True)]
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    broken = [error for task in tasks if task.done() and (error := task.exception())]
    for server in servers:
        server.stop()  # type: ignore[no-untyped-call]  # granian leaves it untyped
    await asyncio.wait(tasks, timeout=GRACE_S)
    if broken:
        raise StartFailed(str(broken[0]).splitlines()[0]) from broken[0]


async def hypercorn(app: AsgiApp, hosts: tuple[str, ...], port: int, stop: asyncio.Event) -> None:
    """The pure-Python server, for machines without granian's wheel."""
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    async def without_lifespan(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for event in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{event}.complete"})
            return
        await app(scope, receive, send)

    async def stopped() -> None:
        await stop.wait()

    config = Config()
    config.bind = [f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host in hosts]
    config.graceful_timeout = GRACE_S
    config.backlog = BACKLOG
    config.accesslog = None
    config.errorlog = None
    await serve(without_lifespan, config, shutdown_trigger=stopped)


SERVERS = {"granian": granian, "hypercorn": hypercorn}
