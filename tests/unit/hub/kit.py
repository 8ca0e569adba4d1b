"""Hub processes for tests: a free port, a data dir of its own, ended by their own pid."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[3]
START_S = 40.0

# A hub with two streams: one ends when the process is told to stop, the other never does.
STREAMING = """
import asyncio, sys
from hub.__main__ import _create_app, _create_worker
from hub.cli import main
from hub.cli.parts import Parts

def create_app(deps):
    inner = _create_app(deps)
    async def app(scope, receive, send):
        if scope["type"] != "http" or not scope["path"].startswith("/stream"):
            return await inner(scope, receive, send)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        await send({"type": "http.response.body", "body": b"data: begun\\n\\n", "more_body": True})
        await (deps.stopping.wait() if scope["path"] == "/stream" else asyncio.Event().wait())
        await send({"type": "http.response.body", "body": b"data: ended\\n\\n"})
    return app

sys.exit(main(sys.argv[1:], Parts(create_app=create_app, create_worker=_create_worker)))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data_dir: Path, **given: str) -> dict[str, str]:
    """Nothing of the caller's `HUB_*`, no sandbox at the other end unless given."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "SANDBOX_"))}
    return {**clean, "HUB_DATA_DIR": str(data_dir), "SANDBOX_PORT": str(free_port()), "PYTHONPATH": str(ROOT), **given}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    code: int
    out: str
    err: str


async def command(*arguments: str, env: dict[str, str]) -> Ended:
    """`python -m hub …` to its end."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hub", *arguments), env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await asyncio.wait_for(child.communicate(), START_S)
    return Ended(code=child.returncode or 0, out=out.decode(), err=err.decode())


@dataclass(slots=True, kw_only=True)
class Running:
    port: int
    child: asyncio.subprocess.Process

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    async def end(self, number: int = signal.SIGTERM) -> Ended:
        self.child.send_signal(number)
        out, err = await asyncio.wait_for(self.child.communicate(), 15)
        return Ended(code=self.child.returncode if self.child.returncode is not None else -1, out=out.decode(), err=err.decode())


@asynccontextmanager
async def serving(*arguments: str, env: dict[str, str], code: str | None = None) -> AsyncIterator[Running]:
    """`hub serve` that answers /healthz; `code` runs instead of `-m hub`."""
    port = free_port()
    begin = ("-c", code) if code else ("-m", "hub")
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, *begin, "serve", "--port", str(port), *arguments),
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        await _answers(child, f"http://127.0.0.1:{port}/healthz")
        yield Running(port=port, child=child)
    finally:
        if child.returncode is None:
            child.kill()
            await child.communicate()


async def _answers(child: asyncio.subprocess.Process, url: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(START_S):
        while child.returncode is None:
            try:
                if (await client.get(url)).status_code == 200:
                    return
            except httpx.HTTPError:
                await asyncio.sleep(0.05)
    assert child.stderr is not None
    raise AssertionError(f"the hub ended: {(await child.stderr.read()).decode()}")
