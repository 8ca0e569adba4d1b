"""Turns what МЭШ answers when it refuses into one of the eight errors (facts/diaries.md 1b)."""

from __future__ import annotations

import httpx
import msgspec

from connectors.kit.answers import any_json, raise_for_page, raise_for_status, retry_after
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, NotFound, RateLimited, Rejected, Unavailable
from connectors.kit.plain_text import plain_text

MAX_ENVELOPE = 16 * 1024
MAX_TEXT = 300
# «Session ended elsewhere»: the platform's own status beside the usual 401.
SESSION_ENDED = 499


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """`{type, description, details}`: how the family API words a refusal."""

    type: str
    description: str = ""


def checked(system: str, response: httpx.Response) -> bytes:
    """The body of a good answer; raises the error that the answer means. A 400 with data is data, as the public clients read it."""
    status = response.status_code
    if status in (401, SESSION_ENDED):
        raise AuthExpired(system, str(status))
    if status == 403 and _is_page(response):
        # The gateway shows a page where the session is gone or belongs to a host that moved.
        raise AuthExpired(system, "page 403")
    raise_for_page(system, response)
    if status >= 400:
        told = _envelope(response)
        if told is not None:
            raise _refusal(system, response, told)
        if status != 400:
            raise_for_status(system, response)
    return response.content


def _is_page(response: httpx.Response) -> bool:
    return response.content.lstrip()[:1] == b"<"


def _envelope(response: httpx.Response) -> Envelope | None:
    found = any_json(response.content) if len(response.content) <= MAX_ENVELOPE else None
    if not isinstance(found, dict) or not isinstance(found.get("type"), str):
        return None
    description = found.get("description")
    return Envelope(type=found["type"], description=plain_text(description)[:MAX_TEXT] if isinstance(description, str) else "")


def _refusal(system: str, response: httpx.Response, told: Envelope) -> ConnectorError:
    """The status says what kind of refusal it is, the type which one."""
    status, detail = response.status_code, f"{told.type} {told.description}".strip()[:MAX_TEXT]
    if status == 403:
        return AccessDenied(system, detail)
    if status in (404, 410):
        return NotFound(system, detail)
    if status in (429, 433):
        return RateLimited(system, detail, after_s=retry_after(response))
    if status >= 500:
        return Unavailable(system, detail)
    return Rejected(system, told.type[:64], told.description)
