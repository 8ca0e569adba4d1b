"""How a school's community keeps its class chats at VK: made, listed, renamed, cleaned, and joined by the invite link."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from connectors.kit.answers import decode
from connectors.kit.class_chat import (
    CALL_WITHIN_S,
    AccountSeen,
    ChatAccount,
    ChatMember,
    ChatRights,
    ClassChatPort,
    LongBlock,
    MemberResult,
    NewChat,
    Outcome,
    Sending,
    ToChat,
    ToPerson,
    carrier_code,
)
from connectors.kit.config import BadSetting, ConnectorConfig, Equipment
from connectors.kit.errors import ConnectorError, Drifted, Rejected
from connectors.kit.turns import Turns
from connectors.vkapi import errors, manifest, mapping

T = TypeVar("T")
A_SECOND = 20
TRIES = 3
PAGE = 200
MOST_PAGES = 50
LONGEST_TEXT = 9000


def connect(config: ConnectorConfig, equipment: Equipment) -> ClassChatPort:
    """The connector for every community. Raises `BadSetting` for settings that cannot work."""
    return VkChats(config, equipment)


class VkChats:
    """The port of `connectors.kit.class_chat` for a community with its key."""

    manifest = manifest.MANIFEST

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.name = config.instance
        self.turns = Turns(config.instance, a_second=A_SECOND)
        self._caller = equipment.callers[self.manifest.instances[0].prefixes[0]]
        self._version = config.options.get(manifest.VERSION) or manifest.DEFAULT_VERSION
        if not re.fullmatch(manifest.SETTINGS[0].pattern, self._version):
            raise BadSetting(manifest.VERSION, f"must be {manifest.SETTINGS[0].form}")

    async def check(self, account: ChatAccount) -> AccountSeen:
        """Asked without a number, VK names the community of the key; a person's key names none."""
        try:
            answer = await self._ask(account, "groups.getById", {}, mapping.Answer[mapping.Groups | list[mapping.Group]])
        except Rejected as error:
            if error.reason != "100":
                raise
            answer = mapping.Groups(groups=[])
        seen = mapping.group(answer)
        if seen is None:
            raise Rejected(self.name, "not_a_community", errors.NOT_COMMUNITY)
        if account.id and seen.id != account.id:
            raise Rejected(self.name, "account_differs", errors.OTHER_COMMUNITY)
        return seen

    async def create(self, account: ChatAccount, title: str, members: Sequence[str] = ()) -> NewChat:
        if not mapping.is_person(account.id):
            raise Rejected(self.name, "no_account", errors.NOT_COMMUNITY)
        people = [one for one in members if mapping.is_person(one)]
        form = {"title": title, "group_id": account.id, "user_ids": ",".join(people)}
        answer = await self._ask(account, "messages.createChat", form, mapping.Answer[int | mapping.Created], idempotent=False)
        return mapping.created(account.id, answer, members)

    async def chats(self, account: ChatAccount) -> tuple[tuple[str, str], ...]:
        found: dict[str, str] = {}
        for page in range(MOST_PAGES):
            form = {"count": str(PAGE), "offset": str(page * PAGE), "group_id": account.id}
            answer = await self._ask(account, "messages.getConversations", form, mapping.Answer[mapping.Conversations])
            for row in answer.items:
                chat = row.conversation
                if chat.peer.type == "chat" and chat.chat_settings is not None and chat.chat_settings.state == "in":
                    found[mapping.chat_id(account.id, chat.peer.id - mapping.CHATS_FROM)] = chat.chat_settings.title
            if not answer.items or (page + 1) * PAGE >= answer.count:
                break
        return tuple(found.items())

    async def invite_link(self, account: ChatAccount, chat: str, *, reset: bool = False) -> str:
        form = {"peer_id": self._peer(account, chat), "group_id": account.id, "reset": str(int(reset))}
        return mapping.link(self.name, await self._ask(account, "messages.getInviteLink", form, mapping.Answer[mapping.Link]))

    async def members(self, account: ChatAccount, chat: str) -> tuple[ChatMember, ...]:
        found: dict[str, ChatMember] = {}
        offset = 0
        for _ in range(MOST_PAGES):
            form = {
                "peer_id": self._peer(account, chat),
                "group_id": account.id,
                "count": str(PAGE),
                "offset": str(offset),
                "extended": "1",
            }
            page = await self._ask(account, "messages.getConversationMembers", form, mapping.Answer[mapping.MembersPage])
            names = mapping.names(page)
            for item in page.items:
                found[str(item.member_id)] = mapping.member(self.name, item, names, own=self._own(account))
            offset += len(page.items)
            if not page.items or offset >= page.count:
                return tuple(found.values())
        raise Drifted(self.name, "$.response.count", "pages without end", text=errors.UNREADABLE)

    async def add(self, account: ChatAccount, chat: str, members: Sequence[str]) -> tuple[MemberResult, ...]:  # noqa: ARG002 - the port's shape
        """VK lets no community add anybody: nothing is asked, everybody comes by the link."""
        return tuple(MemberResult(member=one, outcome=Outcome.NEEDS_LINK) for one in members)

    async def remove(self, account: ChatAccount, chat: str, member: str, *, for_good: bool = False) -> MemberResult:  # noqa: ARG002 - at VK whoever was removed stays out
        number = str(mapping.number_of(self.name, account.id, chat))
        if not mapping.is_person(member.removeprefix("-")):
            return MemberResult(member=member, outcome=Outcome.UNKNOWN_PERSON)
        try:
            await self._done(account, "messages.removeChatUser", {"chat_id": number, "member_id": member})
        except ConnectorError as error:
            outcome = errors.REMOVING.get(carrier_code(error))
            if outcome is None:
                raise
            return MemberResult(member=member, outcome=outcome, code=carrier_code(error))
        return MemberResult(member=member, outcome=Outcome.DONE)

    async def rename(self, account: ChatAccount, chat: str, title: str) -> None:
        number = str(mapping.number_of(self.name, account.id, chat))
        await self._done(account, "messages.editChat", {"chat_id": number, "title": title})

    async def send(self, account: ChatAccount, to: ToChat | ToPerson, text: str, *, key: str) -> Sending:
        if not text or len(text) > LONGEST_TEXT:
            raise Rejected(self.name, "message_length", f"Сообщение в VK: от 1 до {LONGEST_TEXT} знаков.")
        peer = to.member if isinstance(to, ToPerson) else self._peer(account, to.chat)
        if isinstance(to, ToPerson) and not mapping.is_person(peer):
            return Sending(outcome=Outcome.UNKNOWN_PERSON)
        form = {"peer_id": peer, "group_id": account.id, "message": text, "random_id": _random_id(key, peer)}
        try:
            answer = await self._ask(account, "messages.send", form, mapping.Answer[int | mapping.Sent | list[mapping.Sent]])
        except ConnectorError as error:
            outcome = errors.WRITING.get(carrier_code(error)) if isinstance(to, ToPerson) else None
            if outcome is None:
                raise
            return Sending(outcome=outcome, code=carrier_code(error))
        return Sending(outcome=Outcome.DONE, id=mapping.sent_id(self.name, answer))

    async def rights(self, account: ChatAccount, chat: str) -> ChatRights:
        form = {"peer_ids": self._peer(account, chat), "group_id": account.id}
        answer = await self._ask(account, "messages.getConversationsById", form, mapping.Answer[mapping.ById])
        return mapping.rights(self.name, answer.items, own=self._own(account))

    def _peer(self, account: ChatAccount, chat: str) -> str:
        return str(mapping.CHATS_FROM + mapping.number_of(self.name, account.id, chat))

    def _own(self, account: ChatAccount) -> int:
        return int(account.id) if mapping.is_person(account.id) else 0

    async def _done(self, account: ChatAccount, method: str, form: Mapping[str, str]) -> None:
        if await self._ask(account, method, form, mapping.Answer[int]) != 1:
            raise Drifted(self.name, "$.response", "not 1", text=errors.UNREADABLE)

    async def _ask(
        self, account: ChatAccount, method: str, form: Mapping[str, str], wire: type[mapping.Answer[T]], *, idempotent: bool = True
    ) -> T:
        """One call in its turn; again, a little later, only where the code says that this is worth it."""
        ends_at = self.turns.timer() + CALL_WITHIN_S
        if left := self.turns.blocked_s(account.token, method):
            raise LongBlock(self.name, "blocked", after_s=left, text=errors.FLOOD)
        data = {"access_token": account.token.reveal(), "v": self._version, **{key: text for key, text in form.items() if text}}
        for tried in range(1, TRIES + 1):
            try:
                return await self._once(account, method, data, wire, ends_at=ends_at, idempotent=idempotent)
            except LongBlock as error:
                self.turns.block(account.token, method, for_s=error.after_s or errors.FLOOD_S)
                raise
            except ConnectorError as error:
                if tried == TRIES or not errors.worth_another_try(error, idempotent=idempotent):
                    raise
                await self.turns.pause(float(tried))
        raise AssertionError("the last try returns or raises")

    async def _once(
        self, account: ChatAccount, method: str, data: Mapping[str, str], wire: type[mapping.Answer[T]], *, ends_at: float, idempotent: bool
    ) -> T:
        with errors.explained():
            await self.turns.take(account.token, ends_at=ends_at)
            response = await self._caller.call(
                "POST", f"/method/{method}", data=data, deadline_s=ends_at - self.turns.timer(), idempotent=idempotent
            )
            errors.raise_error(self.name, response)
            return decode(self.name, response.content, wire).response


def _random_id(key: str, peer: str) -> str:
    """One number for one message to one peer, however often it is asked: VK takes it once (31 bits, never 0, which means «any»)."""
    return str(int.from_bytes(hashlib.sha256(f"{key}\0{peer}".encode()).digest()[:4], "big") % (2**31 - 1) + 1)
