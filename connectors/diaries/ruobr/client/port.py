"""The port that the hub holds: sign-in, account and reading."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace

from connectors.diaries.ruobr.client.api import Api, login_of, packed
from connectors.diaries.ruobr.client.mail import READ_ONLY, Mail
from connectors.diaries.ruobr.client.read import read_page
from connectors.diaries.ruobr.manifest import MANIFEST
from connectors.diaries.ruobr.mapping.account import family
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.correspondence import Folder, Letter, Message, MessagePage, Recipient
from connectors.kit.deadline import Deadline
from connectors.kit.diary import Datum, DiaryChild, DiaryPage
from connectors.kit.errors import AuthExpired, Drifted, Rejected
from connectors.kit.manifest import Manifest
from connectors.kit.no_browser import NoBrowser
from connectors.kit.ports import Access, DiaryAccount, DiaryPort, Window
from connectors.kit.secret import Secret


class Ruobr(NoBrowser):
    """Электронная школа 2.0 for one instance of the hub."""

    manifest: Manifest = MANIFEST

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.name = config.instance
        self._api = Api(config, equipment)

    async def sign_in(self, credentials: Mapping[str, Secret]) -> DiaryAccount:
        missing = [name for name in MANIFEST.credentials if not credentials.get(name)]
        if missing:
            raise Rejected(self.name, "credentials", ", ".join(missing))
        access = Access(token=packed(credentials["login"].reveal().strip(), credentials["password"].reveal()))
        try:
            return await self.account(access)
        except AuthExpired as error:
            raise Rejected(self.name, "credentials", error.text) from error

    async def account(self, access: Access) -> DiaryAccount:
        body = await self._api.user(access.token, Deadline(self.name))
        login = login_of(self.name, access.token)
        found = family(self.name, body, login=login, fetched_at=self._api.now())
        if access.owner and access.owner != found.owner:
            raise Drifted(self.name, "$.user_id", "the account's owner has changed")
        return DiaryAccount(
            access=replace(access, owner=found.owner),
            subject=found.owner,
            last_name=found.last_name,
            first_name=found.first_name,
            middle_name=found.middle_name,
            birth_date=found.birth_date,
            roles=(found.role,),
            children=found.children,
        )

    async def refresh(self, access: Access) -> Access:  # noqa: ARG002  there is nothing to renew it with
        # The login and password are all there is: when they fail, only the family can give others.
        raise AuthExpired(self.name, "no session to renew")

    async def read(self, access: Access, child: DiaryChild, data: Set[Datum], window: Window) -> DiaryPage:
        return await read_page(self._api, access, child, data & MANIFEST.data, window)

    async def messages(self, access: Access, child: DiaryChild, folder: Folder, *, page: int = 1) -> MessagePage:
        return await Mail(self._api, access, child).folder(folder, page)

    async def message(self, access: Access, child: DiaryChild, id: str) -> Message:
        return await Mail(self._api, access, child).opened(id)

    async def recipients(self, access: Access, child: DiaryChild) -> tuple[Recipient, ...]:  # noqa: ARG002  nobody, whoever asks
        return ()

    async def send(self, access: Access, child: DiaryChild, letter: Letter) -> str:  # noqa: ARG002  refused before anything is asked
        raise Rejected(self.name, "read_only", READ_ONLY)


def connect(config: ConnectorConfig, equipment: Equipment) -> DiaryPort:
    return Ruobr(config, equipment)
