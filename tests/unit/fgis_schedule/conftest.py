"""The connector on a stub of the federal service."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from connectors.kit.calls import FORCED
from connectors.kit.config import ConnectorConfig
from connectors.kit.registry import connect
from tests.unit.fgis_schedule.stub import Bench, Clock, Stub  # pytest's importlib mode puts no test folder on the path


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    stub, clock = Stub(), Clock()
    options = {"CLIENT_ID": "hub: one", "CLIENT_SECRET": "сек+рет"}
    config = ConnectorConfig(instance="fgis", base_urls={"fgis": "http://stub/fgis"}, options=options)
    connected = connect([config], now=clock, transport=lambda prefix: httpx.MockTransport(stub.handle))
    live = FORCED.set(True)
    yield Bench(stub=stub, port=connected.diaries["fgis"], clock=clock)
    FORCED.reset(live)
    await connected.close()
