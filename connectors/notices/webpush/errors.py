"""Turns a push service's answers into the eight errors (RFC 8030 5, 6; RFC 8292 4.2)."""

from __future__ import annotations

import httpx

from connectors.kit.answers import retry_after
from connectors.kit.channel import Gone
from connectors.kit.errors import AccessDenied, ConnectorError, Drifted, RateLimited, Rejected, Unavailable

OURS = "Пуш сейчас не отправляется: мы видим это и чиним. Всё, что в нём, есть в кабинете."
ENDED = "Этот браузер больше не принимает пуш. Включите его снова в разделе «Уведомления»."
TAKEN = frozenset({200, 201, 202, 204})


def raise_error(system: str, response: httpx.Response) -> None:
    status = response.status_code
    if status not in TAKEN:
        raise _of(system, status, retry_after(response))


def _of(system: str, status: int, after_s: float | None) -> ConnectorError:
    word = str(status)
    if status in (404, 410):
        return Gone(system, word, text=ENDED)
    if status == 429:
        return RateLimited(system, word, after_s=after_s, text=OURS)
    if status in (401, 403):
        # Our key is not the one that the browser subscribed with: another subscription is wanted, and no key of ours is dead.
        return AccessDenied(system, word, text=OURS)
    if status >= 500:
        return Unavailable(system, word, text=OURS)
    if 400 <= status < 500:
        return Rejected(system, word, OURS)
    return Drifted(system, "status", word)
