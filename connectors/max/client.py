"""How a school's bot keeps class chats at MAX: people make them and take the bot in, the bot lists, adds, removes and writes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from connectors.kit.answers import decode
from connectors.kit.class_chat import (
    CALL_WITHIN_S,
    AccountSeen,
    BotEvents,
    BotPort,
    ChatAccount,
    ChatMember,
    ChatRights,
    MemberResult,
    NewChat,
    Outcome,
    Sending,
    ToChat,
    ToPerson,
    carrier_code,
)
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.errors import AccessDenied, Drifted, NotFound, Rejected
from connectors.kit.secret import Secret
from connectors.kit.turns import Turns
from connectors.max import errors, manifest, mapping

T = TypeVar("T")
A_SECOND = 30
PAGE = 100
AT_ONCE = 50
MOST_PAGES = 100
LONGEST_TEXT = 4000
LONGEST_WAIT_S = 20
_CODE = re.compile(r"[A-Za-z0-9_-]{1,128}")


def connect(config: ConnectorConfig, equipment: Equipment) -> BotPort:
    """The connector for every school's bot."""
    return MaxChats(config, equipment)


class MaxChats:
    """The port of `connectors.kit.class_chat` for a bot with its token."""

    manifest = manifest.MANIFEST

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.name = config.instance
        self.turns = Turns(config.instance, a_second=A_SECOND)
        self._caller = equipment.callers[self.manifest.instances[0].prefixes[0]]

    async def check(self, account: ChatAccount) -> AccountSeen:
        seen = mapping.bot(await self._ask(account, "GET", "/me", mapping.Bot))
        if account.id and seen.id != account.id:
            raise Rejected(self.name, "account_differs", errors.OTHER_BOT)
        return seen

    async def create(self, account: ChatAccount, title: str, members: Sequence[str] = ()) -> NewChat:  # noqa: ARG002 - the port's shape
        raise Rejected(self.name, "cannot", errors.CANNOT_CREATE)

    async def chats(self, account: ChatAccount) -> tuple[tuple[str, str], ...]:  # noqa: ARG002 - the port's shape
        raise Rejected(self.name, "cannot", errors.CANNOT_LIST)

    async def invite_link(self, account: ChatAccount, chat: str, *, reset: bool = False) -> str:
        if reset:
            raise Rejected(self.name, "cannot", errors.CANNOT_RESET)
        return mapping.link(self.name, await self._chat(account, chat))

    async def members(self, account: ChatAccount, chat: str) -> tuple[ChatMember, ...]:
        found: dict[str, ChatMember] = {}
        query = {"count": str(PAGE)}
        for _ in range(MOST_PAGES):
            page = await self._in_chat(account, "GET", chat, "/members", mapping.Members, query=query)
            for item in page.members:
                found[str(item.user_id)] = mapping.member(item, own=account.id)
            if page.marker is None or not page.members:
                return tuple(found.values())
            query["marker"] = str(page.marker)
        raise Drifted(self.name, "$.marker", "pages without end", text=errors.UNREADABLE)

    async def add(self, account: ChatAccount, chat: str, members: Sequence[str]) -> tuple[MemberResult, ...]:
        people = [one for one in dict.fromkeys(members) if mapping.person(one) is not None]
        found: dict[str, MemberResult] = {}
        for start in range(0, len(people), AT_ONCE):
            asked = people[start : start + AT_ONCE]
            answer = await self._in_chat(account, "POST", chat, "/members", mapping.Done, body={"user_ids": [int(one) for one in asked]})
            found |= mapping.added(asked, answer)
        return tuple(found.get(one) or MemberResult(member=one, outcome=Outcome.UNKNOWN_PERSON) for one in members)

    async def remove(self, account: ChatAccount, chat: str, member: str, *, for_good: bool = False) -> MemberResult:
        if mapping.person(member) is None:
            return MemberResult(member=member, outcome=Outcome.UNKNOWN_PERSON)
        query = {"user_id": member, "block": "true" if for_good else "false"}
        answer = await self._in_chat(account, "DELETE", chat, "/members", mapping.Done, query=query)
        if answer.success:
            return MemberResult(member=member, outcome=Outcome.DONE)
        # The refusal has words and no code: whether the person is still there decides what it meant.
        left = await self._in_chat(account, "GET", chat, "/members", mapping.Members, query={"user_ids": member})
        stays = any(str(one.user_id) == member for one in left.members)
        return MemberResult(member=member, outcome=Outcome.REFUSED if stays else Outcome.ALREADY)

    async def rename(self, account: ChatAccount, chat: str, title: str) -> None:
        await self._in_chat(account, "PATCH", chat, "", mapping.Chat, body={"title": title})

    async def send(self, account: ChatAccount, to: ToChat | ToPerson, text: str, *, key: str) -> Sending:  # noqa: ARG002 - MAX takes no key: asked once, never repeated
        if not text or len(text) > LONGEST_TEXT:
            raise Rejected(self.name, "message_length", f"Сообщение в MAX: от 1 до {LONGEST_TEXT} знаков.")
        if isinstance(to, ToChat):
            sent = await self._in_chat(account, "POST", to.chat, "", mapping.Sent, body={"text": text}, message=True)
            return Sending(outcome=Outcome.DONE, id=sent.message.body.mid)
        if mapping.person(to.member) is None:
            return Sending(outcome=Outcome.UNKNOWN_PERSON)
        try:
            query = {"user_id": to.member}
            sent = await self._ask(account, "POST", "/messages", mapping.Sent, query=query, body={"text": text}, idempotent=False)
        except (AccessDenied, NotFound) as error:
            if "." not in carrier_code(error):
                raise
            # Nobody is written to who did not open the bot, or stopped it.
            return Sending(outcome=Outcome.REFUSED, code=carrier_code(error))
        return Sending(outcome=Outcome.DONE, id=sent.message.body.mid)

    async def rights(self, account: ChatAccount, chat: str) -> ChatRights:
        seen = await self._chat(account, chat)
        return mapping.rights(seen, await self._in_chat(account, "GET", chat, "/members/me", mapping.Member))

    def start_link(self, bot: AccountSeen, code: str) -> str:
        if not _CODE.fullmatch(code) or not re.fullmatch(r"[A-Za-z0-9_.]{1,64}", bot.username):
            raise Rejected(self.name, "start_link", errors.OURS)
        return f"https://max.ru/{bot.username}?start={code}"

    async def events(self, account: ChatAccount, *, place: str = "", wait_s: int = 0) -> BotEvents:
        query = {"timeout": str(min(max(wait_s, 0), LONGEST_WAIT_S)), "limit": str(PAGE), "types": ",".join(mapping.HAPPENINGS)}
        if place:
            query["marker"] = place
        page = await self._ask(account, "GET", "/updates", mapping.Updates, query=query)
        found = tuple(one for one in map(mapping.event, page.updates) if one is not None)
        return BotEvents(events=found, place=place if page.marker is None else str(page.marker))

    async def subscribe(self, account: ChatAccount, url: str, secret: Secret) -> None:
        body = {"url": url, "secret": secret.reveal(), "update_types": list(mapping.HAPPENINGS)}
        await self._done(account, "POST", query={}, body=body)

    async def unsubscribe(self, account: ChatAccount, url: str) -> None:
        await self._done(account, "DELETE", query={"url": url}, body=None)

    async def _done(self, account: ChatAccount, method: str, *, query: Mapping[str, str], body: object | None) -> None:
        answer = await self._ask(account, method, "/subscriptions", mapping.Done, query=query, body=body)
        if not answer.success:
            raise Rejected(self.name, "subscription", errors.OURS)

    async def _chat(self, account: ChatAccount, chat: str) -> mapping.Chat:
        return mapping.alive(self.name, await self._in_chat(account, "GET", chat, "", mapping.Chat))

    async def _in_chat(
        self,
        account: ChatAccount,
        method: str,
        chat: str,
        path: str,
        wire: type[T],
        *,
        query: Mapping[str, str] | None = None,
        body: object | None = None,
        message: bool = False,
    ) -> T:
        """A call about one chat. A refusal is the same for a bot that was thrown out and for one without rights: one look decides."""
        if mapping.number(chat) is None:
            raise errors.gone(self.name, "chat.not.found")
        address = "/messages" if message else f"/chats/{chat}{path}"
        query = {**(query or {}), **({"chat_id": chat} if message else {})}
        try:
            return await self._ask(account, method, address, wire, query=query, body=body, idempotent=not message)
        except AccessDenied as error:
            if not carrier_code(error).startswith("chat."):
                raise
            if path == "/members/me" or (method, path, message) == ("GET", "", False):
                raise errors.gone(self.name, carrier_code(error)) from error
            await self._in_chat(account, "GET", chat, "/members/me", mapping.Member)
            raise errors.without_rights(self.name, carrier_code(error)) from error

    async def _ask(
        self,
        account: ChatAccount,
        method: str,
        path: str,
        wire: type[T],
        *,
        query: Mapping[str, str] | None = None,
        body: object | None = None,
        idempotent: bool = True,
    ) -> T:
        """One call in its turn. The token goes bare into the header; in the address or with «Bearer» MAX refuses it."""
        ends_at = self.turns.timer() + CALL_WITHIN_S
        headers = {"Authorization": account.token.reveal(), "Accept": "application/json"}
        with errors.explained():
            await self.turns.take(account.token, ends_at=ends_at)
            response = await self._caller.call(
                method,
                path,
                params=dict(query) if query else None,
                headers=headers,
                json=body,
                deadline_s=ends_at - self.turns.timer(),
                idempotent=idempotent,
            )
            errors.raise_error(self.name, response)
            return decode(self.name, response.content, wire)
