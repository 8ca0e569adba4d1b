"""The gateway's own guard: the same message twice within a minute, or the same price asked too often."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

SPAN: Final = timedelta(minutes=1)
SENDS: Final = 1
PRICES: Final = 5
BALANCES: Final = 10


class Repeats:
    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._seen: dict[str, deque[datetime]] = {}

    def reset(self) -> None:
        self._seen.clear()

    def many(self, key: str, most: int) -> bool:
        """Counts this one too, where it is let through."""
        now = self._now()
        for known in [known for known, times in self._seen.items() if times and times[-1] + SPAN <= now]:
            del self._seen[known]
        times = self._seen.setdefault(key, deque())
        while times and times[0] + SPAN <= now:
            times.popleft()
        if len(times) >= most:
            return True
        times.append(now)
        return False
