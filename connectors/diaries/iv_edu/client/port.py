"""The port that the hub holds: sign-in, account, renewal and reading."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace

from connectors.diaries.iv_edu.client.api import Api
from connectors.diaries.iv_edu.client.read import read_page
from connectors.diaries.iv_edu.manifest import MANIFEST
from connectors.diaries.iv_edu.mapping.account import child, digits
from connectors.kit.conditional import Told, Unchanged
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.deadline import Deadline
from connectors.kit.diary import Datum, DiaryChild, DiaryPage
from connectors.kit.errors import AuthExpired, Drifted, Rejected
from connectors.kit.manifest import Manifest
from connectors.kit.no_browser import NoBrowser
from connectors.kit.ports import Access, DiaryAccount, DiaryPort, Window
from connectors.kit.secret import Secret

DIGITS = 11


class IvEdu(NoBrowser):
    """The Ivanovo cabinet for one instance of the hub."""

    manifest: Manifest = MANIFEST

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.name = config.instance
        self._api = Api(config, equipment)

    async def sign_in(self, credentials: Mapping[str, Secret]) -> DiaryAccount:
        missing = [name for name in MANIFEST.credentials if not credentials.get(name)]
        if missing:
            raise Rejected(self.name, "credentials", ", ".join(missing))
        if len(digits(credentials["snils"].reveal())) != DIGITS:
            raise Rejected(self.name, "credentials", "В СНИЛС 11 цифр.")
        deadline = Deadline(self.name)
        try:
            access = await self._api.open(credentials, deadline)
        except AuthExpired as error:
            raise Rejected(self.name, "credentials", error.text) from error
        return await self._opened(access, deadline)

    async def account(self, access: Access) -> DiaryAccount:
        return await self._opened(access, Deadline(self.name))

    async def refresh(self, access: Access) -> Access:
        """A session cannot be prolonged: with the SNILS and the password another one is opened."""
        if set(access.credentials) < set(MANIFEST.credentials):
            raise AuthExpired(self.name, "no credentials")
        deadline = Deadline(self.name)
        opened = await self._api.open(access.credentials, deadline)
        return (await self._opened(replace(opened, owner=access.owner), deadline)).access

    async def _opened(self, access: Access, deadline: Deadline) -> DiaryAccount:
        body = await self._api.get("me", access.token, deadline)
        snils = access.credentials.get("snils")
        found = child(self.name, body, snils=snils.reveal() if snils else "", fetched_at=self._api.now())
        if access.owner and access.owner != found.key:
            raise Drifted(self.name, "$.student_id", "the account's owner has changed")
        return DiaryAccount(access=replace(access, owner=found.key), subject=found.key, children=(found,))

    async def read(self, access: Access, child: DiaryChild, data: Set[Datum], window: Window) -> DiaryPage:
        told = await self.read_if_changed(access, child, data, window, validator="")
        if isinstance(told, Unchanged):
            raise Drifted(self.name, "status", "unchanged, though nothing was named")
        return told.page

    async def read_if_changed(self, access: Access, child: DiaryChild, data: Set[Datum], window: Window, *, validator: str) -> Told:
        return await read_page(self._api, access, child, data & MANIFEST.data, window, validator)


def connect(config: ConnectorConfig, equipment: Equipment) -> DiaryPort:
    return IvEdu(config, equipment)
