"""VK's answers about chats as they come and what they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Generic, TypeVar
from urllib.parse import urlsplit

import msgspec

from connectors.kit.class_chat import AccountSeen, ChatMember, ChatRights, MemberResult, NewChat, Outcome
from connectors.kit.errors import Drifted
from connectors.vkapi import errors

T = TypeVar("T")
CHATS_FROM = 2_000_000_000
"""A chat's peer is this plus its number."""
LINK_HOSTS = frozenset({"vk.me", "vk.ru", "vk.com"})


class Answer(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    response: T


class Created(msgspec.Struct, frozen=True, kw_only=True):
    """`peer_ids`: who of the asked people is in the chat. Before 5.120 the answer is the bare number."""

    chat_id: int
    peer_ids: list[int] = []


class Link(msgspec.Struct, frozen=True, kw_only=True):
    link: str


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """From 5.223 on an object; before it the bare number."""

    message_id: int


class MemberItem(msgspec.Struct, frozen=True, kw_only=True):
    member_id: int
    invited_by: int | None = None
    join_date: int | None = None
    is_admin: bool = False
    is_owner: bool = False


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    first_name: str = ""
    last_name: str = ""


class MembersPage(msgspec.Struct, frozen=True, kw_only=True):
    count: int
    items: list[MemberItem]
    profiles: list[Profile] = []


class Peer(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    type: str


class ChatSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`state` is `in`, `kicked` or `left`; `acl` says what the asking account may do."""

    title: str
    owner_id: int
    state: str = "in"
    acl: dict[str, bool] = {}
    admin_ids: list[int] = []
    members_count: int | None = None


class CanWrite(msgspec.Struct, frozen=True, kw_only=True):
    allowed: bool


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    peer: Peer
    can_write: CanWrite | None = None
    chat_settings: ChatSettings | None = None


class ById(msgspec.Struct, frozen=True, kw_only=True):
    items: list[Conversation]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    conversation: Conversation


class Conversations(msgspec.Struct, frozen=True, kw_only=True):
    count: int
    items: list[Row]


class Group(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    name: str
    screen_name: str = ""


class Groups(msgspec.Struct, frozen=True, kw_only=True):
    groups: list[Group]


def chat_id(account: str, number: int) -> str:
    """Each community counts its chats from one: only with the community's number a chat's number names one chat."""
    return f"{account}_{number}"


def number_of(system: str, account: str, chat: str) -> int:
    """The chat's number at this community. A chat of another one, or a text that names none, is a chat that does not exist here:
    with a new community's key nothing is done in whatever chat has the same number there."""
    owner, _, number = chat.partition("_")
    known = account and owner == account and number.isascii() and number.isdigit() and len(number) <= 9 and number[0] != "0"
    if not known:
        raise errors.of_code(system, 927)
    return int(number)


def is_person(member: str) -> bool:
    return member.isascii() and member.isdigit() and len(member) <= 19 and member[0] != "0"


def created(account: str, answer: int | Created, asked: Sequence[str]) -> NewChat:
    """VK leaves out, without a word, who may not be taken into the chat: these come by the link."""
    if isinstance(answer, int):
        return NewChat(id=chat_id(account, answer), results=tuple(MemberResult(member=one, outcome=Outcome.NEEDS_LINK) for one in asked))
    inside = {str(one) for one in answer.peer_ids}
    results = tuple(MemberResult(member=one, outcome=Outcome.DONE if one in inside else Outcome.NEEDS_LINK) for one in asked)
    return NewChat(id=chat_id(account, answer.chat_id), results=results)


def sent_id(system: str, answer: int | Sent | list[Sent]) -> str:
    if isinstance(answer, int):
        return str(answer)
    if isinstance(answer, Sent):
        return str(answer.message_id)
    if not answer:
        raise Drifted(system, "$.response", "no message", text=errors.UNREADABLE)
    return str(answer[0].message_id)


def link(system: str, answer: Link) -> str:
    """Only an address of VK's own is ever shown to a family."""
    try:
        parts = urlsplit(answer.link)
        good = parts.scheme == "https" and parts.hostname in LINK_HOSTS and parts.port is None and parts.username is None
    except ValueError:
        good = False
    if not good or not answer.link.isprintable():
        raise Drifted(system, "$.response.link", "not an address of VK", text=errors.UNREADABLE)
    return answer.link


def _moment(system: str, seconds: int | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (ValueError, OverflowError, OSError) as error:
        raise Drifted(system, "$.response.items[...].join_date", "not a moment", text=errors.UNREADABLE) from error


def member(system: str, item: MemberItem, names: Mapping[int, str], *, own: int) -> ChatMember:
    """Communities have negative numbers. Who invited himself came by the link."""
    by_link = None if item.invited_by is None or item.is_owner else item.invited_by == item.member_id
    return ChatMember(
        id=str(item.member_id),
        name=names.get(item.member_id, ""),
        is_self=item.member_id == -own,
        is_bot=item.member_id < 0,
        is_owner=item.is_owner,
        is_admin=item.is_admin or item.is_owner,
        joined_at=_moment(system, item.join_date),
        by_link=by_link,
        invited_by="" if item.invited_by is None else str(item.invited_by),
    )


def names(page: MembersPage) -> dict[int, str]:
    return {one.id: f"{one.first_name} {one.last_name}".strip() for one in page.profiles}


def rights(system: str, found: Sequence[Conversation], *, own: int) -> ChatRights:
    """Raises `Detached` where the community is not in the chat any more."""
    if not found or found[0].chat_settings is None or found[0].chat_settings.state != "in":
        raise errors.of_code(system, 917)
    chat, settings = found[0], found[0].chat_settings
    is_admin = settings.owner_id == -own or -own in settings.admin_ids
    return ChatRights(
        title=settings.title,
        can_list=True,
        can_invite=settings.acl.get("can_see_invite_link", is_admin),
        can_remove=is_admin and settings.acl.get("can_moderate", True),
        can_rename=settings.acl.get("can_change_info", is_admin),
        can_write=chat.can_write is None or chat.can_write.allowed,
        members=settings.members_count,
    )


def group(answer: Groups | list[Group]) -> AccountSeen | None:
    """The community whose key was asked with; None for a key of a person, who is no community."""
    found = answer.groups if isinstance(answer, Groups) else answer
    return AccountSeen(id=str(found[0].id), name=found[0].name, username=found[0].screen_name) if found else None
