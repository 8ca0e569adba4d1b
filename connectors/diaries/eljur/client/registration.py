"""Registering with the school's invitation code, the letter that confirms it, and the letter about a forgotten password."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from connectors.diaries.eljur.client.api import Api
from connectors.kit.answers import decode
from connectors.kit.deadline import Deadline
from connectors.kit.errors import AuthExpired, Rejected
from connectors.kit.ports import Waiting
from connectors.kit.registration import Registered
from connectors.kit.secret import Secret

LETTER_LIFE_S = 3 * 86400.0
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_KEY = re.compile(r"(?:.*[?&]key=)?([A-Za-z0-9_-]{4,200})")

# What the site says, and what the person can do about it.
_SAID = {
    "wrong vendor": "В этом городе несколько школ ЭлЖура или ни одной. Введите адрес дневника школы, например shkola52.eljur.ru.",
    "wrong code": "Код приглашения не подошёл. Проверьте его и школу; код действует один раз, новый даёт школа.",
    "login is taken": "Такой логин в ЭлЖуре уже занят. Придумайте другой.",
    "wrong login": "Логин: от 3 до 30 знаков, латинские буквы, цифры, точка, дефис и подчёркивание.",
    "wrong password": "Пароль слишком короткий: нужно не меньше 8 знаков.",
    "wrong email": "Проверьте адрес почты: на него придёт письмо.",
    "empty name": "Укажите фамилию и имя.",
    "wrong key": "Код из письма не подошёл: он действует три дня и один раз. Скопируйте его из последнего письма.",
}
OTHER_LOGIN = "У вас уже есть вход в ЭлЖур, и ребёнок добавлен к нему: логин {login}. Подключите дневник с ним и его паролем."


class School(msgspec.Struct, frozen=True, kw_only=True):
    vendor: str
    city: str | None = None
    title: str | None = None


class Schools(msgspec.Struct, frozen=True, kw_only=True):
    vendors: list[School]


class Waits(msgspec.Struct, frozen=True, kw_only=True):
    """`email` is masked by the system."""

    state: str
    email: str | None = None


class Active(msgspec.Struct, frozen=True, kw_only=True):
    login: str
    vendor: str


async def school_of(api: Api, typed: str, deadline: Deadline) -> str:
    """The school's part of its address, for an address or for a city with one school."""
    text = typed.strip()
    slug = re.sub(r"^https?://|(\.eljur\.ru)?(/.*)?$", "", text.casefold())
    if _SLUG.fullmatch(slug):
        return slug
    found = decode(api.system, await api.open("getvendors", {"city": text}, deadline, idempotent=True), Schools).vendors
    if len(found) != 1:
        titles = "; ".join(f"{one.title} — {one.vendor}" for one in found[:10] if one.title)
        raise Rejected(api.system, "Wrong vendor", f"Выберите школу и введите её адрес: {titles}." if titles else _SAID["wrong vendor"])
    return found[0].vendor


async def register(api: Api, vendor: str, given: Mapping[str, Secret], devkey: str, deadline: Deadline) -> Registered:
    names = ("code", "login", "password", "lastname", "firstname", "middlename", "email")
    form = {name: given[name].reveal() for name in names if name in given} | {"vendor": vendor}
    answer = decode(api.system, await _asked(api, "registeruser", form, deadline), Waits)
    keep = {"vendor": vendor, "devkey": devkey, "login": form["login"], "password": form["password"]}
    return waiting(keep, answer.email or "")


def waiting(keep: Mapping[str, str], email: str = "") -> Registered:
    return Registered(waits_for=Waiting.LETTER, life_s=LETTER_LIFE_S, keep=keep, sent_to=f"на почту {email}" if email else "")


async def confirm(api: Api, keep: Mapping[str, str], code: Secret, deadline: Deadline) -> dict[str, Secret]:
    """What opens the account from now on. The whole link of the letter may be pasted."""
    key = _KEY.fullmatch(code.reveal().strip())
    if key is None:
        raise Rejected(api.system, "Wrong key", _SAID["wrong key"])
    active = decode(api.system, await _asked(api, "confirmemail", {"key": key[1]}, deadline), Active)
    if active.login.casefold() != keep["login"].casefold():
        raise AuthExpired(api.system, "another login", text=OTHER_LOGIN.format(login=active.login))
    return credentials(keep)


def credentials(keep: Mapping[str, str]) -> dict[str, Secret]:
    return {name: Secret(keep[name]) for name in ("vendor", "devkey", "login", "password")}


async def recover(api: Api, vendor: str, email: str, deadline: Deadline) -> None:
    await _asked(api, "recoverpassword", {"vendor": vendor, "email": email}, deadline)


async def _asked(api: Api, method: str, form: Mapping[str, str], deadline: Deadline) -> bytes:
    """The site's English words become Russian; none of them is a dead session."""
    try:
        return await api.open(method, form, deadline, idempotent=False)
    except (Rejected, AuthExpired) as error:
        said = next(((word, text) for word, text in _SAID.items() if word in error.detail.casefold()), None)
        if said is None:
            raise
        raise Rejected(api.system, said[0], said[1]) from error
