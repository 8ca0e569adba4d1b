"""How the day's time goes by: with the town's clock, faster than it, or as fast as the hub takes the events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from sandbox.clock import Clock

STEP_S: Final = 0.25
FAR: Final = datetime.max.replace(tzinfo=UTC)
FASTEST_CLOCK: Final = 300
"""A hub follows the town's clock twice a second: faster than this, it takes our time for a wrong one."""


class Pace:
    """`speed` 0: everything is due. `moves`: the town's clock goes along with the day. `pause` waits so many real seconds."""

    def __init__(
        self,
        clock: Clock,
        *,
        speed: float,
        begins: datetime,
        moves: bool,
        live: bool,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock, self._speed, self._begins, self._moves, self._live = clock, speed, begins, moves, live
        self._started = time.monotonic()
        self.pause = pause

    def now(self) -> datetime:
        """The day's own time."""
        if self._live:
            return self._clock.now()
        if not self._speed:
            return FAR
        return self._begins + timedelta(seconds=(time.monotonic() - self._started) * self._speed)

    async def until(self, due: datetime) -> None:
        while (now := self.now()) < due:
            left = (due - now).total_seconds() / (self._speed or 1)
            await self.pause(min(left, STEP_S))
            if self._moves:
                self._clock.set(min(self.now(), due))
