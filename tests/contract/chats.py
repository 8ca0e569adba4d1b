"""Where the contract of class chats runs: each carrier on its sandbox, with a chat, a school's account, and the hands of people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import httpx

from connectors.kit.calls import Caller
from connectors.kit.class_chat import ChatAccount, ClassChatPort
from connectors.kit.clients import new_client
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.manifest import ChatAbility, Kind
from connectors.kit.registry import manifests, packages
from connectors.kit.secret import Secret

CARRIERS = sorted(id_ for id_, manifest in manifests().items() if manifest.kind is Kind.CHAT)
TITLE = "7Б: родители"
Json = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Chats:
    """One carrier. `chat` was made before the test, `account` is the school's, `turns` count by the sandbox's own clock."""

    carrier: str
    port: ClassChatPort
    control: httpx.AsyncClient
    account: ChatAccount
    chat: str = ""
    token_of: dict[str, str]
    """Of people at VK, who act by their own keys."""

    @property
    def number(self) -> str:
        """The chat as the carrier itself numbers it."""
        return self.chat.rpartition("_")[2]

    def can(self, ability: ChatAbility) -> bool:
        return ability in self.port.manifest.chat

    async def post(self, path: str, body: Json) -> Any:
        answer = await self.control.post(f"/_sandbox/{path}", json=body)
        assert answer.is_success, (path, answer.status_code, answer.text)
        return answer.json()

    async def fault(self, kind: str, value: Any = None, **more: Any) -> None:
        await self.post("faults", {"system": self.carrier, "kind": kind, **({} if value is None else {"value": value}), **more})

    async def well(self) -> None:
        (await self.control.delete("/_sandbox/faults")).raise_for_status()

    async def strangers(self, count: int) -> list[str]:
        found = await self.post(f"{self.carrier}/people", {"count": count})
        if self.carrier == "max":
            return [str(one) for one in found["user_ids"]]
        self.token_of |= {str(one["user_id"]): one["token"] for one in found["people"]}
        return [str(one["user_id"]) for one in found["people"]]

    async def join(self, member: str, link: str | None = None) -> None:
        """The person follows the invite link."""
        if self.carrier == "max":
            await self.post(f"max/chats/{self.number}/join", {"user_id": int(member)})
            return
        link = link or await self.port.invite_link(self.account, self.chat)
        form = {"access_token": self.token_of[member], "v": "5.199", "link": link}
        answer = (await self.control.post("/vkapi/method/messages.joinChatByInviteLink", data=form)).json()
        assert "response" in answer, answer

    async def leave(self, member: str) -> None:
        await self.post(f"{self.carrier}/chats/{self.number}/leave", {self._who: int(member)})

    async def open(self, member: str) -> None:
        """The person lets the school's account write to him."""
        where = ("max/start", "bot_id") if self.carrier == "max" else ("vkapi/privacy", "group_id")
        await self.post(where[0], {"user_id": int(member), where[1]: int(self.account.id)})

    async def take_rights(self) -> None:
        own = int(self.account.id) if self.carrier == "max" else -int(self.account.id)
        await self.post(f"{self.carrier}/chats/{self.number}/rights", {self._who: own, "admin": False})

    async def throw_out(self) -> None:
        own = int(self.account.id) if self.carrier == "max" else -int(self.account.id)
        await self.post(f"{self.carrier}/chats/{self.number}/leave", {self._who: own})

    async def delete(self) -> None:
        (await self.control.delete(f"/_sandbox/{self.carrier}/chats/{self.number}")).raise_for_status()

    async def end_token(self) -> None:
        await self.post(f"{self.carrier}/tokens/end", {"token": self.account.token.reveal()})

    async def asked(self) -> list[str]:
        """The calls that the sandbox counted, without the control interface."""
        return [one["path"] for one in (await self.control.get(f"/_sandbox/requests?system={self.carrier}")).json()["requests"]]

    @property
    def _who(self) -> str:
        return "user_id" if self.carrier == "max" else "member_id"


@asynccontextmanager
async def chats(
    carrier: str, root: str, *, transport: httpx.AsyncBaseTransport | None, now: datetime, limits: bool = False
) -> AsyncIterator[Chats]:
    """A connector from its manifest alone; waits between tries take no time of ours."""
    at = [now]

    def timer() -> float:
        return at[0].timestamp()

    async def wait(seconds: float) -> None:
        at[0] += timedelta(seconds=seconds)
        await control.post("/_sandbox/clock", json={"now": at[0].isoformat()})

    async with httpx.AsyncClient(base_url=root, transport=transport, trust_env=False, timeout=30) as control:
        await control.post(f"/_sandbox/{carrier}/switches", json={"rate_limits": limits})
        config = ConnectorConfig(instance=carrier, base_urls={carrier: f"{root}/{carrier}"}, demo=True)
        client = new_client(transport=transport)
        caller = Caller(carrier, f"{root}/{carrier}", client, timer=timer, sleep=wait)
        module = import_module(f"{packages()[carrier]}.client")
        port = module.connect(config, Equipment(callers={carrier: caller}, now=lambda: at[0]))
        port.turns.timer, port.turns.pause = timer, wait
        try:
            yield await _with_chat(Chats(carrier=carrier, port=port, control=control, account=ChatAccount(), token_of={}))
        finally:
            await client.aclose()


async def _with_chat(made: Chats) -> Chats:
    """The first school with an account here, and a chat of its own."""
    schools = (await made.control.get("/_sandbox/people")).json()["schools"]
    told = next(one["accounts"][made.carrier] for one in schools if made.carrier in one["accounts"])
    made.account = ChatAccount(id=str(told.get("group_id") or told["bot_id"]), token=Secret(str(told["token"])))
    if made.can(ChatAbility.CREATE):
        made.chat = (await made.port.create(made.account, TITLE)).id
    else:
        made.chat = str(told["chat_id"])
        await made.port.rename(made.account, made.chat, TITLE)
    return made
