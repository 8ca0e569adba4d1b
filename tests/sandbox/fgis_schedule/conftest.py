"""A sandbox in one process on a Friday in November with one registered system, left as it was found."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.sandbox.stand import Stand, stand

CLIENT = {"client_id": "SHUB01001", "client_secret": "secret: +%&я"}


class Federal:
    """A registered information system that asks about the first family's child."""

    def __init__(self, made: Stand) -> None:
        self.stand = made
        self.http = made.http
        self.key = ""

    @property
    def child(self) -> Any:
        return next(who for who in self.stand.town.people.values() if "esia_id" in who.accounts.get("fgis", {}))

    @property
    def esia_id(self) -> str:
        return str(self.child.accounts["fgis"]["esia_id"])

    async def grant(self, **form: str) -> httpx.Response:
        body = {"grant_type": "client_credentials", **CLIENT} | form
        return await self.http.post("/fgis/token", data={name: value for name, value in body.items() if value})

    async def get(self, esia_id: str | None = None, headers: dict[str, str] | None = None, **query: str) -> httpx.Response:
        if not self.key:
            self.key = (await self.grant()).json()["access_token"]
        sent = {"Authorization": f"Bearer {self.key}"} | (headers or {})
        return await self.http.get(f"/fgis/Schedule/{esia_id or self.esia_id}", params=query, headers=sent)

    async def lessons(self, start: str, end: str) -> list[dict[str, Any]]:
        answer = await self.get(start=start, end=end)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["school"][0]["class"][0]["lesson"]
        return found


@pytest.fixture
async def federal() -> AsyncIterator[Federal]:
    async for made in stand("fgis"):
        await made.control("fgis/clients", CLIENT)
        yield Federal(made)
