"""Wrong passwords by login: after five in a row the door is shut for a while, for the right one too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sandbox.mes.state.tokens import keep

MOST: Final = 5
SHUT: Final = timedelta(minutes=10)


@dataclass(slots=True, kw_only=True)
class Count:
    wrong: int = 0
    until: datetime | None = None


class Tries:
    def __init__(self) -> None:
        self._counts: dict[str, Count] = {}

    def shut_s(self, login: str, now: datetime) -> int:
        """Seconds left, 0 where the door is open."""
        count = self._counts.get(login)
        if count is None or count.until is None:
            return 0
        if now >= count.until:
            del self._counts[login]
            return 0
        return max(1, round((count.until - now).total_seconds()))

    def count(self, login: str, now: datetime) -> None:
        count = self._counts.get(login) or Count()
        count.wrong += 1
        if count.wrong >= MOST:
            count.until = now + SHUT
        keep(self._counts, login, count)

    def succeeded(self, login: str) -> None:
        self._counts.pop(login, None)

    def clear(self) -> None:
        self._counts.clear()
