"""Which diaries offer a port beyond reading, asked of the connectors themselves."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any

import httpx

from connectors.kit.config import ConnectorConfig
from connectors.kit.registry import connect
from tests.contract.stand import DIARIES, NOW, manifest_of


def offering(port: Any) -> list[str]:
    """Names of the instances whose connector has all methods of this protocol."""
    return [name for name in DIARIES if isinstance(_ports()[name], port)]


@cache
def _ports() -> dict[str, Any]:
    async def build() -> dict[str, Any]:
        return {
            name: connect([_config(name)], now=lambda: NOW, transport=lambda _: httpx.MockTransport(_never)).diaries[name]
            for name in DIARIES
        }

    return asyncio.run(build())


def _config(name: str) -> ConnectorConfig:
    manifest = manifest_of(name)
    urls = {prefix: f"http://localhost:9000/{prefix}" for prefix in manifest.instance(name).prefixes}
    options = {setting.name: setting.default or "contract" for setting in manifest.settings if setting.required or setting.default}
    return ConnectorConfig(instance=name, base_urls=urls, options=options, demo=True)


def _never(_: httpx.Request) -> httpx.Response:
    raise AssertionError("nothing is asked here")
