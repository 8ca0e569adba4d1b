"""MAX's answers and updates as they come and what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

import msgspec

from connectors.kit.class_chat import AccountSeen, BotEvent, ChatMember, ChatRights, Happening, MemberResult, Outcome
from connectors.kit.errors import Drifted, Rejected
from connectors.max import errors

LINK_HOSTS = frozenset({"max.ru", "web.max.ru"})
LIST, RENAME = "add_remove_members", "change_chat_info"

HAPPENINGS = {
    "bot_started": Happening.STARTED,
    "bot_stopped": Happening.STOPPED,
    "dialog_removed": Happening.STOPPED,
    "bot_added": Happening.BOT_ADDED,
    "bot_removed": Happening.BOT_REMOVED,
    "user_added": Happening.JOINED,
    "user_removed": Happening.LEFT,
    "chat_title_changed": Happening.RENAMED,
}
"""What of the updates is for us: never what people write to each other."""
ABOUT_THE_BOT = frozenset({Happening.BOT_ADDED, Happening.BOT_REMOVED})
ALONE = frozenset({Happening.STARTED, Happening.STOPPED})


class User(msgspec.Struct, frozen=True, kw_only=True):
    user_id: int
    first_name: str = ""
    last_name: str | None = None
    is_bot: bool = False
    username: str | None = None


class Bot(msgspec.Struct, frozen=True, kw_only=True):
    user_id: int
    first_name: str
    username: str | None = None


class Member(User, frozen=True, kw_only=True):
    """`join_time` in milliseconds; `permissions` of administrators only."""

    is_owner: bool
    is_admin: bool
    join_time: int | None = None
    permissions: list[str] | None = None


class Members(msgspec.Struct, frozen=True, kw_only=True):
    members: list[Member]
    marker: int | None = None


class Chat(msgspec.Struct, frozen=True, kw_only=True):
    """`type` is `dialog`, `chat` or `channel`; `status` `active`, `removed`, `left`, `closed` or `suspended`."""

    chat_id: int
    type: str
    status: str
    title: str | None = None
    participants_count: int | None = None
    link: str | None = None


class FailedUsers(msgspec.Struct, frozen=True, kw_only=True):
    error_code: str
    user_ids: list[int]


class Done(msgspec.Struct, frozen=True, kw_only=True):
    success: bool
    message: str | None = None
    failed_user_ids: list[int] | None = None
    failed_user_details: list[FailedUsers] | None = None


class Body(msgspec.Struct, frozen=True, kw_only=True):
    mid: str


class Message(msgspec.Struct, frozen=True, kw_only=True):
    body: Body


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    message: Message


class Update(msgspec.Struct, frozen=True, kw_only=True):
    """`user` is whom it is about, or who added the bot; `inviter_id` and `admin_id` who did it, where somebody did."""

    update_type: str
    timestamp: int
    chat_id: int | None = None
    user: User | None = None
    inviter_id: int | None = None
    admin_id: int | None = None
    payload: str | None = None
    title: str | None = None
    is_channel: bool | None = None


class Updates(msgspec.Struct, frozen=True, kw_only=True):
    updates: list[Update]
    marker: int | None = None


def number(text: str) -> int | None:
    """The number of a chat (below zero) or a person; None for a text that can be neither."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= 19 and digits[0] != "0" else None


def person(text: str) -> int | None:
    found = number(text)
    return found if found is not None and found > 0 else None


def bot(answer: Bot) -> AccountSeen:
    return AccountSeen(id=str(answer.user_id), name=answer.first_name, username=answer.username or "")


def member(item: Member, *, own: str) -> ChatMember:
    """MAX does not say who came by the link; updates do (`BotEvent.by`)."""
    return ChatMember(
        id=str(item.user_id),
        name=f"{item.first_name} {item.last_name or ''}".strip(),
        is_self=str(item.user_id) == own,
        is_bot=item.is_bot,
        is_owner=item.is_owner,
        is_admin=item.is_admin or item.is_owner,
        joined_at=_moment(item.join_time) if item.join_time else None,
    )


def link(system: str, chat: Chat) -> str:
    """The chat's invite link: only an address of MAX's own is ever shown to a family."""
    if not chat.link:
        raise Rejected(system, "no_link", errors.NO_LINK)
    try:
        parts = urlsplit(chat.link)
        good = parts.scheme == "https" and parts.hostname in LINK_HOSTS and parts.port is None and parts.username is None
    except ValueError:
        good = False
    if not good or not chat.link.isprintable():
        raise Drifted(system, "$.link", "not an address of MAX", text=errors.UNREADABLE)
    return chat.link


def alive(system: str, chat: Chat) -> Chat:
    """Raises `Detached` for a chat that the bot is not in any more."""
    if chat.status != "active" or chat.type != "chat":
        raise errors.gone(system, chat.status if chat.type == "chat" else "chat.type")
    return chat


def rights(chat: Chat, own: Member) -> ChatRights:
    """A bot that is no administrator may write, and nothing else."""
    may = frozenset(own.permissions or ()) if own.is_admin or own.is_owner else frozenset()
    return ChatRights(
        title=chat.title or "",
        can_list=own.is_admin or own.is_owner,
        can_invite=bool(chat.link),
        can_remove=LIST in may,
        can_rename=RENAME in may,
        can_write=True,
        members=chat.participants_count,
    )


def added(asked: Sequence[str], answer: Done) -> dict[str, MemberResult]:
    """By member. Who failed without a reason is refused: the link may help."""
    why = {user: one.error_code for one in answer.failed_user_details or () for user in one.user_ids}
    failed = {*(answer.failed_user_ids or ()), *why}
    if not answer.success and not failed:
        failed = {int(one) for one in asked}
    found = {}
    for one in asked:
        if int(one) in failed:
            code = why.get(int(one), "")
            found[one] = MemberResult(member=one, outcome=errors.ADDING.get(code, Outcome.NEEDS_LINK), code=code)
        else:
            found[one] = MemberResult(member=one, outcome=Outcome.DONE)
    return found


def event(update: Update) -> BotEvent | None:
    """None for what is not for us: messages, buttons, channels, and kinds that MAX has yet to think of."""
    kind = HAPPENINGS.get(update.update_type)
    if kind is None or update.is_channel:
        return None
    user = "" if update.user is None else str(update.user.user_id)
    by = next((str(one) for one in (update.inviter_id, update.admin_id) if one), "")
    return BotEvent(
        kind=kind,
        at=_moment(update.timestamp),
        chat="" if kind in ALONE or update.chat_id is None else str(update.chat_id),
        # About the bot itself, and about a new title, `user` is who did it.
        member="" if kind in ABOUT_THE_BOT or kind is Happening.RENAMED else user,
        by=user if kind in ABOUT_THE_BOT or kind is Happening.RENAMED else by,
        is_bot=update.user is not None and update.user.is_bot and kind not in ABOUT_THE_BOT,
        payload=update.payload or "",
        title=update.title or "",
        name=f"{update.user.first_name} {update.user.last_name or ''}".strip() if kind is Happening.STARTED and update.user else "",
    )


def _moment(milliseconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Drifted("max", "$.join_time or $.timestamp", "not a moment", text=errors.UNREADABLE) from error
