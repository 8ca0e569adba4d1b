"""`make run`'s runner: both processes up and told, both down again, whatever ends first."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.unit.hub.kit import environment, free_port

pytestmark = pytest.mark.timeout(100)


@dataclass(slots=True, kw_only=True)
class Runner:
    child: asyncio.subprocess.Process
    hub: str
    sandbox: str
    folder: Path
    told: str = ""

    async def until(self, text: str) -> None:
        assert self.child.stdout is not None
        async with asyncio.timeout(80):
            while text not in self.told:
                line = await self.child.stdout.readline()
                assert line, self.told
                self.told += line.decode()

    async def end(self) -> tuple[int, str]:
        out, _ = await asyncio.wait_for(self.child.communicate(), 15)
        return self.child.returncode or 0, self.told + out.decode()


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Runner]:
    ports = {"HUB_PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
    env = environment(folder / "var", **ports)
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tools.run"), env=env, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    urls = {name: f"http://localhost:{port}" for name, port in ports.items()}
    try:
        yield Runner(child=child, hub=urls["HUB_PORT"], sandbox=urls["SANDBOX_PORT"], folder=folder)
    finally:
        if child.returncode is None:
            child.terminate()
            await asyncio.wait_for(child.communicate(), 20)


async def _down(url: str) -> bool:
    async with httpx.AsyncClient(trust_env=False) as client:
        try:
            await client.get(f"{url}/healthz")
        except httpx.ConnectError:
            return True
        return False


async def test_it_tells_where_both_are_and_who_can_sign_in_and_stops_both(tmp_path: Path) -> None:
    async with running(tmp_path) as runner:
        await runner.until("Ctrl-C")
        assert runner.hub in runner.told
        assert runner.sandbox in runner.told
        assert re.search(r"\+7\d{10} +\S+ +[А-ЯЁ][а-яё]+ .*\(родитель, детей: \d; подтверждённая\)", runner.told)
        pid = int((tmp_path / "var" / "run.pid").read_text())
        assert pid == runner.child.pid
        async with httpx.AsyncClient(trust_env=False) as client:
            assert (await client.get(f"{runner.hub}/readyz")).json()["ready"] is True
        begun = time.monotonic()
        os.kill(pid, signal.SIGTERM)
        code, told = await runner.end()
        assert code == 0, told
        assert time.monotonic() - begun < 10
        assert await _down(runner.hub)
        assert await _down(runner.sandbox)
        assert not (tmp_path / "var" / "run.pid").exists()


@pytest.mark.parametrize("name", ["hub", "sandbox"])
async def test_when_one_ends_the_other_is_stopped_and_the_code_says_so(tmp_path: Path, name: str) -> None:
    async with running(tmp_path) as runner:
        await runner.until("Ctrl-C")
        children = (Path("/proc") / str(runner.child.pid) / "task" / str(runner.child.pid) / "children").read_text().split()
        lines = {child: (Path("/proc") / child / "cmdline").read_bytes().split(b"\0") for child in children}
        (victim,) = [int(child) for child, words in lines.items() if name.encode() in words]
        os.kill(victim, signal.SIGKILL)
        code, told = await runner.end()
        assert code == 1
        assert f"run: {name} ended with code -9, so the other was stopped" in told
        assert await _down(runner.hub)
        assert await _down(runner.sandbox)


@pytest.mark.parametrize("which", ["HUB_PORT", "SANDBOX_PORT"])
async def test_a_busy_port_is_told_in_one_line(tmp_path: Path, which: str) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        env = environment(tmp_path, **{"HUB_PORT": str(free_port()), "SANDBOX_PORT": str(free_port()), which: str(port)})
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tools.run"), env=env, cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        out, _ = await asyncio.wait_for(child.communicate(), 40)
    assert child.returncode == 2
    assert out.decode() == f"run: port {port} on 127.0.0.1 is busy: stop the other program or choose another port\n"
