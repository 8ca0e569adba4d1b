"""An account of the platform, and its two ways to ask."""

from __future__ import annotations

from typing import Any

import httpx

from sandbox.world.model import Person
from tests.sandbox.ruobr.values import coded
from tests.sandbox.stand import Stand


class Account:
    """Asks with the headers of one person."""

    def __init__(self, stand: Stand, who: Person | None = None) -> None:
        self.stand = stand
        self.who = who or stand.parent

    @property
    def headers(self) -> dict[str, str]:
        account = self.stand.account(self.who)
        return {"username": coded(str(account["login"]).upper()), "password": coded(str(account["password"]))}

    @property
    def child(self) -> str:
        return str(self.stand.account(self.stand.child)["id"])

    async def ask(self, path: str, **query: str) -> httpx.Response:
        return await self.stand.http.get(f"/ruobr/{path}/", params=query or None, headers=self.headers)

    async def get(self, path: str, **query: str) -> Any:
        """About the first family's child."""
        answer = await self.ask(path, child=self.child, **query)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
        return answer.json()

    async def week(self, path: str = "timetable2", key: str = "lessons") -> Any:
        return (await self.get(path, start="2026-11-16", end="2026-11-22"))[key]
