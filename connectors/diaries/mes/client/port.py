"""The ports that the hub holds: one platform, opened in Moscow by a password and a code, in a region through Gosuslugi."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import replace
from datetime import date

from connectors.diaries.mes.client import absence, mos_tokens, moscow, region
from connectors.diaries.mes.client.account import open_account, woken
from connectors.diaries.mes.client.api import FAMILY, Api, end_of, is_token
from connectors.diaries.mes.client.read import ids_of, read_page
from connectors.diaries.mes.manifest import MANIFEST, MOSCOW
from connectors.kit.absences import AbsenceReason, AbsentDay
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.deadline import Deadline
from connectors.kit.diary import Datum, DiaryChild, DiaryPage
from connectors.kit.errors import NotFound, Rejected
from connectors.kit.manifest import LoginKind, Manifest
from connectors.kit.no_browser import NoBrowser
from connectors.kit.ports import Access, Arrival, CodeAsked, Departure, DiaryAccount, DiaryPort, Window
from connectors.kit.secret import Secret

_AROUND = re.compile(r"(?i:^bearer\s+)")
_ID = re.compile(r"[0-9]{1,20}")
NOT_A_TOKEN = "Это не похоже на токен: скопируйте его целиком, одной строкой."
CODE_FIRST = "mos.ru прислал код в СМС: без него вход не закончить."


class Mes:
    """What every node of the platform can, however one came to its token."""

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.name = config.instance
        self.manifest = _named(MANIFEST.at(config.instance), config)
        self._api = Api(config, equipment)

    async def account(self, access: Access) -> DiaryAccount:
        return await open_account(self._api, access, Deadline(self.name))

    async def read(self, access: Access, child: DiaryChild, data: Set[Datum], window: Window) -> DiaryPage:
        return await read_page(self._api, access, child, data & MANIFEST.data, window)

    async def set_done(self, access: Access, child: DiaryChild, homework: str, *, done: bool) -> None:
        ids_of(self._api, access, child)
        if not _ID.fullmatch(homework):
            raise NotFound(self.name, "no such homework")
        await self._api.change("POST" if done else "DELETE", f"{FAMILY}/homeworks/{homework}/done", access, Deadline(self.name))

    async def absent_days(self, access: Access, child: DiaryChild) -> tuple[AbsentDay, ...]:
        return await absence.listed(self._api, access, child, Deadline(self.name))

    async def announce(
        self, access: Access, child: DiaryChild, days: tuple[date, ...], *, reason: AbsenceReason, comment: str = ""
    ) -> tuple[AbsentDay, ...]:
        return await absence.announced(self._api, access, child, days, (reason, comment), Deadline(self.name))

    async def withdraw(self, access: Access, child: DiaryChild, days: tuple[date, ...]) -> tuple[AbsentDay, ...]:
        return await absence.withdrawn(self._api, access, child, days, Deadline(self.name))

    async def _with_token(self, given: Secret) -> DiaryAccount:
        """A ready token, as people copy it: with quotes, blanks or the word «Bearer» around it."""
        text = _AROUND.sub("", given.reveal().strip().strip("\"'").strip())
        if not is_token(text):
            raise Rejected(self.name, "credentials", NOT_A_TOKEN)
        token = Secret(text)
        return await self.account(Access(token=token, expires_at=end_of(token)))


def _named(manifest: Manifest, config: ConnectorConfig) -> Manifest:
    """A node of another region has its own name beside its own addresses."""
    title = config.options.get("TITLE", "").strip()
    if not title:
        return manifest
    renamed = (replace(one, title=title) if one.name == config.instance else one for one in manifest.instances)
    return replace(manifest, instances=tuple(renamed))


class Moscow(NoBrowser, Mes):
    """МЭШ of Moscow: mos.ru asks for the password and then for the code of an SMS, each time."""

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        super().__init__(config, equipment)
        if not moscow.is_registered(self._api):
            # A form that mos.ru would not listen to is not shown: the family would take the refusal for a wrong password.
            self.manifest = replace(self.manifest, logins=self.manifest.logins - {LoginKind.CREDENTIALS})

    async def sign_in(self, credentials: Mapping[str, Secret]) -> DiaryAccount:
        opened = await self.ask_code(credentials)
        if isinstance(opened, CodeAsked):
            raise Rejected(self.name, "needs_code", CODE_FIRST)
        return opened

    async def ask_code(self, credentials: Mapping[str, Secret]) -> DiaryAccount | CodeAsked:
        if token := credentials.get("token"):
            return await self._with_token(token)
        deadline = Deadline(self.name)
        return await self._opened(await moscow.ask(self._api, credentials, deadline), deadline)

    async def enter_code(self, keep: Mapping[str, str], code: Secret) -> DiaryAccount | CodeAsked:
        deadline = Deadline(self.name)
        return await self._opened(await moscow.enter(self._api, keep, code, deadline), deadline)

    async def refresh(self, access: Access) -> Access:
        deadline = Deadline(self.name)
        return await woken(self._api, await mos_tokens.renewed(self._api, access, deadline), deadline)

    async def _opened(self, found: Access | CodeAsked, deadline: Deadline) -> DiaryAccount | CodeAsked:
        return found if isinstance(found, CodeAsked) else await open_account(self._api, found, deadline)


class Region(Mes):
    """A regional node: Gosuslugi in the browser, or a ready token."""

    async def begin(self, *, state: str, redirect_uri: str) -> Departure:
        return region.depart(self._api, state=state, redirect_uri=redirect_uri)

    async def finish(self, arrival: Arrival) -> DiaryAccount:
        deadline = Deadline(self.name)
        return await open_account(self._api, await region.arrive(self._api, arrival, deadline), deadline)

    async def sign_in(self, credentials: Mapping[str, Secret]) -> DiaryAccount:
        token = credentials.get("token")
        if not token:
            raise Rejected(self.name, "credentials", "token")
        return await self._with_token(token)

    async def refresh(self, access: Access) -> Access:
        return await region.renewed(self._api, access, Deadline(self.name))


def connect(config: ConnectorConfig, equipment: Equipment) -> DiaryPort:
    """The port of the asked instance; every node but Moscow's opens as a region does."""
    return Moscow(config, equipment) if config.instance == MOSCOW else Region(config, equipment)
