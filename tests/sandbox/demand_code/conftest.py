"""Demand codes in one process and a shop that signs its calls by hand."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from tests.sandbox.shop import Shop, shop

CREATE = (
    "eshopId::orderId::serviceName::recipientAmount::recipientCurrency::userName::email::successUrl::failUrl::backUrl::resultUrl"
    "::expireDate::holdMode::preference"
)
STATE = "eshopId::invoiceId"


def hashed(pattern: str, fields: dict[str, str], secret: str) -> str:
    text = "::".join([*(fields.get(name, "") for name in pattern.split("::")), secret])
    return hashlib.md5(text.encode()).hexdigest()


class Salon:
    def __init__(self, made: Shop) -> None:
        self.shop = made
        self.stand = made.stand
        self.eshop, self.secret = made.keys["eshopId"], made.keys["secretKey"]

    async def send(
        self, call: str, pattern: str, fields: dict[str, str], *, headers: dict[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        given = {"eshopId": self.eshop, **fields}
        given.setdefault("hash", hashed(pattern, given, self.secret))
        return await self.shop.http.post(f"/demand/merchant/{call}", **(more or {"data": given}), headers=headers)

    async def create(self, order: str = "order-17", amount: str = "100.00", **more: str) -> dict[str, Any]:
        fields = {"orderId": order, "recipientAmount": amount, "recipientCurrency": "RUB", "serviceName": "Питание, Маша", **more}
        answer = await self.send("createInvoice", CREATE, fields)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["Result"]
        return found

    async def code(self, order: str = "order-17", **more: str) -> str:
        return str((await self.create(order, **more))["InvoiceId"])

    async def state(self, code: str) -> dict[str, Any]:
        found: dict[str, Any] = (await self.send("getPaymentState", STATE, {"invoiceId": code})).json()["Result"]
        return found

    def told(self) -> list[dict[str, str]]:
        found = []
        for it in self.shop.heard:
            encoding = it.headers["content-type"].rpartition("charset=")[2]
            found.append(dict(parse_qsl(it.content.decode("ascii"), keep_blank_values=True, encoding=encoding)))
        return found


@pytest.fixture
async def salon() -> AsyncIterator[Salon]:
    async for made in shop("demand"):
        yield Salon(made)
