"""T-Bank in one process and a shop that signs its calls by hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.sandbox.shop import Shop, shop


def made_token(fields: dict[str, Any], password: str) -> str:
    """Written anew from the bank's rule, not taken from the sandbox."""
    pairs = [("Password", password)]
    for name, value in fields.items():
        if name != "Token" and not isinstance(value, dict | list):
            pairs.append((name, json.dumps(value) if isinstance(value, bool) else str(value)))
    return hashlib.sha256("".join(value for _, value in sorted(pairs)).encode()).hexdigest()


class Bank:
    def __init__(self, made: Shop) -> None:
        self.shop = made
        self.stand = made.stand
        self.key, self.password = made.keys["TerminalKey"], made.keys["Password"]

    async def call(self, name: str, **fields: Any) -> Any:
        given = {"TerminalKey": self.key, **{key: value for key, value in fields.items() if value is not None}}
        given.setdefault("Token", made_token(given, self.password))
        answer = await self.shop.http.post(f"/tbank/v2/{name}", json=given)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def init(self, order: str = "o-17", amount: Any = 10650, **more: Any) -> dict[str, Any]:
        found: dict[str, Any] = await self.call("Init", OrderId=order, Amount=amount, **more)
        return found

    async def payment(self, order: str = "o-17", **more: Any) -> str:
        return str((await self.init(order, **more))["PaymentId"])

    async def paid(self, order: str = "o-17", **more: Any) -> str:
        payment = await self.payment(order, **more)
        await self.shop.play(payment, "pay")
        return payment

    async def state(self, payment: str) -> str:
        return str((await self.call("GetState", PaymentId=payment))["Status"])

    def told(self) -> list[dict[str, Any]]:
        return [json.loads(it.content) for it in self.shop.heard]


@pytest.fixture
async def bank() -> AsyncIterator[Bank]:
    async for made in shop("tbank"):
        yield Bank(made)
