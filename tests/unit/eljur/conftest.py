"""The connector on a stub of the platform."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from connectors.kit.config import ConnectorConfig
from connectors.kit.registry import connect
from tests.unit.eljur.stub import NOW, Bench, Stub  # pytest's importlib mode puts no test folder on the path


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    stub = Stub()
    options = {"DEVKEYS": "shkola8=abc; Shkola9 = d.e-f"}
    config = ConnectorConfig(instance="eljur", base_urls={"eljur": "http://stub/eljur"}, options=options)
    connected = connect([config], now=lambda: NOW, transport=lambda prefix: httpx.MockTransport(stub.handle))
    yield Bench(stub=stub, port=connected.diaries["eljur"])
    await connected.close()
