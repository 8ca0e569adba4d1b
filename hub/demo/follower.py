"""Follows the sandbox: its clock twice a second, our registrations and its town whenever it is new."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connectors.kit.config import ConnectorConfig
from connectors.kit.errors import ConnectorError
from hub.demo.chats import connect_messengers
from hub.demo.contacts import put_contacts
from hub.demo.control import Control, Town
from hub.demo.devices import lacking, put_devices
from hub.demo.equipment import verify_file
from hub.demo.kiosks import kiosks_of, put_kiosks
from hub.demo.menu import put_menus
from hub.demo.money import load_money
from hub.demo.roster import classmates, put_roster
from hub.demo.shops import KEYS, put_keys, put_writers
from hub.settings import Settings
from hub.settings.connectors import DEMO_FILE_MARK
from hub.store.database import Database
from hub.store.joining import places
from hub.store.school import schools
from hub.store.school.schools import OfficerCard, SchoolCard
from identity.sealing import Keys

log = logging.getLogger("hub.demo")

POLL_S = 0.5
REGISTER_EVERY_S = 5.0
OFFICE_ROLES = frozenset({"school_admin"})


class DemoClock:
    """Real time plus the sandbox's offset, as last heard."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset


@dataclass(slots=True, kw_only=True)
class Follower:
    """Ready once the sandbox knows us and the town is loaded; not while the sandbox is away. `trouble` says why not."""

    settings: Settings
    control: Control
    db: Database
    keys: Keys
    clock: DemoClock
    trouble: str = "ещё не спрашивали"
    _registered_at: float = float("-inf")
    _town: str = ""

    async def run(self) -> None:
        """Until cancelled. A sandbox that is not there, or not yet, is asked again."""
        while True:
            await self.step()
            await asyncio.sleep(POLL_S)

    async def step(self) -> None:
        """One round; what goes wrong is said once in the log, in readyz meanwhile, and tried again in the next round."""
        (error,) = await asyncio.gather(self._round(), return_exceptions=True)
        trouble = "" if error is None else str(error) or type(error).__name__
        if trouble and trouble != self.trouble:
            log.warning("the demo cannot follow the sandbox: %s", trouble, exc_info=None if isinstance(error, ConnectorError) else error)
        self.trouble = trouble

    async def _round(self) -> None:
        self.clock.offset = await self.control.clock_offset()
        if not self.ready or time.monotonic() - self._registered_at >= REGISTER_EVERY_S:
            await self._register()

    async def check(self) -> str:
        """For readyz."""
        return "" if self.ready else f"ждём песочницу по адресу {self.settings.sandbox_url} ({self.trouble})"

    @property
    def ready(self) -> bool:
        return self._town != "" and not self.trouble

    async def _register(self) -> None:
        """The sandbox forgets its clients at a restart and keeps them at a reset; asking again is harmless."""
        connectors, public = self.settings.connectors, self.settings.public_url
        if self._at_sandbox("esia"):
            key = await self.control.esia_key()
            await asyncio.to_thread(_keep, verify_file(self.settings), DEMO_FILE_MARK + key)
            await self.control.register_at_esia(connectors["esia"], public)
        if self._at_sandbox("dnevnik"):
            await self.control.register_at_dnevnik(connectors["dnevnik"], public)
        if self._at_sandbox("fgis"):
            await self.control.register_at_fgis(connectors["fgis"])
        if self._at_sandbox("my-school"):
            await self._register_at_my_school(connectors["my-school"])
        if self._at_sandbox("vkid"):
            await self.control.register_at_vkid(connectors["vkid"], public)
        await self._register_shops()
        for name, config in connectors.items():
            if config.connector == "openid" and self._at_sandbox(name):
                await self.control.register_at_op(config, public)
        town, body = await self.control.town()
        digest = hashlib.sha256(body).hexdigest()
        if digest != self._town:
            put_writers(connectors, town.schools)
            await self._load(town)
            self._town = digest
        kiosks = await self.db.read(lambda: kiosks_of(self.keys, town.schools))
        await self.control.register_kiosks(kiosks, public)
        await self._register_devices(town)
        self._registered_at = time.monotonic()
        if self.trouble:
            log.info("the sandbox at %s knows this hub", self.settings.sandbox_url)

    async def _register_devices(self, town: Town) -> None:
        """Cards too: a child that was not known a moment ago may be now."""
        told = await self.control.devices()
        wanted = await self.db.read(lambda: lacking(self.keys, told, town))
        if wanted:
            await self.db.write(lambda: put_devices(self.keys, wanted, now=self.clock()))
            wanted = await self.db.read(lambda: lacking(self.keys, told, town))
        await self.control.register_devices(wanted.known, self.settings.public_url)

    async def _register_shops(self) -> None:
        ours = [name for name in KEYS if self._at_sandbox(name)]
        if ours:
            told = await self.control.merchants(self.settings.public_url)
            for name in ours:
                put_keys(self.settings.connectors[name], told.get(name, {}))

    async def _register_at_my_school(self, config: ConnectorConfig) -> None:
        """A sandbox that was started anew has forgotten our subscription too: the worker makes another at its next turn."""
        name = config.instance
        told = await self.control.my_school_tells(config)
        await self.control.register_at_my_school(config)
        if not told and await self.db.read(lambda: places.subscribed_at(name)) is not None:
            await self.db.write(lambda: places.forget_subscription(name))

    def _at_sandbox(self, name: str) -> bool:
        config = self.settings.connectors.get(name)
        return config is not None and any(url.startswith(f"{self.settings.sandbox_url}/") for url in config.base_urls.values())

    async def _load(self, town: Town) -> None:
        now = self.clock()
        ogrn = {school.id: school.ogrn for school in town.schools}
        cards = [
            SchoolCard(ogrn=one.ogrn, inn=one.inn, legal_name=one.legal_name, short_name=one.short_name, zone=one.tz)
            for one in town.schools
        ]
        officers = [
            OfficerCard(
                school=ogrn[one.school],
                role=one.role,
                snils=_digits(one.snils),
                names=(one.last_name, one.first_name, one.middle_name or ""),
            )
            for one in town.people
            if one.role in OFFICE_ROLES and one.school in ogrn and one.snils
        ]

        peers = classmates(town)

        def load() -> None:
            for card in cards:
                schools.put_school(card, now=now)
            schools.put_officers(self.keys, officers, now=now)
            put_contacts(self.keys, town.schools, now=now)
            put_menus(town.schools, now=now)
            put_roster(self.keys, town.schools, peers, now=now)
            load_money(self.keys, Town(people=[*town.people, *peers], schools=town.schools), now=now)
            connect_messengers(self.keys, town, now=now)
            put_kiosks(self.keys, town.schools, now=now)

        await self.db.write(load)


def _keep(file: Path, content: bytes) -> None:
    if not file.exists() or file.read_bytes() != content:
        draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        draft.write_bytes(content)
        draft.replace(file)


def _digits(snils: str) -> str:
    return "".join(letter for letter in snils if letter.isdigit())
