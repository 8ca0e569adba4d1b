"""Whose turn it is at a system that counts the calls of each account, and what it has forbidden an account for long."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Hashable

from connectors.kit.errors import RateLimited

PERIOD_S = 1.05
"""A little over a second: what leaves here evenly arrives there unevenly."""
MOST_ACCOUNTS = 10_000


class Turns:
    """At most `a_second` calls of one account within a second, in the order in which they were asked for.

    Kept in this process: several processes together may ask too often and are told so by the system."""

    def __init__(
        self,
        system: str,
        *,
        a_second: int,
        timer: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.timer = timer
        self.pause = pause
        self._system = system
        self._a_second = a_second
        self._taken: dict[Hashable, deque[float]] = {}
        self._blocked: dict[tuple[Hashable, str], float] = {}

    async def take(self, account: Hashable, *, ends_at: float) -> None:
        """Waits for the next free place; `RateLimited`, at once, where there is none before `ends_at`."""
        now = self.timer()
        taken = self._of(account, now)
        at = max(now, taken[0] + PERIOD_S) if len(taken) == self._a_second else now
        if at >= ends_at:
            raise RateLimited(self._system, "queue", after_s=at - now)
        taken.append(at)
        if at > now:
            await self.pause(at - now)

    def block(self, account: Hashable, action: str, *, for_s: float) -> None:
        """The account is not to do this again for so long."""
        now = self.timer()
        self._blocked = {key: until for key, until in self._blocked.items() if until > now}
        self._blocked[account, action] = now + for_s

    def blocked_s(self, account: Hashable, action: str) -> float:
        """How long this is still forbidden; 0 where it is not."""
        return max(0.0, self._blocked.get((account, action), 0.0) - self.timer())

    def _of(self, account: Hashable, now: float) -> deque[float]:
        found = self._taken.get(account)
        if found is None:
            if len(self._taken) >= MOST_ACCOUNTS:
                self._taken = {key: taken for key, taken in self._taken.items() if taken and taken[-1] + PERIOD_S > now}
            found = self._taken[account] = deque(maxlen=self._a_second)
        return found
