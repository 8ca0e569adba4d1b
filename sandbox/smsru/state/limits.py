"""How often one number may be written to: equal texts a minute and a day, all texts a day."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SAME_A_DAY: Final = 10
ALL_A_DAY: Final = 60
TOO_MANY, SAME_IN_A_MINUTE, SAME_TOO_OFTEN = 230, 231, 232


class Limits:
    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._sent: dict[str, list[tuple[datetime, str]]] = {}

    def reset(self) -> None:
        self._sent.clear()

    def refusal(self, phone: str, text: str) -> int | None:
        """The code of what forbids it."""
        now, key = self._now(), _key(text)
        sent = [it for it in self._sent.get(phone, []) if it[0] + DAY > now]
        same = [at for at, known in sent if known == key]
        if same and same[-1] + MINUTE > now:
            return SAME_IN_A_MINUTE
        if len(same) >= SAME_A_DAY:
            return SAME_TOO_OFTEN
        return TOO_MANY if len(sent) >= ALL_A_DAY else None

    def count(self, phone: str, text: str) -> None:
        now = self._now()
        kept = [it for it in self._sent.get(phone, []) if it[0] + DAY > now]
        self._sent[phone] = [*kept, (now, _key(text))]


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
