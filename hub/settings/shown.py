"""Every setting with its value for people: secrets masked, passwords in addresses cut out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hub.settings import names

MASK = "***"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One setting; `given` tells the environment's from the default."""

    name: str
    text: str
    given: bool


def shown(environ: Mapping[str, str]) -> list[Shown]:
    """In the order of docs/settings.md."""
    found = []
    for name in names.known_in(environ).values():
        text = environ.get(name.name, "").strip()
        file = environ.get(f"{name.name}_FILE", "").strip() if name.secret else ""
        if text:
            found.append(Shown(name=name.name, text=MASK if name.secret else text, given=True))
        elif file:
            found.append(Shown(name=f"{name.name}_FILE", text=file, given=True))
        else:
            found.append(Shown(name=name.name, text=name.default, given=False))
    return found
