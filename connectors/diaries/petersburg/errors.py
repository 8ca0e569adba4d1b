"""Turns a refusal of the portal into one of the eight errors: a status, a message behind a 200, or the sign-in page behind a 200."""

from __future__ import annotations

import httpx
import msgspec

from connectors.kit.answers import decode, raise_for_page, raise_for_status
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Rejected, Unavailable
from connectors.kit.plain_text import plain_text

MAX_ENVELOPE = 16 * 1024
MAX_TEXT = 300
_STEMS: tuple[tuple[str, type[ConnectorError]], ...] = (
    ("технич", Unavailable),
    ("временно", Unavailable),
    ("недоступ", Unavailable),
    ("позже", Unavailable),
    ("авториз", AuthExpired),
    ("сессия", AuthExpired),
    ("слишком", RateLimited),
    ("превышен", RateLimited),
    ("не найден", NotFound),
    ("доступ", AccessDenied),
    ("запрещ", AccessDenied),
    ("нет прав", AccessDenied),
)


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    data: msgspec.Raw


class Message(msgspec.Struct, frozen=True, kw_only=True):
    text: str | None = None


class Validation(msgspec.Struct, frozen=True, kw_only=True):
    message: str | None = None


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """What the portal says to the person, and beside which field."""

    messages: list[Message] | None = None
    validations: list[Validation] | None = None


def checked(system: str, response: httpx.Response) -> bytes:
    """What stands in `data` of a good answer; raises the error that the answer means, also behind a 200."""
    if response.status_code == 200 and response.content.lstrip()[:1] == b"<":
        # Whoever is signed out gets the page of the sign-in. A page for another reason meets the sign-in too, and is told apart there.
        raise AuthExpired(system, "the sign-in page")
    return opened(system, response)


def opened(system: str, response: httpx.Response) -> bytes:
    """The same for the sign-in itself, where a page is trouble of the portal."""
    raise_for_page(system, response)
    status = response.status_code
    if status == 400:
        raise Rejected(system, "400", words(response))
    if status == 401:
        raise AuthExpired(system, "401", text=words(response))
    if status == 403:
        raise AccessDenied(system, "403", text=words(response))
    raise_for_status(system, response)
    data = bytes(decode(system, response.content, Envelope).data)
    if data.strip() != b"null":
        return data
    said = words(response)
    if not said:
        raise Drifted(system, "$.data", "nothing, and no word why")
    kind = next((kind for stem, kind in _STEMS if stem in said.casefold()), None)
    raise kind(system, "200", text=said) if kind else Rejected(system, "200", said)


def words(response: httpx.Response) -> str:
    """What the portal says to the person, in `messages` or beside the fields in `validations`."""
    if len(response.content) > MAX_ENVELOPE:
        return ""
    try:
        told = msgspec.json.decode(response.content, type=Refusal)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    said = [one.text for one in told.messages or ()] + [one.message for one in told.validations or ()]
    return plain_text(" ".join(text for text in said if text))[:MAX_TEXT]
