"""Class chats at a carrier: what the hub asks of VK, MAX or a bare link, and what of the answers it must tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, NotFound, RateLimited, Rejected
from connectors.kit.manifest import Manifest
from connectors.kit.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatAccount:
    """What a school works with at a carrier: the community or bot by its id there, and its token. Both empty for a bare link; the id
    may be left empty for `check` alone.

    A person's own token has no place here (facts/vkid-and-class-chats.md 2.2)."""

    id: str = ""
    token: Secret = field(default=Secret(""), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSeen:
    """The account as the carrier knows it; `username` is what its address ends with."""

    id: str
    name: str
    username: str = ""


class Outcome(StrEnum):
    """What became of one member. Only these are a member's own; whatever concerns the whole chat is raised."""

    DONE = "done"
    ALREADY = "already"
    """Nothing to do: the person is in the chat already, or has left it already."""
    NEEDS_LINK = "needs_link"
    """The carrier, or the person's own settings, lets nobody be added: the person comes by the invite link."""
    UNKNOWN_PERSON = "unknown_person"
    """The carrier knows no such person, or knows it no longer."""
    REFUSED = "refused"
    """The carrier refuses for this person: the owner cannot be removed, the person takes no messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberResult:
    """`code` is the carrier's own word or number for the refusal, for the journal."""

    member: str
    outcome: Outcome
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChat:
    """A chat just made. Whoever of the asked members is not in it stands in `results` as `NEEDS_LINK`."""

    id: str
    results: tuple[MemberResult, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMember:
    """`id` is the text by which a person's profile is bound; `is_self` is the account that asks, `is_bot` any bot or community.

    `by_link` and `joined_at` are None where the carrier does not say. `name` is what the person wrote himself: shown, never compared."""

    id: str
    name: str = field(default="", repr=False)
    is_self: bool = False
    is_bot: bool = False
    is_owner: bool = False
    is_admin: bool = False
    joined_at: datetime | None = None
    by_link: bool | None = None
    invited_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRights:
    """What the account may do in this chat, its title, and how many are in it (None where the carrier does not say)."""

    title: str
    can_list: bool
    can_invite: bool
    can_remove: bool
    can_rename: bool
    can_write: bool
    members: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToChat:
    chat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToPerson:
    member: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """`id` is the message's, where it was sent. To a person who takes no messages the outcome is `REFUSED`, nothing is raised."""

    outcome: Outcome
    id: str = ""
    code: str = ""


class Detached(NotFound):
    """The chat was deleted or closed, or the account was thrown out of it: the binding is stale (VK 917, 927, 945, 946)."""


class LostRights(AccessDenied):
    """The account is in the chat and may no longer do this: somebody took its rights (VK 919, 925, 931)."""


class AccountDead(AuthExpired):
    """The school's token is no longer accepted: a new one has to be entered (VK 5, 27, 28; MAX verify.token)."""


class LongBlock(RateLimited):
    """Blocked for long, not for seconds (VK 9, 29): put the work off by `after_s`. Until then the account is not asked again."""


class CaptchaAsked(Rejected):
    """The carrier wants a human to prove himself: for the operator, never answered by a program (VK 14)."""


def carrier_code(error: ConnectorError) -> str:
    """The carrier's own code of this error, for the journal; empty where the carrier never answered."""
    return error.reason if isinstance(error, Rejected) else error.detail.split(" ", 1)[0]


@runtime_checkable
class ClassChatPort(Protocol):
    """A carrier of class chats. `manifest.chat` says what it can; what it cannot do raises `Rejected("cannot")`, nothing is sent.

    Errors: the eight, with the five narrower ones above where they apply; `carrier_code` tells the carrier's own. Each call waits for
    its turn under the carrier's limits for this account, tries again what the documents say is worth it, and is over within
    `CALL_WITHIN_S`. Members are texts, as the carrier writes them. A chat's id is opaque and names one chat of the whole carrier,
    whoever's it is; one of another account is `Detached` without a call.

    `create` is asked once and never repeated: after `TimedOut` or `Unavailable` look at `chats`, where the carrier lists them, first.
    `add` and `remove` may be repeated at will. `send` with one `key` makes one message where the manifest has `SENDS_ONCE`, however
    often it is asked; elsewhere it is asked once and never repeated."""

    manifest: Manifest
    name: str

    async def check(self, account: ChatAccount) -> AccountSeen:
        """Whose token it is; `Rejected("account_differs")` where it belongs to another account than `account.id` says, if it says."""
        ...

    async def create(self, account: ChatAccount, title: str, members: Sequence[str] = ()) -> NewChat: ...

    async def chats(self, account: ChatAccount) -> tuple[tuple[str, str], ...]:
        """Ids and titles of the chats that the account is in."""
        ...

    async def invite_link(self, account: ChatAccount, chat: str, *, reset: bool = False) -> str:
        """An https address at one of the carrier's own hosts. `reset` makes the former link worthless."""
        ...

    async def members(self, account: ChatAccount, chat: str) -> tuple[ChatMember, ...]:
        """Everybody, all pages, each member once; the account itself too."""
        ...

    async def add(self, account: ChatAccount, chat: str, members: Sequence[str]) -> tuple[MemberResult, ...]:
        """One result for each, in the order asked."""
        ...

    async def remove(self, account: ChatAccount, chat: str, member: str, *, for_good: bool = False) -> MemberResult:
        """`DONE`, `ALREADY` for who was not there, or `REFUSED` for the owner. `for_good`: and does not come back by the link.

        At VK nobody who was removed does; only a person in the chat can bring him back. At MAX without `for_good` the link still works."""
        ...

    async def rename(self, account: ChatAccount, chat: str, title: str) -> None: ...

    async def send(self, account: ChatAccount, to: ToChat | ToPerson, text: str, *, key: str) -> Sending: ...

    async def rights(self, account: ChatAccount, chat: str) -> ChatRights: ...


CALL_WITHIN_S = 30.0
"""The longest that one call of the port takes, waiting for its turn included; `members` takes it for each page."""


class Happening(StrEnum):
    """What a bot is told of; anything else is not for us."""

    STARTED = "started"
    """A person opened the bot: `payload` is the code of the link that led there, if any."""
    STOPPED = "stopped"
    """The person stopped the bot, which may not write to him now."""
    BOT_ADDED = "bot_added"
    BOT_REMOVED = "bot_removed"
    JOINED = "joined"
    LEFT = "left"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True, kw_only=True)
class BotEvent:
    """One thing that happened. `chat` is empty for a talk with one person; `by` is who added or removed, empty where nobody did."""

    kind: Happening
    at: datetime
    chat: str = ""
    member: str = ""
    by: str = ""
    is_bot: bool = False
    payload: str = field(default="", repr=False)
    title: str = ""
    name: str = field(default="", repr=False)
    """What the person of `STARTED` calls himself: shown to whoever confirms the profile, never compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BotEvents:
    """What happened since the asked place; `place` is where to go on, once these are kept."""

    events: tuple[BotEvent, ...]
    place: str = ""


@runtime_checkable
class BotPort(ClassChatPort, Protocol):
    """A carrier whose bot learns a person's id when the person opens it: the way to bind a profile without a sign-in.

    The hub makes a one-time code, shows `start_link` to the signed-in person, and binds `BotEvent.member` when `STARTED` brings the
    code back. `events` are told again until `place` is passed on, so reading them twice is harmless."""

    def start_link(self, bot: AccountSeen, code: str) -> str:
        """The address that opens the bot with this code: up to 128 letters, digits, `_` and `-`."""
        ...

    async def events(self, account: ChatAccount, *, place: str = "", wait_s: int = 0) -> BotEvents: ...

    async def subscribe(self, account: ChatAccount, url: str, secret: Secret) -> None:
        """From now on events are posted to `url` with the secret in a header, and `events` is empty."""
        ...

    async def unsubscribe(self, account: ChatAccount, url: str) -> None: ...
