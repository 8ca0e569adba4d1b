"""The connector on a stub of «Моя школа»."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from connectors.kit.calls import FORCED
from connectors.kit.config import ConnectorConfig
from connectors.kit.registry import connect
from tests.unit.my_school.stub import BASE, Bench, Clock, Stub, say  # pytest's importlib mode puts no test folder on the path


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    stub, clock = Stub(answer=lambda request: say(b"", 500)), Clock()
    options = {"CLIENT_ID": "hub: one", "CLIENT_SECRET": "сек+рет"}
    config = ConnectorConfig(instance="my-school", base_urls={"my-school": BASE}, options=options)
    connected = connect([config], now=clock, transport=lambda prefix: httpx.MockTransport(stub.handle))
    live = FORCED.set(True)
    yield Bench(stub=stub, port=connected.joining["my-school"], clock=clock)
    FORCED.reset(live)
    await connected.close()
