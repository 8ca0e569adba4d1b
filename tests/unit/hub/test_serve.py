"""`hub serve` as a process: both addresses, one a data dir, a busy port, and an end that loses nothing."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sqlite3
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.unit.hub.kit import STREAMING, command, environment, free_port, serving

pytestmark = pytest.mark.timeout(90)
KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"


@pytest.mark.parametrize("server", ["granian", "hypercorn"])
async def test_it_answers_on_both_loopback_addresses_and_ends_with_0(tmp_path: Path, server: str) -> None:
    async with serving("--server", server, env=environment(tmp_path)) as hub:
        async with httpx.AsyncClient(trust_env=False) as client:
            for host in ("127.0.0.1", "[::1]", "localhost"):
                assert (await client.get(f"http://{host}:{hub.port}/healthz")).json()["status"] == "ok"
        ended = await hub.end()
    assert ended.code == 0, ended.err
    assert f"School Hub: http://localhost:{hub.port} (demo)" in ended.out


async def test_a_hub_whose_sandbox_is_not_there_is_up_but_not_ready(tmp_path: Path) -> None:
    async with serving(env=environment(tmp_path)) as hub, httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{hub.url}/readyz")
        assert answer.status_code == 503
        assert "ждём песочницу" in answer.json()["checks"]["sandbox"]
        assert answer.json()["checks"]["database"] == "ok"


@pytest.mark.parametrize("server", ["granian", "hypercorn"])
@pytest.mark.parametrize("path", ["/stream", "/stream-that-never-ends"])
async def test_sigterm_with_an_open_stream_ends_with_0_within_10_s(tmp_path: Path, server: str, path: str) -> None:
    async with serving("--server", server, env=environment(tmp_path), code=STREAMING) as hub:
        async with httpx.AsyncClient(trust_env=False, timeout=20) as client, client.stream("GET", f"{hub.url}{path}") as stream:
            chunks = stream.aiter_text()
            assert "begun" in await anext(chunks)
            begun = time.monotonic()
            ending = asyncio.create_task(hub.end())
            if path == "/stream":
                assert "ended" in await anext(chunks)
            ended = await ending
        assert ended.code == 0, ended.err
        assert time.monotonic() - begun < 10
    assert _whole(tmp_path / "hub.sqlite3")


def _whole(file: Path) -> bool:
    """Closed properly: no write-ahead log is left, and the file is sound."""
    with sqlite3.connect(file) as connection:
        (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
    return bool(verdict == "ok")


async def test_ctrl_c_ends_it_too(tmp_path: Path) -> None:
    async with serving(env=environment(tmp_path)) as hub:
        assert (await hub.end(signal.SIGINT)).code == 0
    assert not (tmp_path / "hub.sqlite3-wal").exists()


async def test_a_second_hub_on_the_data_dir_is_refused_in_one_line(tmp_path: Path) -> None:
    env = environment(tmp_path)
    async with serving(env=env) as hub:
        second = await command("serve", "--port", str(free_port()), env=env)
        assert second.code == 2
        assert second.err == f"hub: another hub (process {hub.child.pid}) serves the data dir {tmp_path} already\n"
        assert second.out == ""
    async with serving(env=env):  # the lock went with the first process, though it was killed
        pass


async def test_a_busy_port_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        ended = await command("serve", "--port", str(port), env=environment(tmp_path))
    assert ended.code == 2
    assert ended.err == f"hub: port {port} on 127.0.0.1 is busy: stop the other program or choose another port\n"


async def test_a_port_that_another_hub_serves_is_busy_too(tmp_path: Path) -> None:
    async with serving(env=environment(tmp_path / "one")) as hub:
        ended = await command("serve", "--port", str(hub.port), env=environment(tmp_path / "two"))
    assert ended.code == 2
    assert "is busy" in ended.err


async def test_malformed_settings_stop_the_start_with_one_line_each(tmp_path: Path) -> None:
    ended = await command("serve", env=environment(tmp_path, HUB_PORT="x", HUB_COLOUR="red", HUB_LOG_FORMAT="xml"))
    assert ended.code == 2
    assert ended.err.splitlines() == [
        "hub: HUB_COLOUR: no such setting",
        "hub: HUB_LOG_FORMAT: must be one of text, json",
        "hub: HUB_PORT: must be a number from 1 to 65535",
    ]
    assert not (tmp_path / "hub.sqlite3").exists()


async def test_outside_the_demo_pending_migrations_stop_the_start(tmp_path: Path) -> None:
    env = environment(tmp_path, HUB_MASTER_KEY=KEY)
    refused = await command("serve", "--port", str(free_port()), env=env)
    assert refused.code == 2
    assert len(refused.err.splitlines()) == 1
    assert "migrations are pending" in refused.err
    migrated = await command("migrate", "--json", env=env)
    assert json.loads(migrated.out)["applied"] == sorted(json.loads(migrated.out)["applied"])
    assert migrated.out.count("\n") == 1
    async with serving(env=env) as hub, httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"{hub.url}/readyz")).json()["ready"] is True


async def test_a_demos_database_is_not_opened_outside_the_demo(tmp_path: Path) -> None:
    assert (await command("migrate", env=environment(tmp_path))).code == 0
    for arguments in (("serve", "--port", str(free_port())), ("migrate",), ("audit", "verify"), ("keys", "rotate")):
        refused = await command(*arguments, env=environment(tmp_path, HUB_MASTER_KEY=KEY))
        assert refused.code == 2
        assert "belongs to a demo" in refused.err


async def test_an_unreachable_database_is_told_in_one_line(tmp_path: Path) -> None:
    env = environment(tmp_path, HUB_MASTER_KEY=KEY, HUB_DATABASE_URL=f"postgresql://hub:pa55word@127.0.0.1:{free_port()}/hub")
    refused = await command("serve", "--port", str(free_port()), env=env)
    assert refused.code == 2
    assert len(refused.err.splitlines()) == 1
    assert "pa55word" not in refused.err


async def test_the_worker_alone_ends_with_0(tmp_path: Path) -> None:
    env = environment(tmp_path)
    async with serving("--no-worker", env=env):
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hub", "work"), env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        assert child.stdout is not None
        assert b"the worker runs" in await asyncio.wait_for(child.stdout.readline(), 30)
        child.terminate()
        await asyncio.wait_for(child.communicate(), 15)
        assert child.returncode == 0


@pytest.mark.postgres
async def test_several_processes_serve_one_port_over_postgresql(tmp_path: Path, fresh_postgres: str) -> None:
    env = environment(tmp_path, HUB_DATABASE_URL=fresh_postgres, HUB_MASTER_KEY=KEY)
    assert (await command("migrate", env=env)).code == 0
    async with serving("--workers", "2", env=env) as hub:
        async with httpx.AsyncClient(trust_env=False) as client:
            assert (await client.get(f"{hub.url}/readyz")).json()["ready"] is True
        assert (await hub.end()).code == 0
    async with serving("--workers", "2", env=env) as hub:
        os.kill(_children(hub.child.pid)[0], signal.SIGKILL)
        _, err = await asyncio.wait_for(hub.child.communicate(), 15)
        assert hub.child.returncode == 1
        assert "a serving process ended with code -9, so all were stopped" in err.decode()


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def test_several_processes_on_sqlite_are_refused(tmp_path: Path) -> None:
    refused = await command("serve", "--port", str(free_port()), "--workers", "2", env=environment(tmp_path))
    assert refused.code == 2
    assert refused.err.startswith("hub: --workers: SQLite has one serving process")


async def test_an_unknown_command_shows_the_list() -> None:
    ended = await command("frobnicate", env=dict(os.environ))
    assert ended.code == 2
    assert "serve" in ended.err
