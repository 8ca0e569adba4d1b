"""The ways to sign in, as the pages offer them: the big one and those below it."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.kit.ports import SignInPort
from hub.deps import Deps
from hub.flows.words import title_of
from hub.regions import registry

MAIN = "esia"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Another way to sign in: `name` is its `system`, `title` completes «Войти через …»; `about` says who runs it, where that is known."""

    name: str
    title: str
    about: str = ""


def other_ways(deps: Deps, region: str = "") -> tuple[Way, ...]:
    """The configured ways below the big button of Gosuslugi; with a region those that it has."""
    return tuple(
        Way(name=name, title=title_of(deps.sign_ins, name), about=_about(port))
        for name, port in deps.sign_ins.items()
        if name != MAIN and registry().has_way(name, region)
    )


def _about(port: SignInPort) -> str:
    """The declared owner, and the country where it is not this one."""
    found = next((one for one in port.manifest.instances if one.name == port.name), None)
    if found is None:
        return ""
    abroad = f"данные в другой стране ({found.country})" if found.country not in ("", "RU") else ""
    return ", ".join(part for part in (found.owner, abroad) if part)
