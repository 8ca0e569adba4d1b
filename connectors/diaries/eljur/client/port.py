"""The port that the hub holds: sign-in, account and reading."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import replace

from connectors.diaries.eljur.client import registration
from connectors.diaries.eljur.client.api import Api, packed, unpacked
from connectors.diaries.eljur.client.mail import Mail
from connectors.diaries.eljur.client.read import read_page
from connectors.diaries.eljur.manifest import MANIFEST
from connectors.diaries.eljur.mapping import wire
from connectors.diaries.eljur.mapping.account import family
from connectors.diaries.eljur.mapping.frame import MOSCOW
from connectors.kit.answers import decode
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.correspondence import Folder, Letter, Message, MessagePage, Recipient
from connectors.kit.deadline import Deadline
from connectors.kit.diary import Datum, DiaryChild, DiaryPage
from connectors.kit.errors import AuthExpired, Drifted, Rejected
from connectors.kit.local_time import iso_moment
from connectors.kit.manifest import Manifest
from connectors.kit.no_browser import NoBrowser
from connectors.kit.ports import Access, DiaryAccount, DiaryPort, Window
from connectors.kit.registration import Registered
from connectors.kit.secret import Secret

_VENDOR = re.compile(r"(?:https://)?([a-z0-9][a-z0-9-]{0,62})(?:\.eljur\.ru)?(?:/.*)?")
_CITY = re.compile(r"[А-ЯЁа-яё][А-ЯЁа-яё .-]{1,60}")
NO_SCHOOL = "Укажите адрес школы в ЭлЖуре, например shkola52.eljur.ru."
NO_KEY = "Ключа этой школы у нас нет. Узнайте в школе ключ ЭлЖура (devkey) и войдите с ним."
WRONG = "ЭлЖур не принял логин и пароль."
WRONG_KEY = "ЭлЖур не принял ключ или адрес школы."


class Eljur(NoBrowser):
    """ЭлЖур for one instance of the hub."""

    manifest: Manifest = MANIFEST

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.name = config.instance
        self._api = Api(config, equipment)

    async def sign_in(self, credentials: Mapping[str, Secret]) -> DiaryAccount:
        missing = [name for name in ("login", "vendor", "password") if not credentials.get(name)]
        if missing:
            raise Rejected(self.name, "credentials", ", ".join(missing))
        deadline = Deadline(self.name)
        typed = credentials["vendor"].reveal()
        vendor = await registration.school_of(self._api, typed, deadline) if _CITY.fullmatch(typed.strip()) else self._vendor(typed)
        devkey = self._devkey(vendor, credentials.get("devkey"))
        form = {"login": credentials["login"].reveal().strip(), "password": credentials["password"].reveal()}
        try:
            body = await self._api.auth({**form, "vendor": vendor, "devkey": devkey}, deadline)
        except AuthExpired as error:
            raise Rejected(self.name, "credentials", WRONG_KEY if "devkey" in error.detail else WRONG) from error
        opened = decode(self.name, body, wire.Opened)
        access = Access(
            token=packed(self.name, vendor, devkey, opened.token),
            expires_at=iso_moment(self.name, opened.expires, MOSCOW, "$.expires") if opened.expires else None,
        )
        return await self._opened(access, deadline)

    async def register(self, form: str, given: Mapping[str, Secret]) -> DiaryAccount | Registered:  # noqa: ARG002  there is one form
        deadline = Deadline(self.name)
        vendor = await registration.school_of(self._api, given["vendor"].reveal(), deadline)
        return await registration.register(self._api, vendor, given, self._devkey(vendor, given.get("devkey")), deadline)

    async def confirm(self, keep: Mapping[str, str], code: Secret) -> DiaryAccount | Registered:
        return await self.sign_in(await registration.confirm(self._api, keep, code, Deadline(self.name)))

    async def look(self, keep: Mapping[str, str]) -> DiaryAccount | Registered:
        """Before the letter is confirmed the login is unknown."""
        try:
            return await self.sign_in(registration.credentials(keep))
        except Rejected as error:
            if error.text != WRONG:
                raise
            return registration.waiting(keep)

    async def recover(self, given: Mapping[str, Secret]) -> None:
        deadline = Deadline(self.name)
        vendor = await registration.school_of(self._api, given["vendor"].reveal(), deadline)
        await registration.recover(self._api, vendor, given["email"].reveal(), deadline)

    async def account(self, access: Access) -> DiaryAccount:
        return await self._opened(access, Deadline(self.name))

    async def refresh(self, access: Access) -> Access:  # noqa: ARG002  there is nothing to renew it with
        # A token lasts ninety days and nothing prolongs it; the password is not kept for that.
        raise AuthExpired(self.name, "no session to renew")

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

    async def _opened(self, access: Access, deadline: Deadline) -> DiaryAccount:
        """Whose account it is and which children it shows at this school."""
        vendor = unpacked(self.name, access.token).vendor
        body = await self._api.ask("getrules", access.token, deadline)
        found = family(self.name, body, vendor=vendor, fetched_at=self._api.now())
        if access.owner and access.owner != found.owner:
            raise Drifted(self.name, "$.vuid", "the account's owner has changed")
        keys = " ".join(child.key for child in found.children)
        return DiaryAccount(
            access=replace(access, owner=found.owner, extra={"students": keys, "zone": found.zone}),
            subject=found.owner,
            last_name=found.last_name,
            first_name=found.first_name,
            middle_name=found.middle_name,
            roles=found.roles,
            children=found.children,
        )

    def _vendor(self, typed: str) -> str:
        """The school's part of its address, however much of the address was typed."""
        match = _VENDOR.fullmatch(typed.strip().casefold())
        if match is None:
            raise Rejected(self.name, "vendor", NO_SCHOOL)
        return match[1]

    def _devkey(self, vendor: str, typed: Secret | None) -> str:
        key = (typed.reveal().strip() if typed else "") or self._api.devkeys.get(vendor, "")
        if not key:
            raise Rejected(self.name, "devkey", NO_KEY)
        return key


def connect(config: ConnectorConfig, equipment: Equipment) -> DiaryPort:
    return Eljur(config, equipment)
