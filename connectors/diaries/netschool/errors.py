"""Turns a refusal of NetSchool into one of the eight errors: a status, and at sign-in a 409 whose meaning is in its words."""

from __future__ import annotations

import httpx
import msgspec

from connectors.kit.answers import raise_for_page, raise_for_status, retry_after
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, RateLimited, Rejected, Unavailable
from connectors.kit.plain_text import plain_text

MAX_ENVELOPE = 16 * 1024
MAX_TEXT = 300

# In this order: a lock names the password too, and «осталось попыток: 2» is none.
_LOCKED = ("неудачн", "следующая попытка", "не ранее чем", "заблокир", "превышен", "слишком", "попыток не осталось", "осталось попыток: 0")
_DOWN = ("техническ", "профилактич", "временно", "maintenance")
_DENIED = ("нет доступа", "доступ запрещ", "доступ закрыт", "вход запрещ", "нет прав", "не имеет прав", "отключен", "отключён", "неактивн")
_WRONG = ("парол", "логин", "имя пользователя", "имени пользователя", "password", "login")


class Told(msgspec.Struct, frozen=True, kw_only=True):
    message: str | None = None
    error_message: str | None = msgspec.field(name="errorMessage", default=None)


def checked(system: str, response: httpx.Response) -> bytes:
    """The body of a good answer; raises the error that the answer means."""
    raise_for_page(system, response)
    if response.status_code == 409:
        raise conflict(system, _words(response), after_s=retry_after(response))
    if response.status_code == 400:
        raise Rejected(system, "400", _words(response))
    raise_for_status(system, response)
    return response.content


def conflict(system: str, words: str, *, after_s: float | None = None) -> ConnectorError:
    """A refused sign-in. Without a word about login or password it is the school's own trouble, and the password is good."""
    said = words.casefold()
    if any(stem in said for stem in _LOCKED):
        return RateLimited(system, "locked", after_s=after_s, text=words)
    if any(stem in said for stem in _DOWN):
        return Unavailable(system, "maintenance", text=words)
    if any(stem in said for stem in _DENIED):
        return AccessDenied(system, "409", text=words)
    if any(stem in said for stem in _WRONG):
        return AuthExpired(system, "409", text=words)
    return Unavailable(system, "409 without a word about the password", text=words)


def _words(response: httpx.Response) -> str:
    if len(response.content) > MAX_ENVELOPE:
        return ""
    try:
        told = msgspec.json.decode(response.content, type=Told)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    return plain_text(told.message or told.error_message)[:MAX_TEXT]
