"""The connector of Moscow, and that of a region, each on a stub of its node."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from connectors.kit.config import ConnectorConfig
from connectors.kit.registry import connect
from tests.unit.mes.stub import NOW, Bench, Stub  # pytest's importlib mode puts no test folder on the path

OPTIONS = {"SOFTWARE_STATEMENT": "our-statement", "REGISTRATION_TOKEN": "our-token"}


@asynccontextmanager
async def built(name: str, **options: str) -> AsyncIterator[Bench]:
    stub = Stub()
    urls = {prefix: f"http://stub/{prefix}" for prefix in (name, f"{name}-auth")}
    config = ConnectorConfig(instance=name, base_urls=urls, options=OPTIONS | options)
    connected = connect([config], now=lambda: NOW, transport=lambda prefix: httpx.MockTransport(stub.handle))
    try:
        yield Bench(stub=stub, port=connected.diaries[name])
    finally:
        await connected.close()


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with built("mes") as found:
        yield found


@pytest.fixture
async def region() -> AsyncIterator[Bench]:
    async with built("mes-mo") as found:
        yield found


@pytest.fixture
async def unconfigured() -> AsyncIterator[Bench]:
    async with built("mes", SOFTWARE_STATEMENT="", REGISTRATION_TOKEN="") as found:
        yield found


@pytest.fixture
async def eastern() -> AsyncIterator[Bench]:
    async with built("mes-mo", ZONE="Asia/Yekaterinburg", TITLE="Электронный дневник Башкортостана") as found:
        yield found
