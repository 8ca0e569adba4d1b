"""The port that the hub holds: sign-in, account, renewal and reading."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace

from connectors.diaries.petersburg.client import registration
from connectors.diaries.petersburg.client.api import Api
from connectors.diaries.petersburg.client.read import read_page
from connectors.diaries.petersburg.manifest import MANIFEST
from connectors.diaries.petersburg.mapping.account import children, owner_of
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.credentials import CredentialForm
from connectors.kit.deadline import Deadline
from connectors.kit.diary import Datum, DiaryChild, DiaryPage
from connectors.kit.errors import AuthExpired, Drifted, NotFound, Rejected
from connectors.kit.manifest import Manifest
from connectors.kit.no_browser import NoBrowser
from connectors.kit.ports import Access, DiaryAccount, DiaryPort, Window
from connectors.kit.registration import Answer, Asked, Registered
from connectors.kit.secret import Secret


class Petersburg(NoBrowser):
    """«Петербургское образование» for one instance of the hub."""

    manifest: Manifest = MANIFEST

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.name = config.instance
        self._api = Api(config, equipment)

    async def sign_in(self, credentials: Mapping[str, Secret]) -> DiaryAccount:
        missing = [name for name in MANIFEST.credentials if not credentials.get(name)]
        if missing:
            raise Rejected(self.name, "credentials", ", ".join(missing))
        deadline = Deadline(self.name)
        try:
            access = await self._api.sign_in({name: credentials[name] for name in MANIFEST.credentials}, deadline)
        except AuthExpired as error:
            raise Rejected(self.name, "credentials", error.text) from error
        return await self._opened(access, deadline)

    async def account(self, access: Access) -> DiaryAccount:
        return await self._opened(access, Deadline(self.name))

    async def register(self, form: str, given: Mapping[str, Secret]) -> DiaryAccount | Registered:  # noqa: ARG002  there is one form
        return await registration.register(self._api, given, Deadline(self.name))

    async def confirm(self, keep: Mapping[str, str], code: Secret) -> DiaryAccount | Registered:
        deadline = Deadline(self.name)
        return await self._opened(await registration.confirmed(self._api, keep, code, deadline), deadline)

    async def look(self, keep: Mapping[str, str]) -> DiaryAccount | Registered:
        """Until the letter is confirmed the pair counts as wrong there."""
        try:
            return await self.sign_in(registration.credentials(keep))
        except Rejected:
            return registration.waiting(keep)

    async def joining(self, access: Access) -> tuple[CredentialForm, ...]:
        return (await registration.application_form(self._api, access, Deadline(self.name)),)

    async def join(self, access: Access, form: str, given: Mapping[str, Secret]) -> None:  # noqa: ARG002  as above
        await registration.apply(self._api, access, given, Deadline(self.name))

    async def asked(self, access: Access) -> tuple[Asked, ...]:
        return await registration.applications(self._api, access, Deadline(self.name))

    async def answer(self, access: Access, key: str, answer: Answer) -> None:
        if answer is not Answer.WITHDRAW:
            raise NotFound(self.name, "an application is withdrawn or nothing")
        await registration.withdraw(self._api, access, key, Deadline(self.name))

    async def refresh(self, access: Access) -> Access:
        """A session ends after a day: with the login and the password another one is opened."""
        if set(access.credentials) < set(MANIFEST.credentials):
            raise AuthExpired(self.name, "no credentials")
        renewed = await self._api.sign_in(access.credentials, Deadline(self.name))
        if access.owner and access.owner != renewed.owner:
            raise Drifted(self.name, "login", "the account's owner has changed")
        return replace(renewed, extra=access.extra)

    async def _opened(self, access: Access, deadline: Deadline) -> DiaryAccount:
        """The portal does not say whose account it is: the login does, and the children must not be all others at once."""
        login = access.credentials.get("login")
        if login is not None and access.owner != owner_of(login.reveal()):
            raise Drifted(self.name, "login", "the account's owner has changed")
        body = await self._api.get("journal/person/related-child-list", access.token, deadline)
        pupils = children(self.name, body, fetched_at=self._api.now())
        keys, known = {pupil.key for pupil in pupils}, set(access.extra.get("educations", "").split())
        if known and keys and not known & keys:
            raise Drifted(self.name, "$.items", "another account's children")
        return DiaryAccount(
            access=replace(access, extra={"educations": " ".join(sorted(keys))}),
            subject=access.owner,
            roles=("parent",),
            children=pupils,
            waits_for=None if pupils else await registration.waits_for(self._api, access, deadline),
        )

    async def read(self, access: Access, child: DiaryChild, data: Set[Datum], window: Window) -> DiaryPage:
        return await read_page(self._api, access, child, data & MANIFEST.data, window)


def connect(config: ConnectorConfig, equipment: Equipment) -> DiaryPort:
    return Petersburg(config, equipment)
