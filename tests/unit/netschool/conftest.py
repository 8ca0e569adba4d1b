"""The connector on a stub of a region's server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from connectors.kit.config import ConnectorConfig
from connectors.kit.registry import connect
from tests.unit.netschool.stub import NOW, Bench, Stub  # pytest's importlib mode puts no test folder on the path


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    stub = Stub()
    config = ConnectorConfig(instance="netschool", base_urls={"netschool": "http://stub/netschool"})
    connected = connect([config], now=lambda: NOW, transport=lambda prefix: httpx.MockTransport(stub.handle))
    yield Bench(stub=stub, port=connected.diaries["netschool"])
    await connected.close()
