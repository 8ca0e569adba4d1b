"""The connector on a stub of the portal."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from connectors.kit.config import ConnectorConfig
from connectors.kit.registry import connect
from tests.unit.petersburg.stub import NOW, Bench, Stub  # pytest's importlib mode puts no test folder on the path


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    stub = Stub()
    config = ConnectorConfig(instance="petersburg", base_urls={"petersburg": "http://stub/petersburg"})
    connected = connect([config], now=lambda: NOW, transport=lambda prefix: httpx.MockTransport(stub.handle))
    yield Bench(stub=stub, port=connected.diaries["petersburg"])
    await connected.close()
