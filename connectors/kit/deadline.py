"""How long one question to an outside system may take, all its calls together."""

from __future__ import annotations

import time

from connectors.kit.calls import FORCED
from connectors.kit.errors import TimedOut

# A person who asks for live data is answered within 3 s (API.md), the page included; a background read may be patient.
LIVE_S = 2.3
PATIENT_S = 20.0


class Deadline:
    """What is left of the time for one question; by default as long as who asks may wait."""

    def __init__(self, system: str, seconds: float | None = None) -> None:
        self._system = system
        self._ends_at = time.monotonic() + (seconds if seconds is not None else LIVE_S if FORCED.get() else PATIENT_S)

    def left(self) -> float:
        """Seconds for the next call; raises `TimedOut` when there are none."""
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimedOut(self._system, "no time left")
        return left
