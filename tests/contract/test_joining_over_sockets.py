"""Joining a school over real sockets: a sandbox process of its own, and its notices at an address of ours."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from connectors.kit.calls import FORCED
from connectors.kit.config import ConnectorConfig
from connectors.kit.errors import AuthExpired, Unavailable
from connectors.kit.registry import connect
from connectors.kit.school_joining import BundleState
from tests.contract.joining_stand import JOININGS, JoiningStand
from tests.contract.stand import manifest_of
from tests.nothing_skipped import not_applicable

Heard = asyncio.Queue[tuple[dict[str, str], bytes]]


@asynccontextmanager
async def ear(heard: Heard) -> AsyncIterator[str]:
    """An address on loopback that takes every notice."""

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:-2]
        headers = dict(line.split(": ", 1) for line in head)
        length = next(int(value) for name, value in headers.items() if name.lower() == "content-length")
        heard.put_nowait((headers, await reader.readexactly(length)))
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    async with server:
        yield f"http://localhost:{server.sockets[0].getsockname()[1]}/hear"


async def test_a_family_joins_and_the_hub_is_told(joining_over_sockets: JoiningStand) -> None:
    joining, heard = joining_over_sockets, Heard()
    async with ear(heard) as url:
        secret = await joining.port.subscribe(url)
        bundle, officer = await joining.submitted(), await joining.officer()
        for request in bundle.requests:
            await joining.port.approve(officer, request.id, version=request.version)
        came = [await asyncio.wait_for(heard.get(), 10) for _ in range(4)]
    done = await joining.again(bundle)
    assert done.state is BundleState.COMPLETE
    # The sandbox's clock runs on from the day that was set; the connector's stands there.
    notices = [joining.port.read_notice(headers, body, (secret,)) for headers, body in came]
    assert {one.bundle for one in notices} == {bundle.id}
    assert max(one.version for one in notices) == done.version
    assert [one.version for one in (await joining.port.changes()).items[-4:]] == [1, 2, 3, 4]
    await joining.fault("auth_expired")
    with pytest.raises(AuthExpired):
        await joining.again(bundle)
    await joining.well()
    token = FORCED.set(True)
    await joining.fault("drop")
    with pytest.raises(Unavailable):
        await joining.again(bundle)
    FORCED.reset(token)


@pytest.mark.parametrize("name", JOININGS)
async def test_a_real_stand_when_it_is_switched_on(name: str) -> None:
    """`HUB_CONTRACT_REAL=<instance>`, `HUB_CONTRACT_<PREFIX>_BASE_URL`, `HUB_CONTRACT_CLIENT_ID`, `HUB_CONTRACT_CLIENT_SECRET`.
    Off by default; it only reads."""
    if os.environ.get("HUB_CONTRACT_REAL") != name:
        not_applicable("HUB_CONTRACT_REAL does not name this system: no real stand is asked")
    manifest = manifest_of(name)
    (prefix,) = manifest.instance(name).prefixes
    options = {one.name: os.environ.get(f"HUB_CONTRACT_{one.name}", one.default) for one in manifest.settings}
    url = os.environ[f"HUB_CONTRACT_{prefix}_BASE_URL".upper().replace("-", "_")]
    connected = connect([ConnectorConfig(instance=name, base_urls={prefix: url}, options=options)], now=lambda: datetime.now(UTC))
    try:
        first = await connected.joining[name].changes()
        assert first.items == () or first.next == first.items[-1].seq
    finally:
        await connected.close()
