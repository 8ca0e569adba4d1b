"""A client of a played SMS gateway in one process, and the handler that hears its receipts."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx

from tests.sandbox.stand import Replay, Stand, fits, kind_of, load, stand

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


@dataclass
class Session(Replay):
    """A token comes as bare text, and is signed with the key."""

    async def send(self, sample: Mapping[str, Any]) -> httpx.Response:
        answer = await super().send(sample)
        if sample["path"].endswith("/get_token"):
            self.values |= {"token": answer.text, "sig": hashlib.md5((self.values["api_id"] + answer.text).encode()).hexdigest()}
        return answer


async def run(session: Session, path: Path) -> None:
    """A sample names its client and holds none of the demo's secrets."""
    sample = load(path)
    assert {"client", "version", "language", "date", "did"} <= set(sample) and "demo-" not in str(sample)
    for asked in sample["requests"]:
        answer = await session.send(asked)
        assert answer.status_code == asked["status"], asked
        assert fits(asked["answer"], kind_of(answer)), (asked, answer.text)
