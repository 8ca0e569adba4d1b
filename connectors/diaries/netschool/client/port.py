"""The port that the hub holds: sign-in, account, renewal and reading."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace

from connectors.diaries.netschool.client.api import Api
from connectors.diaries.netschool.client.mail import Mail
from connectors.diaries.netschool.client.read import read_page
from connectors.diaries.netschool.client.sign_in import sign_in
from connectors.diaries.netschool.manifest import MANIFEST
from connectors.diaries.netschool.mapping import wire
from connectors.diaries.netschool.mapping.account import children, owner_of, students
from connectors.kit.answers import decode
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.correspondence import Folder, Letter, Message, MessagePage, Recipient
from connectors.kit.deadline import Deadline
from connectors.kit.diary import Datum, DiaryChild, DiaryPage
from connectors.kit.errors import AuthExpired, Drifted, Rejected
from connectors.kit.manifest import Manifest
from connectors.kit.no_browser import NoBrowser
from connectors.kit.ports import Access, DiaryAccount, DiaryPort, Window
from connectors.kit.secret import Secret
from connectors.kit.together import together


class NetSchool(NoBrowser):
    """One region's NetSchool for one instance of the hub."""

    manifest: Manifest = MANIFEST

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.name = config.instance
        self._api = Api(config, equipment)

    async def sign_in(self, credentials: Mapping[str, Secret]) -> DiaryAccount:
        missing = [name for name in MANIFEST.credentials if not credentials.get(name)]
        if missing:
            raise Rejected(self.name, "credentials", ", ".join(missing))
        deadline = Deadline(self.name)
        kept = {name: credentials[name] for name in MANIFEST.credentials}
        try:
            access = await sign_in(self._api, kept, deadline)
        except AuthExpired as error:
            raise Rejected(self.name, "credentials", error.text) from error
        return await self._opened(access, deadline)

    async def account(self, access: Access) -> DiaryAccount:
        return await self._opened(access, Deadline(self.name))

    async def refresh(self, access: Access) -> Access:
        """A session cannot be prolonged: with the login and the password another one is opened."""
        if set(access.credentials) < set(MANIFEST.credentials):
            raise AuthExpired(self.name, "no credentials")
        deadline = Deadline(self.name)
        opened = await sign_in(self._api, access.credentials, deadline)
        known = {**opened.extra, "students": access.extra.get("students", "")}
        return (await self._opened(replace(opened, extra=known), deadline)).access

    async def _opened(self, access: Access, deadline: Deadline) -> DiaryAccount:
        """Whose account it is, its pupils, the school and the year, by which the diary is asked."""
        school = access.extra.get("school", "")
        login = access.credentials.get("login")
        if login is not None and access.owner != owner_of(school, login.reveal()):
            raise Drifted(self.name, "login", "the account's owner has changed")
        init, year, card = await together(
            [
                lambda: self._api.get("student/diary/init", access.token, deadline),
                lambda: self._api.get("years/current", access.token, deadline),
                lambda: self._api.get(f"schools/{school}/card", access.token, deadline),
            ]
        )
        found = students(self.name, init)
        keys, known = {str(student.student_id) for student, _ in found}, set(access.extra.get("students", "").split())
        if known and keys and not known & keys:
            raise Drifted(self.name, "$.students", "another account's children")
        pupils = children(
            self.name,
            found,
            decode(self.name, card, wire.Card),
            school=school,
            zone=self._api.zone.key,
            fetched_at=self._api.now(),
        )
        extra = {"school": school, "year": str(decode(self.name, year, wire.Year).id), "students": " ".join(sorted(keys))}
        return DiaryAccount(access=replace(access, extra=extra), subject=access.owner, children=pupils)

    async def read(self, access: Access, child: DiaryChild, data: Set[Datum], window: Window) -> DiaryPage:
        return await read_page(self._api, access, child, data & MANIFEST.data, window)

    async def messages(self, access: Access, child: DiaryChild, folder: Folder, *, page: int = 1) -> MessagePage:
        return await Mail(self._api, access, child).folder(folder, page)

    async def message(self, access: Access, child: DiaryChild, id: str) -> Message:
        return await Mail(self._api, access, child).opened(id)

    async def recipients(self, access: Access, child: DiaryChild) -> tuple[Recipient, ...]:
        return await Mail(self._api, access, child).recipients()

    async def send(self, access: Access, child: DiaryChild, letter: Letter) -> str:
        return await Mail(self._api, access, child).send(letter)


def connect(config: ConnectorConfig, equipment: Equipment) -> DiaryPort:
    return NetSchool(config, equipment)
