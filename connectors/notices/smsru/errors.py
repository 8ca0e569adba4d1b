"""Turns SMS.RU's `status_code`, of the request and of one message, into the eight errors."""

from __future__ import annotations

import httpx

from connectors.kit.answers import any_json, raise_for_page, raise_for_status
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Rejected, Unavailable
from connectors.kit.notice import SameAgain

OURS = "СМС сейчас не отправляются: мы видим это и чиним. Всё, что в них, есть в кабинете."
NO_NUMBER = "На этот номер СМС не отправить. Проверьте телефон в настройках."
MINUTE_S, DAY_S = 60.0, 86_400.0
_AUTH = frozenset({200, 300, 301, 302})
_NUMBER_WRONG = frozenset({202, 207, 209, 214})
_LIMITS = {206: DAY_S, 230: DAY_S}
_REPEATS = {231: MINUTE_S, 232: DAY_S, 233: MINUTE_S}


def checked(system: str, response: httpx.Response) -> bytes:
    """The body of an answer whose request was good; each message in it has a code of its own."""
    raise_for_page(system, response)
    body = any_json(response.content)
    code = body.get("status_code") if isinstance(body, dict) else None
    if isinstance(code, int) and code != 100:
        raise of(system, code)
    raise_for_status(system, response)
    if code is None:
        raise Drifted(system, "$.status_code", "not an answer of the gateway")
    return response.content


def of(system: str, code: int) -> ConnectorError:
    """`status_text` may repeat the number that was sent to: it goes nowhere."""
    word = str(code)
    if code in _AUTH:
        return AuthExpired(system, word, text=OURS)
    if code == 201:
        return AccessDenied(system, word, text=OURS)
    if code in (220, 500):
        return Unavailable(system, word, text=OURS)
    if code in _REPEATS:
        return SameAgain(system, word, after_s=_REPEATS[code], text=OURS)
    if code in _LIMITS:
        return RateLimited(system, word, after_s=_LIMITS[code], text=OURS)
    if code == -1:
        return NotFound(system, word)
    return Rejected(system, word, NO_NUMBER if code in _NUMBER_WRONG else OURS)
