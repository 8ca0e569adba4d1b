"""The played bank in one process, and a shop that calls it by REST and by hand-written SOAP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from xml.etree.ElementTree import Element, fromstring
from xml.sax.saxutils import escape, quoteattr

import httpx
import pytest

from tests.sandbox.shop import Shop, shop

WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
OWN = "http://engine.paymentgate.ru/webservices/merchant"
BACK = "http://localhost:8000/pay/back"


class Bank:
    def __init__(self, made: Shop) -> None:
        self.shop = made
        self.stand = made.stand
        self.auth = {name: made.keys[name] for name in ("userName", "password")}

    async def call(self, name: str, **fields: Any) -> dict[str, Any]:
        given = {**self.auth, **{key: str(value) for key, value in fields.items() if value is not None}}
        answer = await self.shop.http.post(f"/rbs/payment/rest/{name}.do", data=given)
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json()
        return found

    async def register(self, number: str = "000017", amount: int = 10650, *, two_stage: bool = False, **more: Any) -> dict[str, Any]:
        name = "registerPreAuth" if two_stage else "register"
        return await self.call(name, orderNumber=number, amount=amount, **{"returnUrl": BACK, **more})

    async def order(self, number: str = "000017", **more: Any) -> str:
        return str((await self.register(number, **more))["orderId"])

    async def paid(self, number: str = "000017", **more: Any) -> str:
        order_id = await self.order(number, **more)
        await self.shop.play(order_id, "pay")
        return order_id

    async def state(self, order_id: str) -> tuple[int, int]:
        """Order status and action code."""
        found = await self.call("getOrderStatusExtended", orderId=order_id)
        return found["orderStatus"], found["actionCode"]

    async def soap(self, operation: str, inner: str = "", *, user: str | None = None, password: str | None = None) -> httpx.Response:
        token = (
            f'<wsse:Security xmlns:wsse="{WSSE}"><wsse:UsernameToken><wsse:Username>{escape(user or self.auth["userName"])}</wsse:Username>'
            f"<wsse:Password>{escape(password or self.auth['password'])}</wsse:Password></wsse:UsernameToken></wsse:Security>"
        )
        header = "" if user == "" else f"<soap:Header>{token}</soap:Header>"
        body = (
            f'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="{OWN}">{header}'
            f"<soap:Body><m:{operation}>{inner}</m:{operation}></soap:Body></soap:Envelope>"
        )
        return await self.send(body)

    async def send(self, body: str | bytes) -> httpx.Response:
        headers = {"Content-Type": "text/xml; charset=utf-8"}
        return await self.shop.http.post("/rbs/payment/webservices/merchant-ws", content=body, headers=headers)

    async def returned(self, operation: str, child: str = "order", inner: str = "", **attributes: Any) -> Element:
        written = "".join(f" {name}={quoteattr(str(value))}" for name, value in attributes.items())
        answer = await self.soap(operation, f"<{child}{written}>{inner}</{child}>")
        assert answer.status_code == 200, answer.text
        found = fromstring(answer.content).find(".//return")
        assert found is not None
        return found


@pytest.fixture
async def bank() -> AsyncIterator[Bank]:
    async for made in shop("rbs"):
        yield Bank(made)
