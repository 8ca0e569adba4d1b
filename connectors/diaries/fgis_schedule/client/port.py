"""The port that the hub holds: one pupil an account, opened by the pupil's Gosuslugi id."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace

from connectors.diaries.fgis_schedule.client.api import Api
from connectors.diaries.fgis_schedule.client.read import read_page
from connectors.diaries.fgis_schedule.errors import NOT_US
from connectors.diaries.fgis_schedule.manifest import MANIFEST
from connectors.diaries.fgis_schedule.mapping.account import child as child_of
from connectors.diaries.fgis_schedule.mapping.account import pupil_id
from connectors.diaries.fgis_schedule.mapping.frame import opened
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.deadline import Deadline
from connectors.kit.diary import Datum, DiaryChild, DiaryPage
from connectors.kit.errors import AuthExpired, Drifted, NotFound, Rejected, Unavailable
from connectors.kit.manifest import Manifest
from connectors.kit.no_browser import NoBrowser
from connectors.kit.ports import Access, DiaryAccount, DiaryPort, Window
from connectors.kit.secret import Secret


class FgisSchedule(NoBrowser):
    """The federal Schedule for one instance of the hub."""

    manifest: Manifest = MANIFEST

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.name = config.instance
        self._api = Api(config, equipment)

    async def sign_in(self, credentials: Mapping[str, Secret]) -> DiaryAccount:
        """`esia_id` is vouched for by the hub: the service opens every pupil to it and asks no proof."""
        subject = pupil_id(credentials["esia_id"].reveal()) if credentials.get("esia_id") else ""
        if not subject:
            raise Rejected(self.name, "credentials", "Нужен номер учётной записи Госуслуг: только цифры.")
        try:
            return await self.account(Access(token=Secret(subject)))
        except AuthExpired as error:
            raise Unavailable(self.name, "our registration", text=_OURS) from error
        except NotFound as error:
            raise Rejected(self.name, "credentials", "Федеральный сервис не знает ученика с такой учётной записью.") from error

    async def account(self, access: Access) -> DiaryAccount:
        subject = self._api.subject(access.token)
        answer, plain = opened(self.name, await self._api.schedule(subject, Deadline(self.name)), subject)
        if access.owner and access.owner != subject:
            raise Drifted(self.name, "$.id", "the account's owner has changed")
        found = child_of(self.name, answer, plain, fetched_at=self._api.now())
        return DiaryAccount(access=replace(access, owner=subject), subject=subject, children=(found,))

    async def refresh(self, access: Access) -> Access:
        """The token is the hub's own and renewed by itself: where that fails, no parent can mend it, so the link stays as it is."""
        self._api.subject(access.token)
        try:
            await self._api.tokens.current(Deadline(self.name))
        except AuthExpired as error:
            if error.detail == NOT_US:
                raise Unavailable(self.name, "our registration", text=_OURS) from error
            raise
        raise AuthExpired(self.name, "refused with a good token")

    async def read(self, access: Access, child: DiaryChild, data: Set[Datum], window: Window) -> DiaryPage:
        return await read_page(self._api, access, child, data & MANIFEST.data, window)


_OURS = "Федеральный сервис сейчас не принимает наш запрос: это наша регистрация там, не ваш вход. Мы уже видим это."


def connect(config: ConnectorConfig, equipment: Equipment) -> DiaryPort:
    return FgisSchedule(config, equipment)
