"""A text gateway's port against the sandbox, built from its manifest alone with the demo's keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx

from connectors.kit.config import ConnectorConfig
from connectors.kit.manifest import Kind
from connectors.kit.notice import Message, TextGateway
from connectors.kit.registry import connect, manifests
from connectors.kit.secret import Secret
from hub.demo.shops import put_keys
from tests.contract.stand import NOW, Json

GATEWAYS = sorted(instance.name for one in manifests().values() if one.kind is Kind.NOTICE for instance in one.instances)
PHONE = "+79131234567"
_NUMBERS = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStand:
    name: str
    port: TextGateway
    control: httpx.AsyncClient

    def message(self, text: str = "", phone: str = PHONE) -> Message:
        number = next(_NUMBERS)
        return Message(id=f"t{number}", phone=Secret(phone), text=Secret(text or f"ПИН для терминала: {1000 + number}"))

    async def inbox(self, phone: str = PHONE) -> list[str]:
        asked = await self.control.get("/inbox", params={"kind": "sms", "to": phone}, headers={"Accept": "application/json"})
        found: list[Json] = asked.json()["items"]
        return [one["text"] for one in found if one["system"] == self.name]

    async def later(self, seconds: float) -> None:
        now = (await self.control.get("/_sandbox/clock")).json()["offset_s"]
        assert (await self.control.post("/_sandbox/clock", json={"offset_s": now + seconds})).is_success

    async def fate(self, word: str, phone: str) -> None:
        assert (await self.control.post(f"/_sandbox/{self.name}/numbers", json={"phone": phone, "fate": word})).is_success

    async def fault(self, kind: str, value: Any = None, **more: Any) -> None:
        body = {"system": self.name, "kind": kind, **({} if value is None else {"value": value}), **more}
        assert (await self.control.post("/_sandbox/faults", json=body)).is_success

    async def well(self) -> None:
        await self.control.delete("/_sandbox/faults")


@asynccontextmanager
async def text_stand(name: str, root: str, *, transport: httpx.AsyncBaseTransport | None = None) -> AsyncIterator[TextStand]:
    async with httpx.AsyncClient(base_url=root, transport=transport, trust_env=False, timeout=30) as control:
        config = ConnectorConfig(instance=name, base_urls={name: f"{root}/{name}"}, options={}, demo=True)
        put_keys(config, (await control.get("/_sandbox/merchants")).json()[name])
        connected = connect([config], now=lambda: NOW, transport=lambda prefix: transport)
        try:
            yield TextStand(name=name, port=connected.texts[name], control=control)
        finally:
            await connected.close()
