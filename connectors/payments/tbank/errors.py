"""Turns T-Bank's ErrorCode, which comes with any status, into the eight errors."""

from __future__ import annotations

import httpx
import msgspec

from connectors.kit.answers import raise_for_page, raise_for_status, retry_after
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Rejected, Unavailable
from connectors.kit.plain_text import plain_text

MAX_TEXT = 300
OURS = "Т-Банк сейчас не принимает запросы нашего магазина. Ваши деньги не списаны; попробуйте другой способ."
_KINDS: dict[str, type[ConnectorError]] = {
    "202": AccessDenied,  # the terminal is blocked
    "204": AuthExpired,  # wrong token
    "205": AuthExpired,  # no such terminal
    "501": AuthExpired,  # no such terminal
    "255": NotFound,
    "335": NotFound,
    "119": RateLimited,
    "9999": Unavailable,
    "999": Unavailable,
    "402": Unavailable,
}
"""The rest is `Rejected` with the bank's own code."""


class Envelope(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    success: bool
    error_code: int | str = "0"
    message: str = ""
    details: str = ""


def checked(system: str, response: httpx.Response) -> bytes:
    """The body of a good answer."""
    raise_for_page(system, response)
    try:
        said = msgspec.json.decode(response.content, type=Envelope, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise_for_status(system, response)
        raise Drifted(system, "$.Success", "not an answer of the bank") from error
    if not said.success or str(said.error_code) != "0":
        raise of(system, said, response)
    raise_for_status(system, response)
    return response.content


def of(system: str, said: Envelope, response: httpx.Response) -> ConnectorError:
    code = str(said.error_code)[:16]
    words = plain_text(f"{said.message} {said.details}".strip())[:MAX_TEXT]
    kind = _KINDS.get(code)
    if kind is RateLimited or response.status_code == 429:
        return RateLimited(system, code, after_s=retry_after(response), text=words)
    if kind is None and response.status_code >= 500:
        kind = Unavailable
    if kind in (AuthExpired, AccessDenied):
        return kind(system, code, text=OURS)
    return kind(system, code, text=words) if kind is not None else Rejected(system, code, words)
