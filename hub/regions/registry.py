"""The region registry: read from `data/*.toml` once, checked, and asked by day; knows nothing of connectors or of the hub."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

DATA = Path(__file__).parent / "data"
SYSTEMS = "systems.toml"


class Login(StrEnum):
    """How one signs in to a system, as its school tells a family."""

    GOSUSLUGI = "gosuslugi"
    PASSWORD = "password"
    SNILS_PASSWORD = "snils_password"
    CONTRACT_PASSWORD = "contract_password"
    ACCOUNT_AND_CODE = "account_and_code"
    INVITATION = "invitation"


class Role(StrEnum):
    """The region's own system, one of some schools, or another door to the same marks; in this order on a page."""

    REGION = "region"
    SCHOOLS = "schools"
    FRONT = "front"


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Phone(_Strict, frozen=True, kw_only=True):
    """Whom to call; only where `source` gives the number."""

    number: str
    about: str
    source: str


class System(_Strict, frozen=True, kw_only=True):
    """One system: `logins` as it offers them, `given_by` and `without` in Russian: who hands the login out, and what to do without one.

    `steps`: what a family does, in order, before the diary opens: at school, at the system's own site, afterwards.

    `own_login` says whose the password is where no school hands it out; it completes «Вход …».

    `per_region`: each region runs its own server of it, so that being connected to one says nothing of the others.
    `connector`: which instance reads it, where that has another name: one platform whose node is chosen by settings."""

    system: str
    title: str
    site: str
    logins: tuple[Login, ...]
    source: str
    data: tuple[str, ...] = ()
    own_login: str = ""
    given_by: str = ""
    without: str = ""
    steps: tuple[str, ...] = ()
    recovery: str = ""
    phones: tuple[Phone, ...] = ()
    per_region: bool = False
    connector: str = ""

    @property
    def reader(self) -> str:
        return self.connector or self.system


class Placed(_Strict, frozen=True, kw_only=True):
    """A system in one region: whole days of the region's zone, both included. `logins` narrow the system's own."""

    system: str
    hosts: tuple[str, ...]
    role: Role = Role.REGION
    since: date | None = None
    until: date | None = None
    logins: tuple[Login, ...] | None = None
    note: str = ""

    def works(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class Region(_Strict, frozen=True, kw_only=True):
    """`code` is the region's number as on number plates."""

    code: str
    name: str
    zone: str
    systems: tuple[Placed, ...]
    note: str = ""

    def today(self, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self.zone)).date()

    def on(self, day: date) -> tuple[Placed, ...]:
        """What works there that day, the region's own first."""
        order = list(Role)
        return tuple(sorted((one for one in self.systems if one.works(day)), key=lambda one: order.index(one.role)))

    def coming(self, day: date, *, within: timedelta) -> tuple[Placed, ...]:
        """What starts there soon."""
        return tuple(one for one in self.systems if one.since is not None and day < one.since <= day + within)

    def gone(self, day: date, *, within: timedelta) -> tuple[Placed, ...]:
        """What ended there lately: families still look for it."""
        return tuple(one for one in self.systems if one.until is not None and day - within <= one.until < day)


class _Way(_Strict, frozen=True, kw_only=True):
    name: str
    regions: tuple[str, ...]


class _SystemsFile(_Strict, frozen=True, kw_only=True):
    system: tuple[System, ...]
    way: tuple[_Way, ...] = ()


class _RegionsFile(_Strict, frozen=True, kw_only=True):
    source: str
    region: tuple[Region, ...]


_File = TypeVar("_File", _SystemsFile, _RegionsFile)


class Registry(_Strict, frozen=True, kw_only=True):
    """`ways` are the sign-ins that only some regions have, by name."""

    regions: Mapping[str, Region]
    systems: Mapping[str, System]
    ways: Mapping[str, frozenset[str]]

    def region(self, code: str) -> Region | None:
        return self.regions.get(code)

    def logins(self, placed: Placed) -> tuple[Login, ...]:
        """How one signs in there, Gosuslugi first (PAGES)."""
        every = self.systems[placed.system].logins if placed.logins is None else placed.logins
        return tuple(sorted(every, key=lambda one: one is not Login.GOSUSLUGI))

    def is_placed(self, system: str) -> bool:
        """Whether any region is known to have it; a system of the whole country, or a new one, is nowhere."""
        return any(placed.system == system for region in self.regions.values() for placed in region.systems)

    def has_way(self, name: str, region: str) -> bool:
        """Whether this way to sign in is offered there; without a region every way is."""
        return not region or name not in self.ways or region in self.ways[name]


def read(folder: Path) -> Registry:
    """Every file of the folder; what contradicts itself is a ValueError, so that a wrong row stops the start and not a parent."""
    known = _convert(folder / SYSTEMS, _SystemsFile)
    regions = [region for file in sorted(folder.glob("*.toml")) if file.name != SYSTEMS for region in _convert(file, _RegionsFile).region]
    made = Registry(
        regions={region.code: region for region in sorted(regions, key=lambda one: _sorted_name(one.name))},
        systems={system.system: system for system in known.system},
        ways={way.name: frozenset(way.regions) for way in known.way},
    )
    if len(made.regions) != len(regions) or len(made.systems) != len(known.system):
        raise ValueError("a region or a system is there twice")
    for region in regions:
        ZoneInfo(region.zone)
        for placed in region.systems:
            if placed.system not in made.systems:
                raise ValueError(f"{region.name}: {placed.system} is described nowhere")
            if placed.since and placed.until and placed.until < placed.since:
                raise ValueError(f"{region.name}: {placed.system} ends before it starts")
    return made


def _convert(file: Path, form: type[_File]) -> _File:
    with file.open("rb") as opened:
        return msgspec.convert(tomllib.load(opened), form)


def _sorted_name(name: str) -> str:
    """As people look it up: «Адыгея», not «Республика Адыгея»."""
    return name.removeprefix("Республика ").lower().replace("ё", "е")


@cache
def registry() -> Registry:
    """This release's registry."""
    return read(DATA)
