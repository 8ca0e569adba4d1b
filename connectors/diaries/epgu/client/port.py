"""The port that the hub holds: the applicant's pupils and their diaries."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from datetime import timedelta
from functools import partial

import msgspec

from connectors.diaries.epgu.client.api import Api
from connectors.diaries.epgu.client.read import read_page
from connectors.diaries.epgu.envelope import Plain
from connectors.diaries.epgu.manifest import MANIFEST
from connectors.diaries.epgu.mapping.account import children, digits, owner_of, zone_in
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.deadline import Deadline
from connectors.kit.diary import Datum, DiaryChild, DiaryPage
from connectors.kit.errors import AuthExpired, Drifted, Rejected
from connectors.kit.manifest import Manifest
from connectors.kit.no_browser import NoBrowser
from connectors.kit.ports import Access, DiaryAccount, DiaryPort, Window
from connectors.kit.secret import Secret
from connectors.kit.together import together

# Somewhere in two weeks there is a lesson, holidays aside; its offset tells the zone.
AROUND = timedelta(days=7)


class Epgu(NoBrowser):
    """The Gosuslugi progress service for one instance of the hub."""

    manifest: Manifest = MANIFEST

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.name = config.instance
        self._api = Api(config, equipment)

    async def sign_in(self, credentials: Mapping[str, Secret]) -> DiaryAccount:
        """`snils` is the parent's own, which Gosuslugi vouched for; the hub sees to that, for the service asks no proof."""
        snils = digits(credentials["snils"].reveal()) if credentials.get("snils") else ""
        if not snils:
            raise Rejected(self.name, "credentials", "Нужен СНИЛС: 11 цифр.")
        try:
            return await self.account(Access(token=Secret(snils)))
        except AuthExpired as error:
            raise Rejected(self.name, error.detail or "credentials", error.text) from error

    async def account(self, access: Access) -> DiaryAccount:
        await self._api.ready()
        deadline = Deadline(self.name)
        owner = owner_of(digits(access.token.reveal()))
        data = await self._api.ask("GetStudents", access.token, deadline)
        if access.owner and access.owner != owner:
            raise Drifted(self.name, "$.ApplicantSnils", "the account's owner has changed")
        found = children(self.name, data, fetched_at=self._api.now())
        zoned: dict[str, DiaryChild] = {}
        await together([partial(self._zoned, access, child, deadline, zoned) for child in found])
        return DiaryAccount(
            access=replace(access, owner=owner), subject=owner, roles=("parent",), children=tuple(zoned[child.key] for child in found)
        )

    async def _zoned(self, access: Access, child: DiaryChild, deadline: Deadline, zoned: dict[str, DiaryChild]) -> None:
        """The child with the zone of the school, where a lesson of these days tells it."""
        today = self._api.now().date()
        days = {"From": (today - AROUND).isoformat(), "To": (today + AROUND).isoformat()}
        answer: Plain = await self._api.ask("GetDiary", access.token, deadline, {"StudentId": child.key, **days})
        zone = zone_in(self.name, [answer])
        if zone is not None and child.school is not None:
            child = msgspec.structs.replace(child, school=msgspec.structs.replace(child.school, tz=zone, tz_assumed=False))
        zoned[child.key] = child

    async def refresh(self, access: Access) -> Access:  # noqa: ARG002  there is nothing to renew it with
        # The SNILS is all there is: when it opens nothing, only the parent can give the consent on the portal again.
        raise AuthExpired(self.name, "no session to renew")

    async def read(self, access: Access, child: DiaryChild, data: Set[Datum], window: Window) -> DiaryPage:
        await self._api.ready()
        return await read_page(self._api, access, child, data & MANIFEST.data, window)


def connect(config: ConnectorConfig, equipment: Equipment) -> DiaryPort:
    return Epgu(config, equipment)
