"""The circuit breaker of one system: after failures in a row calls are refused at once, then one call tries."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from connectors.kit.errors import Unavailable

log = logging.getLogger("hub.calls")


class Paused(Unavailable):
    """Refused by the breaker: nothing was sent, and trying again within the same call is useless."""


class Breaker:
    """Opens after `threshold` failures in a row for `pause_s`; then one call tries. Logs «down» once and «back» once."""

    def __init__(self, system: str, *, threshold: int = 5, pause_s: float = 30.0, timer: Callable[[], float] = time.monotonic) -> None:
        self.system = system
        self.threshold = threshold
        self.pause_s = pause_s
        self._timer = timer
        self._failures = 0
        self._opened_at: float | None = None
        self._probing = False

    @property
    def state(self) -> str:
        """`closed`, `open` or `half_open`."""
        if self._opened_at is None:
            return "closed"
        return "half_open" if self._timer() - self._opened_at >= self.pause_s else "open"

    def admit(self, *, forced: bool = False) -> bool:
        """Whether this call is the probe. Raises `Unavailable` while open; `forced` is a person asking now (API.md, no-cache)."""
        if forced or self._opened_at is None:
            return False
        if self.state == "open" or self._probing:
            raise Paused(self.system, "paused after failures")
        self._probing = True
        return True

    def success(self) -> None:
        """Any answer proves that the system is there, also one to a call that began before the pause."""
        if self._opened_at is not None:
            log.warning("%s is back", self.system)
        self._failures, self._opened_at, self._probing = 0, None, False

    def failure(self, *, probe: bool = False) -> None:
        """Only the probe prolongs a pause: late failures of earlier calls and of forced ones say nothing new."""
        if self._opened_at is not None:
            if probe:
                self._opened_at, self._probing = self._timer(), False
            return
        self._failures += 1
        if self._failures >= self.threshold:
            self._opened_at = self._timer()
            log.warning("%s is down", self.system)

    def release(self, *, probe: bool = False) -> None:
        """A call that ended without a word about the system, as a cancelled one; if it was the probe, another may try."""
        if probe:
            self._probing = False
