"""A client of a played SMS gateway in one process, and the handler that hears its receipts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx

from tests.sandbox.stand import Stand, stand

HANDLER = "http://localhost:8000/sms"
PHONE = "79130000001"


@dataclass
class Client:
    """`heard` are the receipts that came; `answer` is what the next ones get."""

    stand: Stand
    answer: httpx.Response = field(default_factory=lambda: httpx.Response(200, text="100"))
    heard: list[httpx.Request] = field(default_factory=list)

    @property
    def http(self) -> httpx.AsyncClient:
        return self.stand.http

    def take(self, request: httpx.Request) -> httpx.Response:
        self.heard.append(request)
        return self.answer

    def told(self) -> list[dict[str, str]]:
        return [dict(parse_qsl(it.content.decode(), keep_blank_values=True)) for it in self.heard]

    async def control(self, path: str, **body: Any) -> Any:
        return await self.stand.control(f"{self.stand.prefix}/{path}", body)

    async def listed(self, what: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.http.get(f"/_sandbox/{self.stand.prefix}/{what}")).json()[what]
        return found

    async def inbox(self, to: str = PHONE) -> list[dict[str, Any]]:
        answer = await self.http.get("/inbox", params={"kind": "sms", "to": to}, headers={"Accept": "application/json"})
        found: list[dict[str, Any]] = answer.json()["items"]
        return found


async def client(prefix: str) -> AsyncIterator[Client]:
    async for made in stand(prefix):
        found = Client(stand=made)
        made.app.sandbox.outbound.transport = httpx.MockTransport(found.take)
        yield found
        made.app.sandbox.outbound.transport = None
