"""Turns the envelope of a refusal, or an error of the token address, into one of the eight errors (docs/wire/my_school.md, Errors)."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import msgspec

from connectors.kit.answers import raise_for_page, raise_for_status, retry_after
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Rejected, Unavailable
from connectors.kit.plain_text import plain_text

MAX_TEXT = 300
NOT_US = "invalid_client"
PERSON_UNKNOWN, NO_CONSENT, NO_OBJECT, VERSION = "person_unknown", "consent_missing", "not_found", "version_changed"
OURS = "«Моя школа» сейчас не принимает наш запрос: это наша регистрация там, не ваш вход. Входить ещё раз не нужно."
_KINDS: dict[str, type[ConnectorError]] = {
    "token_missing": AuthExpired,
    "token_expired": AuthExpired,
    NOT_US: AuthExpired,
    NO_CONSENT: AccessDenied,
    "level_too_low": AccessDenied,
    "profile_missing": AccessDenied,
    "wrong_profile": AccessDenied,
    "own_request": AccessDenied,
    "office_only": AccessDenied,
    "system_only": AccessDenied,
    NO_OBJECT: NotFound,
    PERSON_UNKNOWN: NotFound,
    "school_unknown": NotFound,
    "too_many": RateLimited,
    "internal": Unavailable,
    "maintenance": Unavailable,
    "temporarily_unavailable": Unavailable,
}
"""The rest of the table is `Rejected`: what is asked for cannot be done so, and its code says why."""

Current = Callable[[bytes], object]


class Said(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    message: str = ""
    field: str | None = None
    current: msgspec.Raw = msgspec.Raw(b"null")


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    error: Said


class TokenError(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 6749, 5.2."""

    error: str
    error_description: str = ""


def checked(system: str, response: httpx.Response, current: Current | None = None) -> bytes:
    """The body of a good answer; raises the error that the answer means. `current` reads what the system holds now."""
    raise_for_page(system, response)
    if response.status_code < 400:
        return response.content
    said = _said(response.content)
    if said is not None:
        raise _of(system, said, response, current)
    raise_for_status(system, response)
    raise Drifted(system, "status", str(response.status_code))


def _of(system: str, said: Said, response: httpx.Response, current: Current | None) -> ConnectorError:
    """A code that nobody documented is a refusal with its own name, unless the status says that the system is ill."""
    code, words = said.code[:64], plain_text(said.message)[:MAX_TEXT]
    kind = _KINDS.get(code)
    if kind is None and response.status_code >= 500:
        kind = Unavailable
    if kind is RateLimited:
        return RateLimited(system, code, after_s=retry_after(response), text=words)
    if kind is AuthExpired:
        # It is this hub's token: whatever the system says, no family can mend it.
        return AuthExpired(system, code, text=OURS)
    if kind is not None:
        return kind(system, code, text=words)
    return Rejected(system, code, words, field=(said.field or "")[:64], current=_current(bytes(said.current), current))


def _current(body: bytes, read: Current | None) -> object | None:
    """The refusal itself matters more: what it holds now is asked for where this cannot be read."""
    if read is None or body == b"null":
        return None
    try:
        return read(body)
    except Drifted:
        return None


def _said(body: bytes) -> Said | None:
    try:
        return msgspec.json.decode(body, type=Refusal).error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _of_token(body)


def _of_token(body: bytes) -> Said | None:
    try:
        return Said(code=msgspec.json.decode(body, type=TokenError).error)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
