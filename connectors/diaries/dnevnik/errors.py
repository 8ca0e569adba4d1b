"""Turns what dnevnik.ru answers when it refuses into one of the eight errors (facts/diaries.md 1a)."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import msgspec

from connectors.kit.answers import raise_for_status, retry_after
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, NotFound, RateLimited, Rejected, Unavailable
from connectors.kit.plain_text import plain_text

# The API names a type in camelCase, with or without its family in front: authorizationNotOwner and notOwner are one.
_EXPIRED = frozenset({"invalidtoken", "tokenrequired", "authorizationfailed"})
_DENIED = frozenset({"outofscope", "notowner", "ownerforbidden", "systemforbidden"})
_LIMITED = frozenset({"requestlimit"})
_DOWN = frozenset({"servererror", "unknownerror"})
_MISSING = frozenset({"resourceunavailable"})
_REFUSED = frozenset({"parameterinvalid", "invalidrequest", "methodnotsupported", "httpsrequired"})
KNOWN = _EXPIRED | _DENIED | _LIMITED | _DOWN | _MISSING | _REFUSED

_DESCRIPTION = re.compile(r"<div[^>]*class=\"[^\"]*\berror__description\b[^\"]*\"[^>]*>(.*?)</div>", re.DOTALL)
MAX_ENVELOPE = 16 * 1024
MAX_TEXT = 300


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """`{type, description}`, the API's own words for a refusal."""

    type: str
    description: str | None = None


def checked(system: str, response: httpx.Response) -> bytes:
    """The body of a good answer; raises the error that the answer means, also behind a 200."""
    if _is_page(response):
        raise _page(system, response)
    envelope = _envelope(response)
    if envelope is not None:
        raise of_type(system, envelope.type, envelope.description or "", after_s=retry_after(response))
    raise_for_status(system, response)
    return response.content


def of_type(system: str, kind: str, text: str = "", *, after_s: float | None = None) -> ConnectorError:
    """The error for one documented type; a type that nobody documented is a refusal with its own name."""
    name = _short(kind)
    words = plain_text(text)[:MAX_TEXT]
    makers: list[tuple[frozenset[str], Callable[[], ConnectorError]]] = [
        (_EXPIRED, lambda: AuthExpired(system, f"{kind} {words}".strip())),
        (_DENIED, lambda: AccessDenied(system, f"{kind} {words}".strip())),
        (_LIMITED, lambda: RateLimited(system, kind, after_s=after_s)),
        (_DOWN, lambda: Unavailable(system, f"{kind} {words}".strip())),
        (_MISSING, lambda: NotFound(system, f"{kind} {words}".strip())),
    ]
    for names, make in makers:
        if name in names:
            return make()
    return Rejected(system, kind[:64], words)


def _short(kind: str) -> str:
    name = kind.casefold()
    for family in ("authorization", "api"):
        if name.startswith(family) and name.removeprefix(family) in KNOWN:
            return name.removeprefix(family)
    return name


def _envelope(response: httpx.Response) -> Envelope | None:
    body = response.content
    if len(body) > MAX_ENVELOPE or body.lstrip()[:1] != b"{":
        return None
    try:
        envelope = msgspec.json.decode(body, type=Envelope)
    except msgspec.DecodeError:
        return None
    # Data has a `type` too (a class, a period): behind a 200 only a documented error type counts.
    return envelope if response.status_code >= 400 or _short(envelope.type) in KNOWN else None


def _is_page(response: httpx.Response) -> bool:
    kind = response.headers.get("content-type", "").split(";")[0].strip().casefold()
    return kind == "text/html" or response.content.lstrip()[:1] == b"<"


def _page(system: str, response: httpx.Response) -> ConnectorError:
    found = _DESCRIPTION.search(response.text)
    text = plain_text(found.group(1))[:MAX_TEXT] if found else ""
    detail = f"page {response.status_code} {text}".strip()
    if response.status_code == 401:
        return AuthExpired(system, detail)
    if response.status_code in (404, 410):
        return NotFound(system, detail)
    if response.status_code in (429, 433):
        return RateLimited(system, detail, after_s=retry_after(response))
    # A page instead of data is maintenance or a gateway that blocks us (also as 403): the family can do nothing but wait.
    return Unavailable(system, detail)
