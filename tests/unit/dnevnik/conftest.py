"""The connector on a stub of the partner API."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from connectors.kit.config import ConnectorConfig
from connectors.kit.registry import connect
from tests.unit.dnevnik.stub import NOW, Bench, Stub  # pytest's importlib mode puts no test folder on the path


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    stub = Stub()
    config = ConnectorConfig(
        instance="dnevnik",
        base_urls={"dnevnik": "http://stub/dnevnik", "dnevnik-login": "http://stub/dnevnik-login"},
        options={"CLIENT_ID": "hub", "CLIENT_SECRET": "secret"},
    )
    connected = connect([config], now=lambda: NOW, transport=lambda prefix: httpx.MockTransport(stub.handle))
    yield Bench(stub=stub, port=connected.diaries["dnevnik"])
    await connected.close()
