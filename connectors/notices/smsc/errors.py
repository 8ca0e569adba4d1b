"""Turns SMSC.ru's error numbers, which come with status 200, into the eight errors."""

from __future__ import annotations

import httpx
import msgspec

from connectors.kit.answers import any_json, raise_for_page, raise_for_status, retry_after
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Rejected
from connectors.kit.notice import SameAgain

OURS = "СМС сейчас не отправляются: мы видим это и чиним. Всё, что в них, есть в кабинете."
NO_NUMBER = "На этот номер СМС не отправить. Проверьте телефон в настройках."
BLOCKED_S = 300.0
REPEAT_S = 60.0
REPEATED = "9"
_NUMBER_WRONG = frozenset({"7", "8"})


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    error: str = ""
    error_code: int | str


def checked(system: str, response: httpx.Response) -> bytes:
    """The body of a good answer."""
    raise_for_page(system, response)
    body = any_json(response.content)
    if isinstance(body, dict) and "error_code" in body:
        raise of(system, msgspec.convert(body, Refusal, strict=False), after_s=retry_after(response))
    raise_for_status(system, response)
    if body is None:
        raise Drifted(system, "$", "not JSON")
    return response.content


def of(system: str, said: Refusal, *, after_s: float | None = None) -> ConnectorError:
    """The text of `error` may repeat the number that was sent to: it goes nowhere."""
    code = str(said.error_code)[:8]
    if code == "2":
        return AuthExpired(system, code, text=OURS)
    if code == "3":
        return AccessDenied(system, code, text=OURS)
    if code == "4":
        return RateLimited(system, code, after_s=after_s or BLOCKED_S, text=OURS)
    if code == REPEATED:
        return SameAgain(system, code, after_s=after_s or REPEAT_S, text=OURS)
    return Rejected(system, code, NO_NUMBER if code in _NUMBER_WRONG else OURS)


def unknown(system: str) -> NotFound:
    return NotFound(system, "-3")
