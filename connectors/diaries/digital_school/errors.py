"""Turns a refusal of the cabinet into one of the eight errors (docs/wire/digital_school.md, Errors)."""

from __future__ import annotations

import httpx
import msgspec

from connectors.kit.answers import raise_for_page, raise_for_status, retry_after
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, NotFound, RateLimited, Rejected, Unavailable
from connectors.kit.plain_text import plain_text

MAX_ENVELOPE = 16 * 1024
MAX_TEXT = 300
CODE_USED = "E-103"

_KINDS: dict[str, type[ConnectorError]] = {
    "E-101": AuthExpired,
    "E-110": AuthExpired,
    "E-120": AccessDenied,
    "E-404": NotFound,
    "E-105": RateLimited,
    "E-429": RateLimited,
    "E-500": Unavailable,
    "E-503": Unavailable,
}


class Told(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    text: str | None = None


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    ok: bool
    error: Told | None = None


def checked(system: str, response: httpx.Response) -> bytes:
    """The body of a good answer; raises the error that the answer means, also behind a 200."""
    raise_for_page(system, response)
    refusal = _refusal(response)
    if refusal is not None and not refusal.ok:
        raise of_code(system, refusal.error or Told(code="refused"), after_s=retry_after(response))
    raise_for_status(system, response)
    return response.content


def of_code(system: str, told: Told, *, after_s: float | None = None) -> ConnectorError:
    """The error for one documented code; a code that nobody documented is a refusal with its own name."""
    words = plain_text(told.text)[:MAX_TEXT]
    kind = _KINDS.get(told.code)
    if kind is RateLimited:
        return RateLimited(system, told.code, after_s=after_s, text=words)
    if kind is not None:
        return kind(system, told.code, text=words)
    return Rejected(system, told.code[:64], words)


def _refusal(response: httpx.Response) -> Refusal | None:
    body = response.content
    if len(body) > MAX_ENVELOPE:
        return None
    try:
        return msgspec.json.decode(body, type=Refusal)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
