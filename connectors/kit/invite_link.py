"""The carrier that is nothing but a link: the school types it in, the hub shows it, and no system is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Never
from urllib.parse import urlsplit

from connectors.kit.class_chat import (
    AccountSeen,
    ChatAccount,
    ChatMember,
    ChatRights,
    MemberResult,
    NewChat,
    Outcome,
    Sending,
    ToChat,
    ToPerson,
)
from connectors.kit.errors import Rejected
from connectors.kit.manifest import ChatAbility, Instance, Kind, Manifest

NAME = "invite_link"
HOSTS = frozenset({"vk.me", "vk.ru", "vk.com", "web.vk.me", "max.ru", "web.max.ru"})
"""Where chats of schools are. A link elsewhere is refused: in the name of the school it would lead anywhere."""
LONGEST = 300
_PATH = re.compile(r"/join/[A-Za-z0-9_~.+=/-]{3,}")

MANIFEST = Manifest(
    id=NAME,
    title="Ссылка на чат",
    kind=Kind.CHAT,
    instances=(Instance(name=NAME, title="Ссылка на чат", prefixes=()),),
    documents=("none: a link that the school typed in",),
    chat=frozenset({ChatAbility.INVITE_LINK}),
)


def checked(link: str) -> str:
    """The link as it is shown to people. Raises `Rejected`, with a sentence for whoever typed it in."""
    text = link.strip()
    try:
        parts = urlsplit(text)
        plain = parts.port is None and parts.username is None and parts.password is None
    except ValueError:
        raise _refusal("link", "Это не адрес ссылки. Скопируйте её из чата целиком.") from None
    if len(text) > LONGEST or not text.isascii() or not text.isprintable() or " " in text or parts.scheme != "https" or not plain:
        raise _refusal("link", "Это не адрес ссылки. Скопируйте её из чата целиком: она начинается с https://.")
    if (parts.hostname or "") not in HOSTS:
        raise _refusal("link_host", "Ссылка ведёт не в VK и не в MAX. Вставьте ссылку-приглашение самого чата.")
    if parts.query or parts.fragment or not _PATH.fullmatch(parts.path):
        raise _refusal("link_path", "В ссылке нет приглашения в чат. Скопируйте её в настройках чата: «Пригласить по ссылке».")
    return text


def _refusal(reason: str, text: str) -> Rejected:
    return Rejected(NAME, reason, text)


class InviteLink:
    """The port of `connectors.kit.class_chat` without a system behind it: a chat's id is its link."""

    manifest = MANIFEST
    name = NAME

    async def check(self, account: ChatAccount) -> AccountSeen:
        return AccountSeen(id=account.id, name=MANIFEST.title)

    async def create(self, account: ChatAccount, title: str, members: Sequence[str] = ()) -> NewChat:  # noqa: ARG002 - the port's shape
        self._cannot("Чат сделайте сами в VK или MAX, а сюда вставьте ссылку-приглашение.")

    async def chats(self, account: ChatAccount) -> tuple[tuple[str, str], ...]:  # noqa: ARG002 - the port's shape
        self._cannot()

    async def invite_link(self, account: ChatAccount, chat: str, *, reset: bool = False) -> str:  # noqa: ARG002 - the port's shape
        if reset:
            self._cannot("Смените ссылку в самом чате и вставьте сюда новую.")
        return checked(chat)

    async def members(self, account: ChatAccount, chat: str) -> tuple[ChatMember, ...]:  # noqa: ARG002 - the port's shape
        self._cannot()

    async def add(self, account: ChatAccount, chat: str, members: Sequence[str]) -> tuple[MemberResult, ...]:  # noqa: ARG002 - the port's shape
        return tuple(MemberResult(member=one, outcome=Outcome.NEEDS_LINK) for one in members)

    async def remove(self, account: ChatAccount, chat: str, member: str, *, for_good: bool = False) -> MemberResult:  # noqa: ARG002 - the port's shape
        self._cannot("Уберите человека в самом чате: по одной ссылке сервис этого не может.")

    async def rename(self, account: ChatAccount, chat: str, title: str) -> None:  # noqa: ARG002 - the port's shape
        self._cannot()

    async def send(self, account: ChatAccount, to: ToChat | ToPerson, text: str, *, key: str) -> Sending:  # noqa: ARG002 - the port's shape
        self._cannot()

    async def rights(self, account: ChatAccount, chat: str) -> ChatRights:  # noqa: ARG002 - the port's shape
        self._cannot()

    def _cannot(self, text: str = "У чата по ссылке сервис не видит участников и ничего в нём не меняет.") -> Never:
        raise Rejected(NAME, "cannot", text)
