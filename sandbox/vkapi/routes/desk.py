"""What every method is given: who asks, with which parameters and version, and the ways into chats that refuse as VK does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.system import Sandbox
from sandbox.vkapi.people import Caller, Census
from sandbox.vkapi.state import Chat, Member, Message, State
from sandbox.vkapi.wire import shapes
from sandbox.vkapi.wire.errors import VkError
from sandbox.vkapi.wire.params import CHAT_PEERS, Params


class Desk:
    """The town as VK knows it and VK's own state; `census` is made anew when the town is."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.state = State(sandbox.clock.now)
        self._census = Census(sandbox.town)

    @property
    def census(self) -> Census:
        if self._census.town is not self.sandbox.town:
            self._census = Census(self.sandbox.town)
        return self._census

    def reset(self) -> None:
        self.state.reset()
        self._census = Census(self.sandbox.town)

    def caller(self, token: str) -> Caller:
        """Error 5 for a token that is missing, unknown, ended by hand or over."""
        if not token:
            raise VkError(5, "no access_token passed")
        state = self.state
        found = self.census.tokens.get(token)
        if found is None and token in state.web_tokens:
            user_id, ends = state.web_tokens[token]
            if state.now() >= ends:
                raise VkError(5, "access_token has expired")
            found = Caller(member_id=user_id, token=token)
        if found is None or token in state.dead_tokens:
            raise VkError(5)
        return found

    def announce(self, chat: Chat, message: Message) -> None:
        """Communities that are in the chat hear of it."""
        for member_id in chat.members:
            if member_id < 0 and message.from_id != member_id:
                self.tell(-member_id, message)

    def tell(self, group: int, message: Message) -> None:
        feed = self.state.feed(group)
        shown = {"message": shapes.message(message, -group), "client_info": {"button_actions": ["text"], "keyboard": True, "lang_id": 0}}
        event_id = f"{group:010d}{message.id:030d}"
        feed.add({"group_id": group, "type": "message_new", "event_id": event_id, "v": "5.199", "object": shown})

    def happened(self, chat: Chat, by: int, kind: str, **more: Any) -> None:
        """A line of the chat's own: who came, who went, how it is called now."""
        action = {"type": kind, **more}
        self.announce(chat, self.state.write(chat.messages, CHAT_PEERS + chat.id, by, action=action))


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of one method."""

    desk: Desk
    caller: Caller
    params: Params
    version: tuple[int, int]

    @property
    def me(self) -> int:
        return self.caller.member_id

    def chat_id(self) -> int:
        return self.params.number("chat_id", least=1, most=100_000_000)

    def peer(self) -> int:
        """A chat's peer id, or error 100; `chat_id` is taken in place of it."""
        if not self.params.given("peer_id") and self.params.given("chat_id"):
            return CHAT_PEERS + self.chat_id()
        return self.params.number("peer_id")

    def chat(self, chat_id: int) -> tuple[Chat, Member]:
        """The chat and the caller's place in it: 927 where there is none, 917 for a stranger, 945 where it was disabled."""
        chat = self.desk.state.chats.get(chat_id)
        if chat is None or not chat.alive:
            raise VkError(927)
        member = chat.members.get(self.me)
        if member is None:
            raise VkError(917)
        return chat, member

    def chat_of_peer(self, peer_id: int) -> tuple[Chat, Member]:
        if peer_id <= CHAT_PEERS:
            raise VkError(932) if self.caller.is_group else VkError(927)
        return self.chat(peer_id - CHAT_PEERS)

    def changeable(self, chat_id: int, *, as_admin: bool = True) -> tuple[Chat, Member]:
        chat, member = self.chat(chat_id)
        if chat.disabled:
            raise VkError(945)
        if as_admin and not member.is_admin:
            raise VkError(925)
        return chat, member

    def check_group(self) -> None:
        """`group_id` beside a token: a community's own, or none."""
        asked = abs(self.params.number("group_id", 0))
        if not asked:
            return
        if asked not in self.desk.census.groups:
            raise VkError(125)
        if self.me != -asked:
            raise VkError(15, "no access to this group") if self.caller.is_group else VkError(7)


@dataclass(frozen=True, slots=True)
class Method:
    """`users` and `groups` say whose tokens may call it."""

    run: Callable[[Call], Any]
    users: bool = True
    groups: bool = True
