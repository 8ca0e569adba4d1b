"""What VK remembers: chats with their members and messages, dead tokens, people's privacy, how fast each token asks, and events."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

USERS_A_SECOND, GROUPS_A_SECOND = 3, 20
CHAT_SIZE = 1_000
EVENTS_KEPT = 500
SECOND = timedelta(seconds=1)
WEB_TOKEN_LIFE = timedelta(minutes=10)


@dataclass(slots=True, kw_only=True)
class Member:
    member_id: int
    invited_by: int
    join_date: int
    is_admin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`number` counts within the conversation, `id` everywhere; `action` tells of what happened to the chat."""

    id: int
    number: int
    peer_id: int
    from_id: int
    date: int
    text: str
    random_id: int = 0
    action: dict[str, Any] | None = None


@dataclass(slots=True, kw_only=True)
class Chat:
    """`alive` ends when somebody deletes the chat by hand; `disabled` is error 945; the `kicked` cannot come back by the link."""

    id: int
    title: str
    owner_id: int
    link: str
    members: dict[int, Member] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    kicked: set[int] = field(default_factory=set)
    left: set[int] = field(default_factory=set)
    size: int = CHAT_SIZE
    alive: bool = True
    disabled: bool = False


@dataclass(slots=True, kw_only=True)
class Feed:
    """Events of one community for its long poll."""

    key: str
    first: int = 1
    events: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=EVENTS_KEPT))
    waiting: set[asyncio.Event] = field(default_factory=set)

    @property
    def ts(self) -> int:
        return self.first + len(self.events)

    def add(self, event: dict[str, Any]) -> None:
        if len(self.events) == EVENTS_KEPT:
            self.first += 1
        self.events.append(event)
        for waiter in self.waiting:
            waiter.set()


class State:
    """All of it in memory, by the sandbox's clock; the town's people are not in here."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.reset()

    def reset(self) -> None:
        self.switches: dict[str, bool] = {"rate_limits": True, "members_need_admin": False}
        self.chats: dict[int, Chat] = {}
        self.links: dict[str, Chat] = {}
        self.dialogs: dict[tuple[int, int], list[Message]] = {}
        self.sent: dict[tuple[int, int, int], Message] = {}
        self.dead_tokens: set[str] = set()
        self.closed: set[int] = set()
        self.writable: set[tuple[int, int]] = set()
        self.web_tokens: dict[str, tuple[int, datetime]] = {}
        self.feeds: dict[int, Feed] = {}
        self._asked: dict[str, deque[datetime]] = {}
        self._last_message = 0

    def moment(self) -> int:
        return int(self.now().timestamp())

    def asks_too_fast(self, token: str, *, is_group: bool) -> bool:
        """3 a second for a person's token, 20 for a community's; a refused request counts too little to matter and is not counted."""
        if not self.switches["rate_limits"]:
            return False
        now, asked = self.now(), self._asked.setdefault(token, deque())
        while asked and not now - SECOND < asked[0] <= now:
            asked.popleft()
        if len(asked) >= (GROUPS_A_SECOND if is_group else USERS_A_SECOND):
            return True
        asked.append(now)
        return False

    def start_chat(self, owner: int, title: str) -> Chat:
        chat = Chat(id=len(self.chats) + 1, title=title, owner_id=owner, link="")
        self.chats[chat.id] = chat
        self.new_link(chat)
        self.join(chat, owner, owner, is_admin=True)
        return chat

    def join(self, chat: Chat, member_id: int, invited_by: int, *, is_admin: bool = False) -> None:
        chat.members[member_id] = Member(member_id=member_id, invited_by=invited_by, join_date=self.moment(), is_admin=is_admin)
        chat.left.discard(member_id)
        chat.kicked.discard(member_id)

    def leave(self, chat: Chat, member_id: int, by: int) -> None:
        """Of himself, or thrown out."""
        chat.members.pop(member_id, None)
        (chat.left if by == member_id else chat.kicked).add(member_id)

    def new_link(self, chat: Chat) -> None:
        """The former link leads nowhere from now on."""
        self.links.pop(chat.link, None)
        chat.link = secrets.token_urlsafe(24)
        self.links[chat.link] = chat

    def write(self, kept: list[Message], peer_id: int, from_id: int, text: str = "", **more: Any) -> Message:
        self._last_message += 1
        number = kept[-1].number + 1 if kept else 1
        message = Message(id=self._last_message, number=number, peer_id=peer_id, from_id=from_id, date=self.moment(), text=text, **more)
        kept.append(message)
        return message

    def dialog(self, one: int, other: int) -> list[Message]:
        return self.dialogs.setdefault((min(one, other), max(one, other)), [])

    def feed(self, group: int) -> Feed:
        return self.feeds.setdefault(group, Feed(key=secrets.token_hex(20)))

    def web_token(self, user_id: int) -> tuple[str, int]:
        """A first-party token of ten minutes, and when it ends."""
        ends = self.now() + WEB_TOKEN_LIFE
        token = f"vk1.a.{secrets.token_urlsafe(64)}"
        self.web_tokens[token] = (user_id, ends)
        return token, int(ends.timestamp())
