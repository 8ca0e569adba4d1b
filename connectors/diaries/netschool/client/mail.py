"""The family's mail: the register changes nothing, reading a letter marks it there, sending is asked once."""

from __future__ import annotations

import re
from functools import partial

from connectors.diaries.netschool.client.api import Api
from connectors.diaries.netschool.errors import checked
from connectors.diaries.netschool.mapping import mail
from connectors.diaries.netschool.mapping import wire_mail as wire
from connectors.diaries.netschool.mapping.frame import Frame
from connectors.kit.answers import decode
from connectors.kit.correspondence import Folder, Letter, Message, MessagePage, Recipient
from connectors.kit.deadline import Deadline
from connectors.kit.diary import DiaryChild
from connectors.kit.errors import AccessDenied, Drifted, NotFound
from connectors.kit.ports import Access, Window
from connectors.kit.together import together

A_PAGE = 20
_BOXES = {Folder.INBOX: ("Inbox", "Входящие"), Folder.SENT: ("Sent", "Отправленные")}
_ID = re.compile(r"[0-9]{1,18}")


class Mail:
    """The mail box of one account; `userId` goes by the child, as the site's own pages send it."""

    def __init__(self, api: Api, access: Access, child: DiaryChild) -> None:
        if child.key not in access.extra.get("students", "").split():
            raise AccessDenied(api.system, "not a child of this account")
        self._api = api
        self._access = access
        self._user = {"userId": child.key}
        self._deadline = Deadline(api.system)
        today = api.now().astimezone(api.zone).date()
        self._frame = Frame(system=api.system, zone=api.zone, fetched_at=api.now(), window=Window(start=today, end=today))

    async def folder(self, folder: Folder, number: int) -> MessagePage:
        register, unread = await together([lambda: self._register(folder, number), lambda: self._get("mail/messages/unread", **self._user)])
        found = decode(self._api.system, register, wire.Register)
        return mail.page(self._frame, found, decode(self._api.system, unread, set[int]), folder, number=number, size=A_PAGE)

    async def opened(self, id_: str) -> Message:
        body = await self._get(f"mail/messages/{self._id(id_)}/read", **self._user)
        found = decode(self._api.system, body, wire.Letter)
        if str(found.id) != id_:
            raise Drifted(self._api.system, "$.id", "not the asked letter")
        return mail.letter(self._frame, found)

    async def recipients(self) -> tuple[Recipient, ...]:
        asked = {**self._user, "organizationId": self._access.extra.get("school", ""), "funcType": "2", "orgType": "1"}

        async def group(number: int) -> list[wire.Addressee]:
            return decode(self._api.system, await self._get("mail/recipients", **asked, group=str(number)), list[wire.Addressee])

        found = await together([partial(group, number) for number in mail.ROLES])
        return mail.recipients(dict(zip(mail.ROLES, found, strict=True)))

    async def send(self, letter: Letter) -> str:
        """An answer takes whom it goes to, and its subject, from the server's own draft of it."""
        subject, to = letter.subject, list(letter.recipients)
        if letter.reply_to is not None:
            body = await self._get(f"mail/messages/{self._id(letter.reply_to)}/edit", action="reply")
            draft = decode(self._api.system, body, wire.Draft)
            subject, to = draft.subject or subject, [str(one.id) for one in draft.to]
        written = {"subject": subject, "text": mail.as_html(letter.text), "to": to, "cc": [], "bcc": []}
        rest = {"notify": False, "draft": False, "fileAttachmentGuids": []}
        response = await self._api.call("POST", "mail/messages", self._access.token, self._deadline, json=written | rest)
        body = checked(self._api.system, response)
        if body.lstrip()[:1] != b"{":
            return ""
        return str(decode(self._api.system, body, wire.Sent).message_id or "")

    async def _register(self, folder: Folder, number: int) -> bytes:
        value, title = _BOXES[folder]
        chosen = [
            {"filterId": "MailBox", "filterValue": value, "filterText": title},
            {"filterId": "MessageType", "filterValue": "All", "filterText": "Все"},
        ]
        asked = {
            "filterContext": {"selectedData": chosen, "params": None},
            "fields": ["author", "subject", "sent", "toNames"],
            "page": number,
            "pageSize": A_PAGE,
            "search": None,
            "order": {"fieldId": "sent", "ascending": False},
        }
        response = await self._api.call("POST", "mail/registry", self._access.token, self._deadline, json=asked, idempotent=True)
        return checked(self._api.system, response)

    async def _get(self, path: str, **params: str) -> bytes:
        return await self._api.get(path, self._access.token, self._deadline, params)

    def _id(self, id_: str) -> str:
        if not _ID.fullmatch(id_):
            raise NotFound(self._api.system, "no such letter")
        return id_
