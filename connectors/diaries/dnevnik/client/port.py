"""The port that the hub holds: sign-in, account, refresh and reading, each told in its own file."""

from __future__ import annotations

from collections.abc import Mapping, Set

from connectors.diaries.dnevnik.client.account import open_account
from connectors.diaries.dnevnik.client.api import Api
from connectors.diaries.dnevnik.client.homework import set_done
from connectors.diaries.dnevnik.client.invites import answer_invite, invites
from connectors.diaries.dnevnik.client.read import read_page
from connectors.diaries.dnevnik.client.sign_in import arrive, by_password, depart, renew
from connectors.diaries.dnevnik.manifest import MANIFEST
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.credentials import CredentialForm
from connectors.kit.diary import Datum, DiaryChild, DiaryPage
from connectors.kit.errors import NotFound
from connectors.kit.manifest import Manifest
from connectors.kit.ports import Access, Arrival, Departure, DiaryAccount, DiaryPort, Window
from connectors.kit.registration import Answer, Asked
from connectors.kit.secret import Secret


class Dnevnik:
    """Дневник.ру for one instance of the hub."""

    manifest: Manifest = MANIFEST

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.name = config.instance
        self._api = Api(config, equipment)

    async def begin(self, *, state: str, redirect_uri: str) -> Departure:
        return depart(self._api, state=state, redirect_uri=redirect_uri)

    async def finish(self, arrival: Arrival) -> DiaryAccount:
        return await open_account(self._api, await arrive(self._api, arrival))

    async def sign_in(self, credentials: Mapping[str, Secret]) -> DiaryAccount:
        """With a ready `token`, or with `login` and `password`."""
        if credentials.get("token"):
            return await open_account(self._api, Access(token=credentials["token"]))
        return await open_account(self._api, await by_password(self._api, credentials))

    async def account(self, access: Access) -> DiaryAccount:
        return await open_account(self._api, access)

    async def refresh(self, access: Access) -> Access:
        return await renew(self._api, access)

    async def read(self, access: Access, child: DiaryChild, data: Set[Datum], window: Window) -> DiaryPage:
        return await read_page(self._api, access, child, data & MANIFEST.data, window)

    async def set_done(self, access: Access, child: DiaryChild, homework: str, *, done: bool) -> None:
        await set_done(self._api, access, child, homework, done=done)

    async def joining(self, access: Access) -> tuple[CredentialForm, ...]:  # noqa: ARG002  only the school can begin
        return ()

    async def join(self, access: Access, form: str, given: Mapping[str, Secret]) -> None:  # noqa: ARG002  as above
        raise NotFound(self.name, "the school's administrator adds a child")

    async def asked(self, access: Access) -> tuple[Asked, ...]:
        return await invites(self._api, access)

    async def answer(self, access: Access, key: str, answer: Answer) -> None:
        await answer_invite(self._api, access, key, answer)


def connect(config: ConnectorConfig, equipment: Equipment) -> DiaryPort:
    return Dnevnik(config, equipment)
