"""`hub doctor` shows what is set, masked, and finds what is wrong; every `--json` is one line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.settings import load
from tests.unit.hub.kit import command, environment

KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
pytestmark = pytest.mark.timeout(90)


@pytest.fixture
async def sandbox_port() -> AsyncIterator[int]:
    """Something that answers HTTP where the sandbox is looked for."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.fixture
async def mail_port() -> AsyncIterator[int]:
    """A mail server, which speaks first and knows no HTTP."""

    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.town.example ESMTP\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_a_demo_whose_sandbox_answers_is_well(tmp_path: Path, sandbox_port: int, mail_port: int) -> None:
    env = environment(tmp_path, SANDBOX_PORT=str(sandbox_port), HUB_EMAIL_BASE_URL=f"smtp://127.0.0.1:{mail_port}")
    told = await command("doctor", env=env)
    assert told.code == 0, told.out
    assert "all is well" in told.out
    assert f"smtp://127.0.0.1:{mail_port} answers (220)" in told.out
    assert "demo, with the sandbox" in told.out
    assert not (tmp_path / "demo").exists(), "looking makes nothing"


async def test_a_sandbox_that_does_not_answer_is_trouble(tmp_path: Path) -> None:
    told = await command("doctor", "--json", env=environment(tmp_path))
    assert told.code == 1
    assert told.out.count("\n") == 1
    report = json.loads(told.out)
    assert report["ok"] is False
    addresses = {about for config in load({"HUB_DEMO": "1"}).connectors.values() for about in config.base_urls}
    assert {one["about"] for one in report["findings"] if one["trouble"]} == {"sandbox", *addresses}
    assert addresses >= {"esia", "vkid", "dnevnik", "dnevnik-login"}


async def test_outside_the_demo_it_names_what_is_missing_and_masks_secrets(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text(KEY)
    secret.chmod(0o644)
    data = tmp_path / "var"
    env = environment(data, HUB_MASTER_KEY_FILE=str(secret), HUB_DNEVNIK_CLIENT_SECRET="s3cret", HUB_PUBLIC_URL="https://hub.example.ru")
    told = await command("doctor", env=env)
    assert told.code == 1
    assert "not made yet" in told.out
    assert "can be read by others" in told.out
    assert "none is switched on" in told.out
    assert KEY not in told.out
    assert "s3cret" not in told.out
    assert "HUB_DNEVNIK_CLIENT_SECRET = ***" in told.out


async def test_malformed_settings_are_told_one_a_line(tmp_path: Path) -> None:
    told = await command("doctor", env=environment(tmp_path, HUB_PORT="x", HUB_WHAT="y"))
    assert told.code == 2
    assert len(told.err.splitlines()) == 2


@pytest.mark.rule("A13")
async def test_audit_verify_reports_on_one_line(tmp_path: Path) -> None:
    env = environment(tmp_path, HUB_MASTER_KEY=KEY)
    assert (await command("migrate", env=env)).code == 0
    told = await command("audit", "verify", "--json", env=env)
    assert told.code == 0
    assert told.out.count("\n") == 1
    assert json.loads(told.out)["ok"] is True
    bad = tmp_path / "anchors"
    bad.write_text("not an anchor\n")
    refused = await command("audit", "verify", "--anchor", str(bad), env=env)
    assert refused.code == 2
    assert refused.err == f"hub: {bad}: line 1 is not an anchor\n"
    missing = await command("audit", "verify", "--anchor", str(tmp_path / "none"), env=env)
    assert missing.code == 2
    assert len(missing.err.splitlines()) == 1
