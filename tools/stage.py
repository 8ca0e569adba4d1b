"""A whole School Hub for benches, browser tests and pictures: each part its own process on a free port of loopback."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
START_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    hub_port: int
    sandbox_port: int
    bare_port: int
    hub_pid: int
    bare_pid: int = 0
    data_dir: str = ""

    @property
    def hub(self) -> str:
        return f"http://localhost:{self.hub_port}"

    @property
    def sandbox(self) -> str:
        return f"http://localhost:{self.sandbox_port}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def process(*arguments: str, ready: str, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A child process that is ended by its own pid; its output is shown only when it dies early."""
    with tempfile.TemporaryFile() as output:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *arguments, cwd=ROOT, env={**os.environ, **environment}, stdout=output, stderr=output
        )
        try:
            await _wait(child, ready)
            yield child
        finally:
            if child.returncode is None:
                child.send_signal(signal.SIGTERM)
                await child.wait()


async def _wait(child: asyncio.subprocess.Process, url: str) -> None:
    async with httpx.AsyncClient(trust_env=False, timeout=1.0) as client, asyncio.timeout(START_S):
        while True:
            if child.returncode is not None:
                raise RuntimeError(f"{url}: the process ended with {child.returncode} before it was ready")
            try:
                if (await client.get(url)).status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass  # not listening yet; the time limit above ends the wait
            await asyncio.sleep(0.1)


@asynccontextmanager
async def running(*, bare: bool = True, **settings: str) -> AsyncIterator[Stage]:
    """Sandbox and hub, and with `bare` the endpoint of the benches, ready to be asked. `settings` go to the hub."""
    hub_port, sandbox_port, bare_port = free_port(), free_port(), free_port()
    async with AsyncExitStack() as stack:
        data = stack.enter_context(tempfile.TemporaryDirectory(prefix="school-hub-bench-"))
        ports = {"HUB_PORT": str(hub_port), "SANDBOX_PORT": str(sandbox_port), "HUB_DATA_DIR": data, "HUB_DEMO": "1"}
        ports["HUB_PUBLIC_URL"] = f"http://localhost:{hub_port}"
        await stack.enter_async_context(process("sandbox", "serve", ready=f"http://127.0.0.1:{sandbox_port}/readyz", **ports))
        ready = f"http://127.0.0.1:{hub_port}/readyz"
        hub = await stack.enter_async_context(process("hub", "serve", ready=ready, **ports, **settings))
        endpoint = ["granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(bare_port), "--no-access-log", "bench.bare:app"]
        bare_pid = 0
        if bare:
            bare_pid = (await stack.enter_async_context(process(*endpoint, ready=f"http://127.0.0.1:{bare_port}/json"))).pid
        yield Stage(hub_port=hub_port, sandbox_port=sandbox_port, bare_port=bare_port, hub_pid=hub.pid, bare_pid=bare_pid, data_dir=data)
