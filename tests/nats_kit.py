"""NATS servers of a test: Debian's `nats-server` on free loopback ports, alone or as a cluster, ended by their own pid."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import shutil
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

START_S = 15.0
_STEP_S = 0.02


def needs_nats() -> str:
    found = shutil.which("nats-server")
    if found is None:
        pytest.skip("no nats-server on this machine")
    return found


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


async def until(holds: Callable[[], bool | Awaitable[bool]], *, within_s: float = 30.0) -> None:
    """Looks again and again; fails when the time is over."""
    async with asyncio.timeout(within_s):
        for _ in itertools.count():
            found = holds()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(_STEP_S)


@dataclass
class Node:
    name: str
    port: int
    arguments: list[str]
    child: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self.child = await asyncio.create_subprocess_exec(
            *self.arguments, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
        async with asyncio.timeout(START_S):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                except OSError:
                    await asyncio.sleep(0.02)
                else:
                    writer.close()
                    return

    async def end(self, number: int = signal.SIGKILL) -> None:
        if self.child is not None and self.child.returncode is None:
            self.child.send_signal(number)
            await asyncio.wait_for(self.child.wait(), START_S)
        self.child = None


@dataclass
class Cluster:
    nodes: list[Node] = field(default_factory=list)

    @property
    def servers(self) -> list[str]:
        return [one.url for one in self.nodes]

    def named(self, name: str) -> Node:
        return next(one for one in self.nodes if one.name == name)


@asynccontextmanager
async def nats_servers(folder: Path, size: int = 1) -> AsyncIterator[Cluster]:
    """Their streams lie in `folder`; a node may be killed and started again."""
    program, ports = needs_nats(), free_ports(2 * size)
    clients, routes = ports[:size], ports[size:]
    made = Cluster()
    for number in range(size):
        name = f"n{number + 1}"
        arguments = [program, "-a", "127.0.0.1", "-p", str(clients[number]), "-js", "-sd", str(folder / name), "-n", name]
        if size > 1:
            others = ",".join(f"nats://127.0.0.1:{port}" for port in routes)
            arguments += ["-cluster_name", "test", "-cluster", f"nats://127.0.0.1:{routes[number]}", "-routes", others]
        made.nodes.append(Node(name, clients[number], arguments))
    try:
        await asyncio.gather(*(one.start() for one in made.nodes))
        yield made
    finally:
        for one in made.nodes:
            await one.end()
