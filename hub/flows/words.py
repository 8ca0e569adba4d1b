"""Names of people and systems, and the child's day, as the stories need them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from connectors.kit.ports import DiaryPort, SignInPort
from hub.deps import Deps
from identity.model import MOSCOW, Person, PersonId
from identity.store import person


def names_of(person: Person | None) -> str:
    """First name and surname; nothing personal where the record is gone."""
    if person is None:
        return "Человек без имени"
    return " ".join(part for part in (person.first_name, person.last_name) if part) or "Человек без имени"


def title_of(ports: Mapping[str, DiaryPort] | Mapping[str, SignInPort], system: str) -> str:
    """The system's Russian name."""
    port = ports.get(system)
    return port.manifest.instance(system).title if port else system


def system_title(deps: Deps, system: str) -> str:
    """The Russian name of a diary or of a way to sign in."""
    return title_of(deps.diaries if system in deps.diaries else deps.sign_ins, system)


async def today_of(deps: Deps, child: str) -> date:
    """Today where the child goes to school; of an unknown child, Moscow's."""

    def unit() -> str:
        found = person(deps.keys, PersonId(child))
        return found.zone if found else MOSCOW

    zone = await deps.memory.people.of(deps.db, ("zone", child), unit)
    return deps.now().astimezone(ZoneInfo(zone)).date()
