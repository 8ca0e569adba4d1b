"""Names of people and systems as the stories' sentences need them; pure."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.kit.ports import DiaryPort
from identity.model import Person


def names_of(person: Person | None) -> str:
    """First name and surname; nothing personal where the record is gone."""
    if person is None:
        return "Человек без имени"
    return " ".join(part for part in (person.first_name, person.last_name) if part) or "Человек без имени"


def title_of(ports: Mapping[str, DiaryPort], system: str) -> str:
    """The system's Russian name."""
    port = ports.get(system)
    return port.manifest.instance(system).title if port else system
