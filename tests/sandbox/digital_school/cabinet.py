"""A family's way into the cabinet, and the reading of its answers."""

from __future__ import annotations

from typing import Any

import httpx

from sandbox.world.model import Person
from tests.sandbox.stand import Stand

API = "/digital-school/api/v1"
PASSWORD = "Novyj-parol-1"


def code(answer: httpx.Response) -> str:
    """The refusal's code, nothing for a good answer."""
    body = answer.json()
    assert set(body) == ({"ok", "error"} if not body["ok"] else {"ok", "updated", "data"} | (set(body) & {"page", "pages", "total"}))
    return "" if body["ok"] else str(body["error"]["code"])


class Family:
    """`parent` before the closed or the open door."""

    def __init__(self, stand: Stand, parent: Person | None = None) -> None:
        self.stand = stand
        self.parent = parent or stand.parent
        self.headers: dict[str, str] = {}

    @property
    def account(self) -> dict[str, Any]:
        return self.stand.account(self.parent)

    async def activate(self, **changes: str) -> httpx.Response:
        body = {"account": self.account["account"], "auth_code": self.account["auth_code"], "new_password": PASSWORD, **changes}
        return await self.stand.http.post(f"{API}/activate", json=body)

    async def knock(self, **changes: str) -> httpx.Response:
        body = {"account": self.account["account"], "password": self.account["password"], **changes}
        answer = await self.stand.http.post(f"{API}/session", json=body)
        if answer.status_code == 200:
            self.headers = {"X-Session": answer.json()["data"]["token"]}
        return answer

    async def ask(self, path: str, **query: str) -> httpx.Response:
        if not self.headers:
            assert (await self.knock()).status_code == 200
        return await self.stand.http.get(f"{API}/{path}", params=query, headers=self.headers)

    async def get(self, path: str, **query: str) -> Any:
        answer = await self.ask(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]
