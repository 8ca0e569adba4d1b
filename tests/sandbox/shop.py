"""A shop's own server in the process: it hears the notices of a played acquirer and answers as it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx

from tests.sandbox.stand import Stand, stand

HUB = "http://localhost:8000"


@dataclass
class Shop:
    """`heard` are the requests that came; `answer` is what the next ones get; `keys` are the demo's own."""

    stand: Stand
    heard: list[httpx.Request] = field(default_factory=list)
    answer: httpx.Response | None = None
    keys: dict[str, str] = field(default_factory=dict)

    def take(self, request: httpx.Request) -> httpx.Response:
        self.heard.append(request)
        return httpx.Response(200, text="OK") if self.answer is None else self.answer

    @property
    def http(self) -> httpx.AsyncClient:
        return self.stand.http

    def told(self) -> list[dict[str, str]]:
        """The notices' fields, where they are forms or queries."""
        return [dict(parse_qsl(it.content.decode() or it.url.query.decode(), keep_blank_values=True)) for it in self.heard]

    async def play(self, order_id: str, act: str, **body: Any) -> dict[str, Any]:
        """A control call on one order."""
        found: dict[str, Any] = await self.stand.control(f"{self.stand.prefix}/orders/{order_id}/{act}", body)
        return found

    async def page(self, url: str, **form: str) -> httpx.Response:
        """The payer's page: shown, or one step of its form."""
        return await (self.http.post(url, data=form) if form else self.http.get(url))


async def shop(prefix: str) -> AsyncIterator[Shop]:
    async for made in stand(prefix):
        found = Shop(stand=made)
        sandbox = made.app.sandbox
        sandbox.merchants.hub_url, sandbox.outbound.transport = HUB, httpx.MockTransport(found.take)
        found.keys = (await made.http.get("/_sandbox/merchants")).json()[prefix]
        yield found
        sandbox.merchants.hub_url, sandbox.outbound.transport = None, None
