"""How many reads of a system may begin now: what its manifest allows a minute, less what everybody has used, half kept for people; pure."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

SHARE = 0.5
"""The part of the calls a minute that background reads may use at most; the rest is for people who look now."""
FIRST_GUESS = 4.0
LEARN = 0.2


class Purse:
    """Calls that background reads of one system made within the last minute, and what one read usually takes."""

    def __init__(self, *, timer: Callable[[], float] = time.monotonic) -> None:
        self.cost = FIRST_GUESS
        self.flying = 0
        self._timer = timer
        self._spent: deque[tuple[float, int]] = deque()

    def spend(self, calls: int) -> None:
        self._spent.append((self._timer(), calls))
        if calls:
            self.cost += LEARN * (calls - self.cost)

    def spent(self) -> int:
        while self._spent and self._spent[0][0] <= self._timer() - 60:
            self._spent.popleft()
        return sum(calls for _, calls in self._spent)

    def room(self, *, a_minute: int, used: int, parallel: int) -> int:
        """Reads that may begin now. `used`: calls of the last minute of everybody, ours included. A system that allows less than one
        read takes gets one when it was left alone for a minute."""
        places = max(1, parallel // 2) - self.flying
        cost = max(1.0, self.cost)
        left = min(a_minute * SHARE - self.spent(), a_minute - used) - self.flying * cost
        if left < cost:
            return 1 if not used and not self.flying and not self.spent() else 0
        return max(0, min(places, int(left // cost)))
