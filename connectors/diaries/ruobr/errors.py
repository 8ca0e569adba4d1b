"""Turns what ruobr answers when it refuses into one of the eight errors: it says so behind a 200, in words (facts/diaries.md 1f)."""

from __future__ import annotations

import httpx
import msgspec

from connectors.kit.answers import raise_for_page, raise_for_status, retry_after
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, NotFound, RateLimited, Rejected, Unavailable
from connectors.kit.plain_text import plain_text

MAX_ENVELOPE = 16 * 1024
MAX_TEXT = 300
_NOTHING = frozenset({b"{}", b"[]", b'""', b"null", b"false", b"0"})

# The API has no list of codes; `auth` is the one that a public client knows. The rest is told in Russian words, read by their stems.
_TYPES: dict[str, type[ConnectorError]] = {"auth": AuthExpired}
_STEMS: tuple[tuple[str, type[ConnectorError]], ...] = (
    ("технич", Unavailable),
    ("временно", Unavailable),
    ("недоступ", Unavailable),
    ("позже", Unavailable),
    ("логин", AuthExpired),
    ("парол", AuthExpired),
    ("авториз", AuthExpired),
    ("слишком", RateLimited),
    ("превышен", RateLimited),
    ("не найден", NotFound),
    ("не существует", NotFound),
    ("доступ", AccessDenied),
    ("запрещ", AccessDenied),
    ("нет прав", AccessDenied),
)


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """`{success, error | error_type}`; a good object may carry `success: true` as well."""

    success: bool | int
    error: str | None = None
    error_type: str | None = None


def checked(system: str, response: httpx.Response) -> bytes:
    """The body of a good answer; raises the error that the answer means, also behind a 200."""
    raise_for_page(system, response)
    envelope = _envelope(response)
    if envelope is not None and not envelope.success:
        raise of_words(system, envelope.error_type or envelope.error or "", envelope.error or "", after_s=retry_after(response))
    raise_for_status(system, response)
    return response.content


def says_nothing(body: bytes) -> bool:
    """An empty object, list or text, null, false or 0: how ruobr answers a login and password that do not fit."""
    return body.strip() in _NOTHING


def of_words(system: str, code: str, text: str, *, after_s: float | None = None) -> ConnectorError:
    """The error for one refusal; words that tell nothing are a refusal with their own text."""
    words = plain_text(text)[:MAX_TEXT]
    kind = _TYPES.get(code) or next((kind for stem, kind in _STEMS if stem in words.casefold()), None)
    detail = f"{code} {words}".strip() if words != code else words
    if kind is RateLimited:
        return RateLimited(system, detail, after_s=after_s)
    if kind is not None:
        return kind(system, detail, text=words)
    return Rejected(system, code[:64] or "refused", words)


def _envelope(response: httpx.Response) -> Envelope | None:
    body = response.content
    if len(body) > MAX_ENVELOPE or body.lstrip()[:1] != b"{":
        return None
    try:
        return msgspec.json.decode(body, type=Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
