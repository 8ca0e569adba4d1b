"""YooKassa in one process and a shop that calls it with bare HTTP."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import httpx
import pytest

from tests.sandbox.shop import Shop, shop

BACK = "http://localhost:8000/pay/back"


def money(value: str) -> dict[str, str]:
    return {"value": value, "currency": "RUB"}


REDIRECT = {"type": "redirect", "return_url": BACK}


class Yoo:
    def __init__(self, made: Shop) -> None:
        self.shop = made
        self.stand = made.stand
        self.auth = (made.keys["shop_id"], made.keys["secret_key"])
        self._keys = count(1)

    async def send(self, method: str, path: str, body: Any = None, *, key: str | None = "", **query: Any) -> httpx.Response:
        headers = {} if key is None or method == "GET" else {"Idempotence-Key": key or f"k{next(self._keys)}"}
        return await self.shop.http.request(method, f"/yookassa/v3/{path}", json=body, params=query, headers=headers, auth=self.auth)

    async def post(self, path: str, body: Any = None, **more: Any) -> dict[str, Any]:
        answer = await self.send("POST", path, body, **more)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def get(self, path: str, **query: Any) -> dict[str, Any]:
        answer = await self.send("GET", path, **query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def create(self, value: str = "106.50", **more: Any) -> dict[str, Any]:
        return await self.post("payments", {"amount": money(value), "confirmation": REDIRECT, "capture": True, **more})

    async def paid(self, value: str = "106.50", **more: Any) -> str:
        made = await self.create(value, **more)
        await self.shop.play(made["id"], "pay")
        return str(made["id"])

    def told(self) -> list[dict[str, Any]]:
        return [json.loads(it.content) for it in self.shop.heard]


@pytest.fixture
async def yoo() -> AsyncIterator[Yoo]:
    async for made in shop("yookassa"):
        yield Yoo(made)
