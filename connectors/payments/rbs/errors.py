"""Turns the gateway's error codes, which come with status 200, into the eight errors (facts/payments-and-ledger.md 1b)."""

from __future__ import annotations

import httpx
import msgspec

from connectors.kit.answers import raise_for_page, raise_for_status
from connectors.kit.errors import AuthExpired, ConnectorError, Drifted, NotFound, Rejected, Unavailable
from connectors.kit.plain_text import plain_text

MAX_TEXT = 300
OK, USED, ACCESS, UNKNOWN_ORDER, SYSTEM = "0", "1", "5", "6", "7"
NO_BINDING = "2"
OURS = "Банк сейчас не принимает запросы нашего магазина. Ваши деньги не списаны; попробуйте другой способ."


class Inner(msgspec.Struct, frozen=True, kw_only=True):
    code: int | str = OK
    message: str = ""


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """Three spellings are seen: `errorCode`, the capital `ErrorCode` of the plain status, and `error` of newer gateways. Success may
    have none."""

    code: int | str | None = msgspec.field(name="errorCode", default=None)
    message: str | None = msgspec.field(name="errorMessage", default=None)
    capital_code: int | str | None = msgspec.field(name="ErrorCode", default=None)
    capital_message: str | None = msgspec.field(name="ErrorMessage", default=None)
    error: Inner | None = None


def checked(system: str, response: httpx.Response, *, acts: bool = False) -> bytes:
    """The body of a good answer; raises the error that it means. `acts`: the call changes an order, where 7 is a wrong state."""
    raise_for_page(system, response)
    said = _said(response.content)
    if said is None or response.status_code >= 400:
        raise_for_status(system, response)
    if said is None:
        raise Drifted(system, "$", "not an answer of the gateway")
    code, words = said
    if code != OK:
        raise of(system, code, words, acts=acts)
    return response.content


def of(system: str, code: str, words: str, *, acts: bool = False) -> ConnectorError:
    text = plain_text(words)[:MAX_TEXT]
    low = text.casefold()
    if code == ACCESS and any(word in low for word in ("доступ", "access", "парол", "password")):
        # The shop's name or password is not taken (any more); with other words 5 is a wrong value.
        return AuthExpired(system, code, text=OURS)
    if code == UNKNOWN_ORDER:
        return NotFound(system, code, text=text)
    if code == SYSTEM and (not acts or "систем" in low or "system" in low):
        return Unavailable(system, code, text=text)
    return Rejected(system, code[:16], text)


def _said(body: bytes) -> tuple[str, str] | None:
    try:
        found = msgspec.json.decode(body, type=Envelope, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if found.error is not None:
        return str(found.error.code), found.error.message
    for code, words in ((found.code, found.message), (found.capital_code, found.capital_message)):
        if code is not None:
            return str(code).strip(), words or ""
    return OK, ""
