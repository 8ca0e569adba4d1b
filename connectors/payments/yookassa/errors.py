"""Turns ЮKassa's error object and its statuses into the eight errors."""

from __future__ import annotations

import httpx
import msgspec

from connectors.kit.answers import raise_for_page, raise_for_status, retry_after
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Rejected, Unavailable
from connectors.kit.plain_text import plain_text

MAX_TEXT = 300
OURS = "ЮKassa сейчас не принимает запросы нашего магазина. Ваши деньги не списаны; попробуйте другой способ."
KEY = "Idempotence-Key"
DIFFERS = "order_differs"
_KINDS: dict[str, type[ConnectorError]] = {
    "invalid_credentials": AuthExpired,
    "forbidden": AccessDenied,
    "not_found": NotFound,
    "internal_server_error": Unavailable,
}


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    description: str = ""
    parameter: str | None = None


def checked(system: str, response: httpx.Response) -> bytes:
    """The body of a good answer. 202 is «still at it» and 500 «nobody knows»: both are for asking again with the same key."""
    raise_for_page(system, response)
    status = response.status_code
    if status == 202:
        raise Unavailable(system, "processing")
    if status < 400:
        return response.content
    said = _said(response.content)
    if said is not None:
        raise _of(system, said, response)
    raise_for_status(system, response)
    raise Drifted(system, "status", str(status))


def _of(system: str, said: Refusal, response: httpx.Response) -> ConnectorError:
    code, words = said.code[:64], plain_text(said.description)[:MAX_TEXT]
    kind = _KINDS.get(code)
    if code == "too_many_requests" or response.status_code == 429:
        return RateLimited(system, code, after_s=retry_after(response), text=words)
    if kind in (AuthExpired, AccessDenied):
        return kind(system, code, text=OURS)
    if kind is None and response.status_code >= 500:
        kind = Unavailable
    if kind is not None:
        return kind(system, code, text=words)
    if said.parameter == KEY:
        return Rejected(system, DIFFERS, words, field=KEY)
    return Rejected(system, code, words, field=(said.parameter or "")[:64])


def _said(body: bytes) -> Refusal | None:
    try:
        return msgspec.json.decode(body, type=Refusal)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
