"""Which diaries a person may connect, in the words of the pages."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.kit.credentials import CredentialForm, FieldKind
from connectors.kit.manifest import LoginKind
from connectors.kit.ports import DiaryPort
from hub.deps import Deps
from hub.flows.choose_region import TYPED, logins_there
from hub.regions import Login

# How the browser helps with each kind: the input's type, its keyboard, what it may fill in by itself.
INPUTS = {
    FieldKind.TEXT: ("text", "text", "off"),
    FieldKind.SNILS: ("text", "numeric", "off"),
    FieldKind.DIGITS: ("text", "numeric", "off"),
    FieldKind.CODE: ("text", "text", "off"),
    FieldKind.PASSWORD: ("password", "text", "off"),
    FieldKind.NEW_PASSWORD: ("password", "text", "new-password"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryChoice:
    """`browser`: opens on the diary's own page; `forms`: what can be typed here, empty where nothing can.

    `elsewhere` is True where the chosen region has this diary, but with its own page alone."""

    name: str
    title: str
    browser: bool
    forms: tuple[CredentialForm, ...]
    elsewhere: bool = False


def choice(deps: Deps, port: DiaryPort, region: str = "") -> DiaryChoice:
    manifest = port.manifest
    browser = LoginKind.BROWSER in manifest.logins
    there = logins_there(deps, port.name, region) if region else None
    only_there = there is not None and not there & TYPED and browser
    return DiaryChoice(
        name=port.name,
        title=manifest.instance(port.name).title,
        browser=browser and (there is None or Login.GOSUSLUGI in there),
        forms=() if only_there else manifest.login_forms,
        elsewhere=only_there and bool(manifest.login_forms),
    )


def every_choice(deps: Deps) -> list[DiaryChoice]:
    """Every configured diary, for somebody who knows its name."""
    return [choice(deps, port) for port in deps.diaries.values()]


def offered(deps: Deps, region: str) -> list[DiaryChoice]:
    """What is offered by name: the connected diaries of the chosen region; without a region only a diary that has no other beside it."""
    if region:
        return [choice(deps, port, region) for name, port in deps.diaries.items() if logins_there(deps, name, region) is not None]
    return every_choice(deps) if len(deps.diaries) == 1 else []
