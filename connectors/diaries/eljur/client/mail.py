"""The family's messages: listing changes nothing, opening marks as read there, sending is asked once."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from connectors.diaries.eljur.client.api import Api, unpacked
from connectors.diaries.eljur.mapping import mail
from connectors.diaries.eljur.mapping import wire_mail as wire
from connectors.diaries.eljur.mapping.frame import MOSCOW, Frame
from connectors.kit.answers import decode, text_of
from connectors.kit.correspondence import Folder, Letter, Message, MessagePage, Recipient
from connectors.kit.deadline import Deadline
from connectors.kit.diary import DiaryChild
from connectors.kit.errors import AccessDenied, Drifted
from connectors.kit.ports import Access, Window
from connectors.kit.together import together

A_PAGE = 20


class Mail:
    """The mail box of one account. It belongs to the adult, not to a child; the child chooses the class teacher."""

    def __init__(self, api: Api, access: Access, child: DiaryChild) -> None:
        if child.key not in access.extra.get("students", "").split():
            raise AccessDenied(api.system, "not a child of this account")
        self._api = api
        self._access = access
        self._child = child
        self._deadline = Deadline(api.system)
        zone = ZoneInfo(access.extra["zone"]) if "zone" in access.extra else MOSCOW
        today = api.now().astimezone(zone).date()
        self._frame = Frame(system=api.system, zone=zone, fetched_at=api.now(), window=Window(start=today, end=today))

    async def folder(self, folder: Folder, number: int) -> MessagePage:
        body = await self._ask("getmessages", folder=folder.value, limit=str(A_PAGE), page=str(number))
        return mail.page(self._frame, decode(self._api.system, body, wire.Folder), number=number, size=A_PAGE)

    async def opened(self, id_: str) -> Message:
        found = decode(self._api.system, await self._ask("getmessageinfo", id=id_), wire.Opened).message
        if text_of(self._api.system, found.id, "$.message.id") != id_:
            raise Drifted(self._api.system, "$.message.id", "not the asked message")
        own = self._access.owner.rpartition("-")[2]
        return mail.whole(self._frame, found, base=f"https://{unpacked(self._api.system, self._access.token).vendor}.eljur.ru/", own=own)

    async def recipients(self) -> tuple[Recipient, ...]:
        receivers, rules = await together([lambda: self._ask("getmessagereceivers"), lambda: self._ask("getrules")])
        group = self._child.group.name if self._child.group else ""
        return mail.recipients(
            self._frame,
            decode(self._api.system, receivers, wire.Receivers),
            decode(self._api.system, rules, wire.Rules),
            group=group,
        )

    async def send(self, letter: Letter) -> str:
        if letter.reply_to is not None:
            body = await self._ask("sendreplymessage", idempotent=False, replyto=letter.reply_to, text=letter.text)
        else:
            to = ",".join(letter.recipients)
            body = await self._ask("sendmessage", idempotent=False, subject=letter.subject, text=letter.text, users_to=to)
        if body.lstrip()[:1] != b"{":
            return ""
        sent = decode(self._api.system, body, wire.Sent)
        return text_of(self._api.system, sent.id, "$.id") or text_of(self._api.system, sent.message_id, "$.message_id")

    async def _ask(self, method: str, *, idempotent: bool = True, **params: str) -> bytes:
        return await self._api.ask(method, self._access.token, self._deadline, params, idempotent=idempotent)
