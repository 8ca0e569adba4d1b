"""A family with its pair of tokens."""

from __future__ import annotations

from typing import Any

import httpx

from sandbox.world.model import Person
from tests.sandbox.stand import Stand

ROOT = "/kiasuo/diary"


class Family:
    """`token` and `refresh_token` are the newest pair."""

    def __init__(self, stand: Stand, who: Person | None = None) -> None:
        self.stand = stand
        self.who = who or stand.parent
        own = stand.account(self.who)
        self.token, self.refresh_token = str(own["token"]), str(own["refresh_token"])

    @property
    def child(self) -> str:
        return str(self.stand.account(self.stand.child)["id"])

    async def ask(self, path: str, **query: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return await self.stand.http.get(f"{ROOT}/api/{path}", params={"id": self.child, **query}, headers=headers)

    async def get(self, path: str, **query: Any) -> Any:
        answer = await self.ask(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def refresh(self, *, key: str = "refresh-token", as_json: bool = False) -> httpx.Response:
        body = {key: self.refresh_token}
        answer = await self.stand.http.post(f"{ROOT}/refresh", **({"json": body} if as_json else {"data": body}))  # type: ignore[arg-type]  # one of two
        if answer.status_code == 200:
            self.token, self.refresh_token = answer.json()["accessToken"], answer.json()["refreshToken"]
        return answer
