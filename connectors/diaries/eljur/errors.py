"""Turns a refusal of ЭлЖур into one of the eight errors: its envelope has the state, also behind a 200, and a few English words."""

from __future__ import annotations

import httpx
import msgspec

from connectors.kit.answers import decode, raise_for_page, raise_for_status, retry_after
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Rejected, Unavailable
from connectors.kit.plain_text import plain_text

MAX_ENVELOPE = 16 * 1024
MAX_TEXT = 300

# In this order: a lock names the password too.
_STEMS: tuple[tuple[str, type[ConnectorError]], ...] = (
    ("too many", RateLimited),
    ("слишком", RateLimited),
    ("превышен", RateLimited),
    ("maintenance", Unavailable),
    ("технич", Unavailable),
    ("временно", Unavailable),
    ("auth_token", AuthExpired),
    ("devkey", AuthExpired),
    ("login", AuthExpired),
    ("password", AuthExpired),
    ("логин", AuthExpired),
    ("парол", AuthExpired),
    ("авториз", AuthExpired),
    ("not found", NotFound),
    ("не найден", NotFound),
    ("access denied", AccessDenied),
    ("доступ", AccessDenied),
    ("нет прав", AccessDenied),
)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    state: int
    error: str | None = None
    result: msgspec.Raw = msgspec.Raw(b"{}")


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """`{"response": {"state", "error", "result"}}`; a refusal keeps it with an empty result."""

    response: Answer


def checked(system: str, response: httpx.Response) -> bytes:
    """The result of a good answer; raises the error that the answer means, also behind a 200."""
    raise_for_page(system, response)
    answer = _refusal(response)
    if answer is not None:
        raise refused(system, answer.state, plain_text(answer.error)[:MAX_TEXT], after_s=retry_after(response))
    raise_for_status(system, response)
    return bytes(decode(system, response.content, Envelope).response.result)


def refused(system: str, state: int, words: str, *, after_s: float | None = None) -> ConnectorError:
    """The error for one refusal. A state that says all goes first; 400 and 403 mean many things, told apart by their words."""
    detail = f"{state} {words}".strip()
    if state in (429, 433):
        return RateLimited(system, detail, after_s=after_s)
    if state in (401, 404, 410):
        return AuthExpired(system, detail) if state == 401 else NotFound(system, detail)
    if state >= 500:
        return Unavailable(system, detail)
    kind = next((kind for stem, kind in _STEMS if stem in words.casefold()), AccessDenied if state == 403 else None)
    if kind is RateLimited:
        return RateLimited(system, detail, after_s=after_s)
    if kind is not None:
        return kind(system, detail)
    if state == 400 or words:
        return Rejected(system, words[:64] or "400", words)
    return Drifted(system, "$.response.state", str(state))


def _refusal(response: httpx.Response) -> Answer | None:
    if len(response.content) > MAX_ENVELOPE:
        return None
    try:
        answer = msgspec.json.decode(response.content, type=Envelope, strict=False).response
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return answer if answer.state != 200 else None
