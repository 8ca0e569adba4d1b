"""A played terminal in one process, and a hub that keeps every request it was sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from tests.sandbox.shop import HUB
from tests.sandbox.stand import Stand, stand

Answer = Callable[[dict[str, str]], str]


def osmp(asked: dict[str, str]) -> str:
    paid = "<prv_txn>77</prv_txn>" if asked.get("command") == "pay" else ""
    field = '<fields><field1 name="who" type="disp">М. И., питание</field1></fields>'
    return (
        f'<?xml version="1.0"?><response><osmp_txn_id>{asked.get("txn_id")}</osmp_txn_id>{paid}'
        f"<result>0</result><comment>OK</comment>{field}</response>"
    )


class Kiosk:
    def __init__(self, made: Stand) -> None:
        self.stand = made
        self.heard: list[httpx.Request] = []
        self.answer: Answer = osmp
        self.status = 200

    def take(self, request: httpx.Request) -> httpx.Response:
        self.heard.append(request)
        return httpx.Response(self.status, text=self.answer(self.asked(-1)), headers={"Content-Type": "text/xml; charset=utf-8"})

    def asked(self, at: int) -> dict[str, str]:
        return dict(parse_qsl(self.heard[at].url.query.decode(), keep_blank_values=True))

    async def pay(self, dialect: str = "osmp", **more: Any) -> dict[str, Any]:
        body = {"target_url": f"{HUB}/pay/{dialect}", "dialect": dialect, "account": "0270390000", "sum": "100.00", **more}
        found: dict[str, Any] = await self.stand.control("terminal/pay", body)
        return found


@pytest.fixture
async def kiosk() -> AsyncIterator[Kiosk]:
    async for made in stand("terminal"):
        found = Kiosk(made)
        sandbox = made.app.sandbox
        sandbox.merchants.hub_url, sandbox.outbound.transport = HUB, httpx.MockTransport(found.take)
        yield found
        sandbox.merchants.hub_url, sandbox.outbound.transport = None, None
