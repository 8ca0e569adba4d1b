"""The whole state of one sandbox's service."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sandbox.my_school.state.access import Access
from sandbox.my_school.state.notices import Notices
from sandbox.my_school.state.registry import Change, Registry
from sandbox.system import Sandbox
from sandbox.world.model import Person, School
from sandbox.world.town import Town

ID: Final = "my_school"
PREFIX: Final = "my-school"
TITLE: Final = "ФГИС «Моя школа»"
TERMS: Final = "2026-09"
LEVELS: Final = ("simplified", "standard", "confirmed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """`kind` is student or legal_representative."""

    kind: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    legal_name: str
    short_name: str
    former: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Names:
    """What the service knows of schools and children besides the town; forgotten by a reset."""

    schools: dict[str, Renamed] = field(default_factory=dict)
    without_certificate: set[str] = field(default_factory=set)


class Service:
    """Empty at each start; a reset keeps clients and subscriptions."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.access = Access()
        self.notices = Notices(sandbox.outbound, sandbox.clock.now)
        self.registry = Registry(self._changed, after=int(sandbox.clock.now().timestamp() * 1000))
        self.profiles: dict[str, Profile] = {}
        self.names = Names()

    def reset(self) -> None:
        self.access.reset()
        self.notices.reset()
        self.registry.reset()
        self.profiles.clear()
        self.names = Names()

    @property
    def town(self) -> Town:
        return self.sandbox.town

    @property
    def now(self) -> datetime:
        return self.sandbox.clock.now()

    def _changed(self, change: Change) -> None:
        """Every system that this person agreed to is told."""
        for client, person in self.access.consents:
            if person == change.person:
                self.notices.put(client, change)

    def settle(self) -> None:
        """What time and Gosuslugi changed meanwhile; called before each answer, so that nobody sees it as it was."""
        self.registry.expire(self.now)
        for bundle_id in sorted(self.registry.half):
            if self.level(self.registry.bundles[bundle_id].applicant) == "confirmed":
                self.registry.confirm(bundle_id, self.now)

    def level(self, person: str) -> str:
        found = self.town.people.get(person)
        return found.esia.level if found is not None and found.esia is not None else "simplified"

    def by_oid(self, oid: str) -> Person | None:
        return next((who for who in self.town.people.values() if who.esia is not None and str(who.esia.oid) == oid), None)

    def school(self, ogrn: str) -> School | None:
        return next((it for it in self.town.schools.values() if it.ogrn == ogrn), None)

    def offices(self, who: Person) -> list[School]:
        return [self.town.schools[who.school]] if who.role == "school_admin" and who.school is not None else []

    def named(self, school: School) -> Renamed:
        return self.names.schools.get(school.ogrn) or Renamed(legal_name=school.legal_name, short_name=school.short_name, former=())

    def rename(self, school: School, legal_name: str, short_name: str | None) -> None:
        old = self.named(school)
        former = tuple(dict.fromkeys((*old.former, old.legal_name)))
        self.names.schools[school.ogrn] = Renamed(legal_name=legal_name, short_name=short_name or old.short_name, former=former)
