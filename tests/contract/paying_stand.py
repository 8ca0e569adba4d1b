"""An acquirer's port against the sandbox, built from its manifest alone with the demo's keys: orders, the payer's acts, notices."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import parse_qsl

import httpx

from connectors.kit.config import ConnectorConfig
from connectors.kit.manifest import Kind
from connectors.kit.payment import NoticeReader, Notification, Order, Payment, PaymentPort
from connectors.kit.registry import connect, manifests
from hub.demo.shops import put_keys
from tests.contract.stand import NOW, Json

ACQUIRERS = sorted(instance.name for one in manifests().values() if one.kind is Kind.PAYMENT for instance in one.instances)
HUB = "http://localhost:8000"
_NUMBERS = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayingStand:
    """`heard` are the sandbox's notices, where it runs in this process."""

    name: str
    port: PaymentPort
    reader: NoticeReader
    control: httpx.AsyncClient
    heard: list[httpx.Request] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)

    def order(self, amount_kop: int = 10_650, **more: Any) -> Order:
        named = {"id": f"o{next(_NUMBERS)}", **more}
        return Order(amount_kop=amount_kop, description="Пополнение счёта", return_url=f"{HUB}/back", **named)

    async def play(self, payment: Payment, act: str, **body: Any) -> None:
        answer = await self.control.post(f"/_sandbox/{self.name}/orders/{payment.provider_id}/{act}", json=body)
        assert answer.is_success, answer.text

    async def paid(self, amount_kop: int = 10_650, **more: Any) -> Payment:
        made = await self.port.create(self.order(amount_kop, **more))
        await self.play(made, "pay")
        return await self.port.status(made.provider_id)

    async def orders(self) -> list[Json]:
        found: list[Json] = (await self.control.get(f"/_sandbox/{self.name}/orders")).json()["orders"]
        return found

    async def fault(self, kind: str, value: Any = None, **more: Any) -> None:
        body = {"system": self.name, "kind": kind, **({} if value is None else {"value": value}), **more}
        assert (await self.control.post("/_sandbox/faults", json=body)).is_success

    async def well(self) -> None:
        await self.control.delete("/_sandbox/faults")

    def notifications(self) -> list[Notification]:
        return [
            Notification(method=one.method, query=tuple(parse_qsl(one.url.query.decode())), headers=dict(one.headers), body=one.content)
            for one in self.heard
        ]


@asynccontextmanager
async def paying_stand(
    name: str,
    root: str,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    heard: list[httpx.Request] | None = None,
    options: dict[str, str] | None = None,
) -> AsyncIterator[PayingStand]:
    async with httpx.AsyncClient(base_url=root, transport=transport, trust_env=False, timeout=30) as control:
        config = ConnectorConfig(instance=name, base_urls={name: f"{root}/{name}"}, options=dict(options or {}), demo=True)
        put_keys(config, (await control.get("/_sandbox/merchants")).json()[name])
        connected = connect([config], now=lambda: NOW, transport=lambda prefix: transport)
        try:
            yield PayingStand(
                name=name,
                port=connected.payments[name],
                reader=connected.payment_notices[name],
                control=control,
                heard=[] if heard is None else heard,
                options=dict(options or {}),
            )
        finally:
            await connected.close()
