"""Turns a refusal of the cabinet into one of the eight errors (docs/wire/iv_edu.md, Errors)."""

from __future__ import annotations

import httpx
import msgspec

from connectors.kit.answers import raise_for_page, raise_for_status, retry_after
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, NotFound, RateLimited, Rejected, Unavailable
from connectors.kit.plain_text import plain_text

MAX_ENVELOPE = 16 * 1024
MAX_TEXT = 300

_KINDS: dict[str, type[ConnectorError]] = {
    "wrong_pair": AuthExpired,
    "session_required": AuthExpired,
    "session_ended": AuthExpired,
    "closed": AccessDenied,
    "unknown_week": NotFound,
    "unknown_month": NotFound,
    "not_found": NotFound,
    "locked": RateLimited,
    "too_many": RateLimited,
    "failure": Unavailable,
    "maintenance": Unavailable,
}
_OUTSIDE = ("unknown_week", "unknown_month")


class Told(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    message: str | None = None
    retry_after_s: float | None = None


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    error: Told


def checked(system: str, response: httpx.Response) -> bytes:
    """The body of a good answer; raises the error that the answer means."""
    raise_for_page(system, response)
    envelope = _envelope(response)
    if envelope is not None:
        raise of_code(system, envelope.error, after_s=retry_after(response))
    raise_for_status(system, response)
    return response.content


def of_code(system: str, told: Told, *, after_s: float | None = None) -> ConnectorError:
    """The error for one documented code; a code that nobody documented is a refusal with its own name."""
    words = plain_text(told.message)[:MAX_TEXT]
    kind = _KINDS.get(told.code)
    if kind is RateLimited:
        return RateLimited(system, told.code, after_s=after_s if after_s is not None else told.retry_after_s, text=words)
    if kind is not None:
        return kind(system, told.code, text=words)
    return Rejected(system, told.code[:64], words)


def outside_the_year(error: NotFound) -> bool:
    """The cabinet keeps one school year: what was asked for lies before or after it, and is no mistake."""
    return error.detail in _OUTSIDE


def _envelope(response: httpx.Response) -> Envelope | None:
    body = response.content
    if response.status_code < 400 or len(body) > MAX_ENVELOPE:
        return None
    try:
        return msgspec.json.decode(body, type=Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
