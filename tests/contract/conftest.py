"""The stands of the contract suite; every diary that the registry finds runs through every test, with no edit here."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import httpx
import pytest

from connectors.kit.diary import DiaryChild
from connectors.kit.ports import DiaryAccount
from sandbox.app import SandboxApp, create_app
from tests.contract.chats import CARRIERS, Chats, chats
from tests.contract.door import SIGN_INS, Door
from tests.contract.door import door as open_door
from tests.contract.joining_stand import JOININGS, JoiningStand, joining_stand
from tests.contract.stand import DIARIES, NOW, Family, Stand, stand

ROOT = Path(__file__).parents[2]
IN_PROCESS = "http://localhost:9000"


@pytest.fixture(params=DIARIES)
def name(request: pytest.FixtureRequest) -> str:
    """The instance under contract."""
    return str(request.param)


@cache
def sandbox_app() -> SandboxApp:
    """One sandbox for all tests, its clock stopped at a school day: a year of marks is made once. Each test leaves it as it was."""
    return create_app(now=lambda: NOW, base_url=IN_PROCESS)


@pytest.fixture
async def diary(name: str) -> AsyncIterator[Stand]:
    """The connector on a sandbox in this process."""
    app = sandbox_app()
    async with stand(name, IN_PROCESS, transport=httpx.ASGITransport(app), now=app.sandbox.clock.now, town=app.sandbox.town) as built:
        try:
            yield built
        finally:
            app.sandbox.faults.clear()
            app.sandbox.sign_in_as.clear()
            app.sandbox.recorder.clear()
            if built.wrote:
                await built.post("/_sandbox/reset", {})


@pytest.fixture(params=SIGN_INS)
async def door(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Door]:
    """A sign-in port on the same sandbox."""
    async with open_door(str(request.param), sandbox_app(), IN_PROCESS, tmp_path) as built:
        yield built


@cache
def joining_app() -> SandboxApp:
    """A sandbox of its own: joining turns the clock and is forgotten by a reset, which would cost the others their year of marks."""
    return create_app(now=lambda: NOW, base_url=IN_PROCESS)


@pytest.fixture(params=JOININGS)
async def joining(request: pytest.FixtureRequest) -> AsyncIterator[JoiningStand]:
    """A port of joining a school on a sandbox in this process, its notices heard here."""
    app = joining_app()
    sandbox = app.sandbox
    async with joining_stand(str(request.param), IN_PROCESS, transport=httpx.ASGITransport(app), now=sandbox.clock.now) as built:
        sandbox.outbound.transport = httpx.MockTransport(built.receiver)
        try:
            yield built
        finally:
            await built.told()
            sandbox.outbound.transport = None
            sandbox.faults.clear()
            await built.post("/_sandbox/reset", {})


@pytest.fixture(params=CARRIERS)
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Chats]:
    """A carrier on a sandbox in this process, left as it was found."""
    app = sandbox_app()
    carrier = str(request.param)
    async with chats(carrier, IN_PROCESS, transport=httpx.ASGITransport(app), now=NOW) as made:
        try:
            yield made
        finally:
            app.sandbox.faults.clear()
            app.sandbox.recorder.clear()
            app.sandbox.clock.set(NOW)
            app.systems[carrier].reset()


@pytest.fixture
async def family(diary: Stand) -> Family:
    """The first family of this diary, the one with the most children of the first three."""
    return max((await diary.families())[:3], key=lambda one: len(one.children))


@pytest.fixture
async def account(diary: Stand, family: Family) -> DiaryAccount:
    return await diary.open(family)


@pytest.fixture
async def child(diary: Stand, family: Family, account: DiaryAccount) -> DiaryChild:
    return diary.match(account, family.children[0])


@pytest.fixture
async def over_sockets(name: str) -> AsyncIterator[Stand]:
    """The connector on a sandbox process of its own, over real sockets on loopback."""
    async with sandbox_process() as root, stand(name, root, now=lambda: NOW) as built:
        yield built


@pytest.fixture(params=JOININGS)
async def joining_over_sockets(request: pytest.FixtureRequest) -> AsyncIterator[JoiningStand]:
    async with sandbox_process() as root, joining_stand(str(request.param), root, now=lambda: NOW) as built:
        yield built


@asynccontextmanager
async def sandbox_process() -> AsyncIterator[str]:
    """The address of a sandbox of its own, its clock set to the suite's day."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        "serve",
        "--port",
        str(port),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    try:
        assert await asyncio.wait_for(process.stdout.readline(), 30), "the sandbox did not start"
        root = f"http://localhost:{port}"
        async with httpx.AsyncClient(trust_env=False) as client:
            assert (await client.post(f"{root}/_sandbox/clock", json={"now": NOW.isoformat()})).is_success
        yield root
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), 10)
