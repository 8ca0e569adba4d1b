"""Which diaries a person may connect, in the words of the pages."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.kit.credentials import CredentialForm, FieldKind
from connectors.kit.manifest import LoginKind
from connectors.kit.ports import DiaryPort
from connectors.kit.registration import RecoveryPort
from hub.deps import Deps
from hub.flows.choose_region import TYPED, logins_there, registers
from hub.regions import Login, registry

# How the browser helps with each kind: the input's type, its keyboard, what it may fill in by itself.
INPUTS = {
    FieldKind.TEXT: ("text", "text", "off"),
    FieldKind.SNILS: ("text", "numeric", "off"),
    FieldKind.DIGITS: ("text", "numeric", "off"),
    FieldKind.CODE: ("text", "text", "off"),
    FieldKind.PASSWORD: ("password", "text", "off"),
    FieldKind.NEW_PASSWORD: ("password", "text", "new-password"),
    FieldKind.GOSUSLUGI_ID: ("text", "numeric", "off"),
    FieldKind.EMAIL: ("email", "email", "email"),
    FieldKind.DATE: ("date", "text", "off"),
    FieldKind.CHOICE: ("select", "text", "off"),
    FieldKind.OWN_SNILS: ("hidden", "text", "off"),
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
    registers: bool = False
    recovers: bool = False


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
        registers=registers(port),
        recovers=isinstance(port, RecoveryPort) and manifest.recovery is not None,
    )


def every_choice(deps: Deps) -> list[DiaryChoice]:
    """Every configured diary, for somebody who knows its name."""
    return [choice(deps, port) for port in deps.diaries.values()]


def offered(deps: Deps, region: str) -> list[DiaryChoice]:
    """What is offered by name: the diaries of the chosen region and those of none; without a region only a diary that is alone."""
    if region:
        here = [name for name in deps.diaries if logins_there(deps, name, region) is not None or not registry().is_placed(name)]
        return [choice(deps, deps.diaries[name], region) for name in here]
    return every_choice(deps) if len(deps.diaries) == 1 else []


def of_no_region(deps: Deps) -> list[DiaryChoice]:
    """Connected diaries that the registry places nowhere: they may be anywhere."""
    return [choice(deps, port) for name, port in deps.diaries.items() if not registry().is_placed(name)]
