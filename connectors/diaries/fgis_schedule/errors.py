"""Turns an OperationOutcome, or an error of the token address, into one of the eight errors (docs/wire/fgis_schedule.md, Errors)."""

from __future__ import annotations

from typing import TypeVar

import httpx
import msgspec

from connectors.kit.answers import raise_for_page, raise_for_status, retry_after
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, NotFound, RateLimited, Rejected, Unavailable
from connectors.kit.plain_text import plain_text

MAX_ENVELOPE = 16 * 1024
MAX_TEXT = 300
NOT_US = "invalid_client"
_KINDS: dict[str, type[ConnectorError]] = {
    "login": AuthExpired,
    "expired": AuthExpired,
    NOT_US: AuthExpired,
    "forbidden": AccessDenied,
    "not-found": NotFound,
    "throttled": RateLimited,
    "temporarily_unavailable": RateLimited,
    "exception": Unavailable,
    "transient": Unavailable,
}


Wire = TypeVar("Wire", bound=msgspec.Struct)


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    details: str = ""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    issue: list[Issue]


class TokenError(msgspec.Struct, frozen=True, kw_only=True):
    error: str


def checked(system: str, response: httpx.Response) -> bytes:
    """The body of a good answer; raises the error that the answer means."""
    raise_for_page(system, response)
    if response.status_code >= 400:
        told = _told(response)
        if told is not None:
            raise of_code(system, *told, after_s=retry_after(response))
    raise_for_status(system, response)
    return response.content


def of_code(system: str, code: str, details: str, *, after_s: float | None = None) -> ConnectorError:
    """A code that nobody documented is a refusal with its own name."""
    words = plain_text(details)[:MAX_TEXT]
    kind = _KINDS.get(code)
    if kind is RateLimited:
        return RateLimited(system, code, after_s=after_s, text=words)
    if kind is not None:
        return kind(system, code, text=words)
    return Rejected(system, code[:64], words)


def _told(response: httpx.Response) -> tuple[str, str] | None:
    """Code and words: of the first issue, or of RFC 6749."""
    body = response.content
    if len(body) > MAX_ENVELOPE:
        return None
    outcome = _as(body, Outcome)
    if outcome is not None and outcome.issue:
        return outcome.issue[0].code, outcome.issue[0].details
    refused = _as(body, TokenError)
    return None if refused is None else (refused.error, "")


def _as(body: bytes, wire: type[Wire]) -> Wire | None:
    try:
        return msgspec.json.decode(body, type=wire)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
