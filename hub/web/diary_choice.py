"""Which diaries a person may connect, in the words of the pages."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.kit.manifest import LoginKind
from connectors.kit.ports import DiaryPort
from hub.deps import Deps

FIELDS = {"login": "Логин", "password": "Пароль", "snils": "СНИЛС ребёнка", "account": "Лицевой счёт", "auth_code": "Код авторизации"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One input of a credentials form."""

    name: str
    title: str
    secret: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryChoice:
    """`browser`: opens on the diary's own page; `credentials`: the inputs of the form, empty where it takes none."""

    name: str
    title: str
    browser: bool
    credentials: tuple[Field, ...]


def choice(port: DiaryPort) -> DiaryChoice:
    manifest = port.manifest
    named = manifest.credentials if LoginKind.CREDENTIALS in manifest.logins else ()
    fields = tuple(Field(name=name, title=FIELDS.get(name, name), secret="password" in name or "code" in name) for name in named)
    return DiaryChoice(
        name=port.name, title=manifest.instance(port.name).title, browser=LoginKind.BROWSER in manifest.logins, credentials=fields
    )


def choices(deps: Deps) -> list[DiaryChoice]:
    """Every configured diary."""
    return [choice(port) for port in deps.diaries.values()]
