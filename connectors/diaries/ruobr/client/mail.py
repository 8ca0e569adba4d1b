"""The family's letters, to read only: no public client of this API was ever seen to write one."""

from __future__ import annotations

from connectors.diaries.ruobr.client.api import REFUSED, Api, login_of
from connectors.diaries.ruobr.errors import says_nothing
from connectors.diaries.ruobr.mapping import mail
from connectors.diaries.ruobr.mapping import wire_mail as wire
from connectors.diaries.ruobr.mapping.account import family
from connectors.diaries.ruobr.mapping.frame import Frame
from connectors.kit.answers import decode
from connectors.kit.correspondence import Folder, Message, MessagePage
from connectors.kit.deadline import Deadline
from connectors.kit.diary import DiaryChild
from connectors.kit.errors import AccessDenied, AuthExpired, Drifted, NotFound, Rejected
from connectors.kit.ports import Access, Window
from connectors.kit.together import together

READ_ONLY = "«Электронная школа» показывает письма, но написать отсюда не даёт. Ответить можно на её сайте или в приложении."
NO_SENT = "Отправленных писем «Электронная школа» не показывает."


class Mail:
    """The letters of one account; they come without a child, so the account is asked each time whether it shows this one (RULES C8)."""

    def __init__(self, api: Api, access: Access, child: DiaryChild) -> None:
        self._api = api
        self._access = access
        self._child = child
        self._deadline = Deadline(api.system)
        today = api.now().date()
        self._frame = Frame(system=api.system, fetched_at=api.now(), window=Window(start=today, end=today))

    async def folder(self, folder: Folder, number: int) -> MessagePage:
        if folder is not Folder.INBOX:
            raise Rejected(self._api.system, "no_folder", NO_SENT)
        return mail.page(self._frame, await self._rows(), number=number)

    async def opened(self, id_: str) -> Message:
        """The list is asked first: a letter of the system breaks the API when it is opened, and is told whole in the list."""
        rows = await self._rows()
        place = next((index for index, row in enumerate(rows) if str(row.id) == id_), None)
        if place is None:
            raise NotFound(self._api.system, "no such letter")
        row, where = rows[place], f"$.messages[{place}]"
        if row.type_id == wire.HTML_LETTER:
            return mail.listed(self._frame, row, where)
        body = await self._api.get(f"/mail/{row.id}/", self._access.token, self._deadline, {"child": self._child.key})
        found = decode(self._api.system, body, wire.Opened).data
        if found.id != row.id or not found.messages:
            raise Drifted(self._api.system, "$.data", "not the asked letter")
        return mail.opened(self._frame, row, found, where)

    async def _rows(self) -> list[wire.Row]:
        body, user = await together(
            [
                lambda: self._api.get("/mail/", self._access.token, self._deadline),
                lambda: self._api.user(self._access.token, self._deadline),
            ]
        )
        if says_nothing(body):
            raise AuthExpired(self._api.system, "an empty answer", text=REFUSED)
        found = family(self._api.system, user, login=login_of(self._api.system, self._access.token), fetched_at=self._api.now())
        if self._child.key not in {child.key for child in found.children}:
            raise AccessDenied(self._api.system, "not a child of this account")
        return decode(self._api.system, body, wire.Mail).messages
