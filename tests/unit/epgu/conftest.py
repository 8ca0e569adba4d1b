"""The connector on a stub of the service."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from connectors.kit.calls import FORCED
from connectors.kit.config import ConnectorConfig
from connectors.kit.registry import connect
from tests.unit.epgu.stub import NOW, Bench, Stub  # pytest's importlib mode puts no test folder on the path


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    stub = Stub()
    config = ConnectorConfig(instance="epgu", base_urls={"epgu": "http://stub/epgu"}, options={"SENDER": "TEST01"})
    connected = connect([config], now=lambda: NOW, transport=lambda prefix: httpx.MockTransport(stub.handle))
    live = FORCED.set(True)
    yield Bench(stub=stub, port=connected.diaries["epgu"])
    FORCED.reset(live)
    await connected.close()
