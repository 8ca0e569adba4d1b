"""Turns a refusal of КИАСУО into one of the eight errors: a status, beside it at most `{msg}` (facts/diaries.md 1d)."""

from __future__ import annotations

import httpx
import msgspec

from connectors.kit.answers import raise_for_page, raise_for_status
from connectors.kit.errors import AccessDenied, AuthExpired, Drifted, Rejected
from connectors.kit.plain_text import plain_text

MAX_ENVELOPE = 16 * 1024
MAX_TEXT = 300
NO_CONTENT = 204


class Told(msgspec.Struct, frozen=True, kw_only=True):
    msg: str | None = None


def checked(system: str, response: httpx.Response) -> bytes:
    """The body of a good answer, empty for 204; raises the error that the answer means."""
    raise_for_page(system, response)
    status = response.status_code
    if status == NO_CONTENT:
        return b""
    if status == 400:
        raise Rejected(system, "400", _words(response))
    if status == 401:
        raise AuthExpired(system, "401", text=_words(response))
    if status == 403:
        raise AccessDenied(system, "403", text=_words(response))
    raise_for_status(system, response)
    if status >= 300 or not response.content.strip():
        # Only 204 says that there is nothing: a redirect or a lost body would wipe the good copy of a week.
        raise Drifted(system, "$", f"no body with {status}")
    return response.content


def _words(response: httpx.Response) -> str:
    if len(response.content) > MAX_ENVELOPE:
        return ""
    try:
        told = msgspec.json.decode(response.content, type=Told)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    return plain_text(told.msg)[:MAX_TEXT]
