"""A school's bot at MAX, its chat, and the person beside it."""

from __future__ import annotations

from typing import Any

import httpx

from tests.sandbox.stand import Stand


class Bot:
    """The first school's with a bot."""

    def __init__(self, desk: Stand) -> None:
        self.desk = desk
        school = next(one for one in desk.town.schools.values() if "max" in one.accounts)
        self.account = school.accounts["max"]
        self.id, self.token, self.chat_id = int(self.account["bot_id"]), str(self.account["token"]), int(self.account["chat_id"])
        people = [one for one in desk.town.people.values() if "max" in one.accounts]
        kept = [one for one in people if any(desk.town.people[child].school == school.id for child in one.children)]
        self.person = int(kept[0].accounts["max"]["user_id"])

    @property
    def chat(self) -> str:
        return f"/max/chats/{self.chat_id}"

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": self.token} | more.pop("headers", {})
        return await self.desk.http.request(method, path, headers=headers, **more)

    async def told(self, method: str, path: str, **more: Any) -> Any:
        """The answer, or the status and code of its refusal."""
        answer = await self.ask(method, path, **more)
        return answer.json() if answer.is_success else (answer.status_code, answer.json()["code"])

    async def members(self) -> list[int]:
        return [one["user_id"] for one in (await self.told("GET", f"{self.chat}/members"))["members"]]

    async def strangers(self, count: int = 1) -> list[int]:
        return [int(one) for one in (await self.desk.control("max/people", {"count": count}))["user_ids"]]

    async def updates(self, **query: Any) -> list[str]:
        found = await self.told("GET", "/max/updates", params={"timeout": 0, **query})
        return [one["update_type"] for one in found["updates"]]
