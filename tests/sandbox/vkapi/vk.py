"""Calls of VK methods with the town's tokens, and one class chat of a community."""

from __future__ import annotations

from typing import Any

from tests.sandbox.stand import Stand

PEERS = 2_000_000_000


class Vk:
    """`people` are the town's with a user token; the first two are mother and daughter."""

    def __init__(self, desk: Stand) -> None:
        self.desk = desk
        school = next(one for one in desk.town.schools.values() if "vkapi" in one.accounts)
        self.group = int(school.accounts["vkapi"]["group_id"])
        self.group_token = str(school.accounts["vkapi"]["token"])
        self.people = [one.accounts["vkapi"] for one in desk.town.people.values() if "token" in one.accounts.get("vkapi", {})]

    def id(self, who: int) -> int:
        return int(self.people[who]["user_id"])

    async def raw(self, method: str, token: str, **params: Any) -> dict[str, Any]:
        answer = await self.desk.http.post(f"/vkapi/method/{method}", data={"access_token": token, "v": "5.199", **params})
        assert answer.status_code == 200
        shown: dict[str, Any] = answer.json()
        return shown

    async def bot(self, method: str, **params: Any) -> Any:
        shown = await self.raw(method, self.group_token, **params)
        return shown.get("response", shown.get("error", {}).get("error_code"))

    async def person(self, who: int, method: str, **params: Any) -> Any:
        """What it answers, or the number of its error."""
        shown = await self.raw(method, str(self.people[who]["token"]), **params)
        return shown.get("response", shown.get("error", {}).get("error_code"))

    async def chat(self) -> tuple[int, str]:
        """A chat of the community: its number and its link."""
        chat_id = int((await self.bot("messages.createChat", title="7Б"))["chat_id"])
        return chat_id, str((await self.bot("messages.getInviteLink", peer_id=PEERS + chat_id))["link"])

    async def members(self, chat_id: int) -> list[int]:
        found = await self.bot("messages.getConversationMembers", peer_id=PEERS + chat_id)
        return [one["member_id"] for one in found["items"]]
