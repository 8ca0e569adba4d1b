"""Turns a mail server's replies into the eight errors, by its code and, where there is one, the enhanced status (RFC 3463)."""

from __future__ import annotations

import re

from connectors.kit.channel import Gone, NotSent
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, RateLimited, Rejected

OURS = "Письма сейчас не отправляются: мы видим это и чиним. Всё, что в них, есть в кабинете."
NO_BOX = "Такой почты нет, или она не принимает писем. Проверьте адрес в кабинете, в разделе «Уведомления»."
LATER_S = 300.0
_ENHANCED = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
_SIGN_IN = frozenset({530, 534, 535, 538})
_NO_BOX = frozenset({550, 551, 553})


def of_reply(system: str, code: int, text: str) -> ConnectorError:
    """A reply to anything before the letter was taken: nobody got it. The words may repeat the address, so only numbers are kept."""
    found = _ENHANCED.match(text)
    subject = int(found.group(2)) if found else None
    word = f"{code} {found.group(0).strip()}" if found else str(code)
    if code in _SIGN_IN:
        return AuthExpired(system, word, text=OURS)
    if 400 <= code < 500:
        # A full box or a careful server is no trouble of the server's own: others are written to.
        down = code == 421 or (code == 451 and subject in (None, 3, 4))
        return NotSent(system, word, text=OURS) if down else RateLimited(system, word, after_s=LATER_S, text=OURS)
    if code in _NO_BOX and subject in (None, 1, 2):
        return Gone(system, word, text=NO_BOX)
    if subject == 7:
        return AccessDenied(system, word, text=OURS)
    return Rejected(system, str(code), OURS)
