"""The port that the hub holds: sign-in, account, renewal and reading."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace

from connectors.diaries.digital_school.client.api import Api, number_of
from connectors.diaries.digital_school.client.read import read_page
from connectors.diaries.digital_school.errors import CODE_USED
from connectors.diaries.digital_school.manifest import MANIFEST
from connectors.diaries.digital_school.mapping.account import children
from connectors.kit.conditional import Told, Unchanged
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.deadline import Deadline
from connectors.kit.diary import Datum, DiaryChild, DiaryPage
from connectors.kit.errors import AuthExpired, Drifted, Rejected
from connectors.kit.manifest import Manifest
from connectors.kit.no_browser import NoBrowser
from connectors.kit.ports import Access, DiaryAccount, DiaryPort, Window
from connectors.kit.secret import Secret


class DigitalSchool(NoBrowser):
    """The Khabarovsk cabinet for one instance of the hub."""

    manifest: Manifest = MANIFEST

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.name = config.instance
        self._api = Api(config, equipment)

    async def sign_in(self, credentials: Mapping[str, Secret]) -> DiaryAccount:
        """With account and password; with an authorization code as well, the password is the new one that the code sets."""
        missing = [name for name in MANIFEST.credentials if not credentials.get(name)]
        if missing:
            raise Rejected(self.name, "credentials", ", ".join(missing))
        deadline = Deadline(self.name)
        try:
            spent = await self._activated(credentials, deadline)
            access = await self._opened(credentials, deadline, spent)
        except AuthExpired as error:
            raise Rejected(self.name, "credentials", error.text) from error
        return await self._account(access, deadline)

    async def _activated(self, credentials: Mapping[str, Secret], deadline: Deadline) -> Rejected | None:
        """The refusal of a code that was used before: perhaps by this very form, sent twice."""
        code = credentials.get("auth_code")
        if not code:
            return None
        try:
            await self._api.activate(credentials["account"], code, credentials["password"], deadline)
        except Rejected as error:
            if error.reason != CODE_USED:
                raise
            return error
        return None

    async def _opened(self, credentials: Mapping[str, Secret], deadline: Deadline, spent: Rejected | None) -> Access:
        try:
            return await self._api.open(credentials, deadline)
        except AuthExpired:
            if spent is not None:
                raise spent from None
            raise

    async def account(self, access: Access) -> DiaryAccount:
        return await self._account(access, Deadline(self.name))

    async def refresh(self, access: Access) -> Access:
        """A session cannot be prolonged: with the account and the password another one is opened."""
        if set(access.credentials) < set(MANIFEST.credentials):
            raise AuthExpired(self.name, "no credentials")
        return await self._api.open(access.credentials, Deadline(self.name))

    async def _account(self, access: Access, deadline: Deadline) -> DiaryAccount:
        account = access.credentials.get("account")
        if account is not None and access.owner != number_of(account):
            raise Drifted(self.name, "account", "the account's owner has changed")
        body = await self._api.get("children", access.token, deadline)
        found = children(self.name, body, fetched_at=self._api.now())
        keys, known = {child.key for child in found}, set(access.extra.get("idn", "").split())
        if known and keys and not known & keys:
            raise Drifted(self.name, "$.data", "another account's children")
        kept = replace(access, extra={**access.extra, "idn": " ".join(sorted(keys))})
        return DiaryAccount(access=kept, subject=access.owner, children=found)

    async def read(self, access: Access, child: DiaryChild, data: Set[Datum], window: Window) -> DiaryPage:
        told = await self.read_if_changed(access, child, data, window, validator="")
        if isinstance(told, Unchanged):
            raise Drifted(self.name, "status", "unchanged, though nothing was named")
        return told.page

    async def read_if_changed(self, access: Access, child: DiaryChild, data: Set[Datum], window: Window, *, validator: str) -> Told:
        return await read_page(self._api, access, child, data & MANIFEST.data, window, validator)


def connect(config: ConnectorConfig, equipment: Equipment) -> DiaryPort:
    return DigitalSchool(config, equipment)
