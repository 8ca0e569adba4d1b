"""A family at the journal: its token and its calls."""

from __future__ import annotations

from typing import Any

import httpx

from sandbox.world.model import Person
from tests.sandbox.stand import Stand


class Family:
    """`base` is `api` or `apiv3`."""

    def __init__(self, stand: Stand, who: Person | None = None, base: str = "api") -> None:
        self.stand = stand
        self.who = who or stand.parent
        self.base = base
        self.token = ""

    @property
    def account(self) -> dict[str, Any]:
        return self.stand.account(self.who)

    @property
    def student(self) -> str:
        return str(self.stand.account(self.stand.child)["student_id"])

    @property
    def key(self) -> dict[str, str]:
        return {"vendor": self.account["vendor"], "devkey": self.account["devkey"], "out_format": "json"}

    async def sign_in(self, **changes: str) -> httpx.Response:
        query = self.key | {"login": self.account["login"], "password": self.account["password"]} | changes
        answer = await self.stand.http.get(f"/eljur/{self.base}/auth", params=query)
        if answer.status_code == 200:
            self.token = answer.json()["response"]["result"]["token"]
        return answer

    async def ask(self, method: str, **query: str) -> httpx.Response:
        return await self.stand.http.get(f"/eljur/{self.base}/{method}", params=self.key | {"auth_token": self.token} | query)

    async def get(self, method: str, **query: str) -> Any:
        answer = await self.ask(method, **query)
        body = answer.json()["response"]
        assert (answer.status_code, body["state"], body["error"]) == (200, 200, None), answer.text
        return body["result"]

    async def own(self, method: str, **query: str) -> Any:
        """The part of the first child."""
        return (await self.get(method, student=self.student, **query))["students"][self.student]

    async def refused(self, method: str, **query: str) -> tuple[int, str]:
        answer = await self.ask(method, **query)
        body = answer.json()["response"]
        assert (body["state"], body["result"]) == (answer.status_code, {})
        return body["state"], body["error"]
