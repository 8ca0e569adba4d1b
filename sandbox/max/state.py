"""What MAX remembers: chats with members and messages, dialogs, strangers, subscriptions, events, and how fast each bot asks."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

REQUESTS_A_SECOND = 30
EVENTS_KEPT = 1_000
SECOND = timedelta(seconds=1)
MEMBERS_RESTRICTED_SINCE = datetime(2026, 9, 9, tzinfo=UTC)
RIGHTS = (
    "read_all_messages", "add_remove_members", "add_admins", "change_chat_info", "pin_message", "write", "can_call", "edit_link",
    "post_edit_delete_message", "edit_message", "delete_message", "edit", "delete", "view_stats",
)  # fmt: skip
BOT_RIGHTS = ("read_all_messages", "add_remove_members", "change_chat_info", "pin_message", "write", "edit_link")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person or a bot at MAX."""

    user_id: int
    first_name: str
    last_name: str = ""
    is_bot: bool = False


@dataclass(slots=True, kw_only=True)
class Member:
    """`rights` is None for whoever is no administrator; the owner has them all."""

    user_id: int
    joined: int
    rights: tuple[str, ...] | None = None
    alias: str = ""


@dataclass(slots=True, kw_only=True)
class Message:
    mid: str
    seq: int
    sender: int
    at: int
    text: str
    attachments: list[Any] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Chat:
    """`kind` is chat or dialog; `alive` ends when somebody deletes it by hand; the `blocked` cannot come back by the link."""

    id: int
    title: str
    owner_id: int
    link: str
    created: int
    kind: str = "chat"
    description: str = ""
    members: dict[int, Member] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    blocked: set[int] = field(default_factory=set)
    pinned: str | None = None
    alive: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    url: str
    at: int
    types: tuple[str, ...] = ()
    secret: str = ""


@dataclass(slots=True, kw_only=True)
class Feed:
    """A bot's events for long polling; `confirmed` is the last marker that it named."""

    first: int = 1
    events: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=EVENTS_KEPT))
    confirmed: int = 1
    waiting: set[asyncio.Event] = field(default_factory=set)

    @property
    def marker(self) -> int:
        return self.first + len(self.events)

    def add(self, event: dict[str, Any]) -> None:
        if len(self.events) == EVENTS_KEPT:
            self.first += 1
        self.events.append(event)
        for waiter in self.waiting:
            waiter.set()

    def since(self, marker: int) -> list[dict[str, Any]]:
        return list(self.events)[max(marker - self.first, 0) :]


@dataclass(slots=True, kw_only=True)
class Delivery:
    """One event sent to one webhook, or to be sent: `status` is the answer's, None where none came."""

    bot_id: int
    subscription: Subscription
    event: dict[str, Any]
    status: int | None = None
    tries: int = 0


class State:
    """All of it in memory, by the sandbox's clock; bots and people of the town are read from the town."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.reset()

    def reset(self) -> None:
        self.switches: dict[str, bool] = {"rate_limits": True, "add_members_open": False, "lists_chats": True}
        self.chats: dict[int, Chat] = {}
        self.strangers: dict[int, Account] = {}
        self.closed: set[int] = set()
        self.dead_tokens: set[str] = set()
        self.commands: dict[int, list[Any]] = {}
        self.subscriptions: dict[int, list[Subscription]] = {}
        self.feeds: dict[int, Feed] = {}
        self.deliveries: list[Delivery] = []
        self._asked: dict[str, deque[datetime]] = {}
        self._last_seq = 0
        self._last_dialog = 0

    def moment(self) -> int:
        """Milliseconds, as everywhere at MAX."""
        return int(self.now().timestamp() * 1000)

    def asks_too_fast(self, token: str) -> bool:
        """30 requests a second for a bot."""
        if not self.switches["rate_limits"]:
            return False
        now, asked = self.now(), self._asked.setdefault(token, deque())
        while asked and not now - SECOND < asked[0] <= now:
            asked.popleft()
        if len(asked) >= REQUESTS_A_SECOND:
            return True
        asked.append(now)
        return False

    def adds_anybody(self) -> bool:
        """Since 9 September 2026 a bot adds only people who opened it; how the real one refuses is not public."""
        return self.switches["add_members_open"] or self.now() < MEMBERS_RESTRICTED_SINCE

    def start_chat(self, chat_id: int, title: str, owner_id: int, bot_id: int) -> Chat:
        """People make chats and take bots in; bots make none."""
        chat = Chat(id=chat_id, title=title, owner_id=owner_id, link=secrets.token_urlsafe(24), created=self.moment())
        self.chats[chat_id] = chat
        self.join(chat, owner_id, RIGHTS)
        self.join(chat, bot_id, BOT_RIGHTS)
        return chat

    def join(self, chat: Chat, user_id: int, rights: tuple[str, ...] | None = None) -> None:
        chat.members[user_id] = Member(user_id=user_id, joined=self.moment(), rights=rights)

    def dialog(self, bot_id: int, user_id: int, *, start: bool = False) -> Chat | None:
        """The bot's talk with one person; there is none before the person opens the bot."""
        found = next((one for one in self.chats.values() if one.kind == "dialog" and one.members.keys() == {bot_id, user_id}), None)
        if found is None and start:
            self._last_dialog += 1
            found = Chat(
                id=90_000_000 + self._last_dialog, title="", owner_id=user_id, link="", created=self.moment(), kind="dialog"
            )  # fmt: skip
            self.chats[found.id] = found
            self.join(found, bot_id)
            self.join(found, user_id)
        return found

    def write(self, chat: Chat, sender: int, text: str, attachments: list[Any]) -> Message:
        self._last_seq += 1
        seq = self.moment() * 65_536 + self._last_seq
        message = Message(
            mid=f"mid.{chat.id & 0xFFFFFFFFFFFFFFFF:016x}{seq:016x}", seq=seq, sender=sender, at=self.moment(), text=text,
            attachments=attachments,
        )  # fmt: skip
        chat.messages.append(message)
        return message

    def feed(self, bot_id: int) -> Feed:
        return self.feeds.setdefault(bot_id, Feed())
