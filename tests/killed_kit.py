"""A `hub serve` that is killed with SIGKILL and started again in half a second: a warm process forks each of them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from tests.unit.hub.kit import START_S, free_port

# Everything is imported once; a killed worker's lease would else keep the next one from working for twenty seconds.
_WARM = """
import os, signal, sys
from datetime import timedelta
from hub.__main__ import _create_app, _create_worker
from hub.cli import main
from hub.cli.parts import Parts
import hub.app, hub.worker.loop as loop

loop.LEASE_LIFE, loop.RENEW_S, loop.TICK_S = timedelta(seconds=0.4), 0.1, 0.05
print("warm", flush=True)
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        {before}
        sys.stdin.close()
        os.dup2(2, 1)  # what it says goes elsewhere than these answers
        os._exit(main(["serve", "--port", line.strip()], Parts(create_app=_create_app, create_worker=_create_worker)))
    print(pid, flush=True)
    os.waitpid(pid, 0)
    print("ended", flush=True)
"""


@dataclass(slots=True)
class Killed:
    """`port` stays the same over every life."""

    warm: asyncio.subprocess.Process
    port: int
    pid: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        assert self.warm.stdin is not None
        self.warm.stdin.write(f"{self.port}\n".encode())
        self.pid = int(await self._line())

    async def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        await self.ended()

    async def ended(self) -> None:
        assert await self._line() == "ended"
        self.pid = 0

    async def answers(self) -> None:
        async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(START_S):
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    if (await client.get(f"{self.url}/healthz")).status_code == 200:
                        return
                await asyncio.sleep(0.02)

    async def _line(self) -> str:
        assert self.warm.stdout is not None
        line = await asyncio.wait_for(self.warm.stdout.readline(), START_S)
        assert line, "the warm process ended"
        return line.decode().strip()


@asynccontextmanager
async def killable(env: dict[str, str], *, before: str = "pass") -> AsyncIterator[Killed]:
    """`before` is run in each hub before it serves."""
    warm = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _WARM.replace("{before}", before.strip().replace("\n", "\n        "))),
        env=env,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    made = Killed(warm, free_port())
    try:
        assert await made._line() == "warm"
        yield made
    finally:
        if made.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(made.pid, signal.SIGKILL)
        warm.kill()
        await warm.wait()
