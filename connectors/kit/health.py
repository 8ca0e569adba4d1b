"""How each outside system fares in this process: calls, failures, speed, the last success and the last drift; no personal data."""

from __future__ import annotations

import logging
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field

import prometheus_client

from connectors.kit.errors import ConnectorError, Drifted

log = logging.getLogger("hub.calls")

BUCKET_S = 300
KEPT_BUCKETS = 26
SLOTS_MS = (10, 25, 50, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600)
"""Upper ends of the slots in which durations are counted; the last slot has none."""
LONGEST_WHERE = 120

DRIFTS = prometheus_client.Counter("hub_outside_drifts_total", "Answers that were not in the documented format", ["system"])
SPENT: ContextVar[list[int] | None] = ContextVar("spent", default=None)
"""Set by whoever wants to know how many calls a piece of work made: one number is added for each."""

_NUMBER = re.compile(r"[0-9]+")
_FOREIGN = re.compile(r"[^\x21-\x7e]+")


def path_of(where: str) -> str:
    """Where a drift was, without what may tell of a person: numbers and words that are not of the format become `*`."""
    return _FOREIGN.sub("*", _NUMBER.sub("*", where))[:LONGEST_WHERE] or "$"


@dataclass(slots=True)
class Spell:
    """What happened within one stretch of `BUCKET_S` seconds. `failed` counts calls, `kinds` what the eight errors said of reads."""

    calls: int = 0
    failed: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    slots: list[int] = field(default_factory=lambda: [0] * (len(SLOTS_MS) + 1))

    def add(self, other: Spell) -> None:
        self.calls += other.calls
        self.failed += other.failed
        self.kinds.update(other.kinds)
        self.slots = [mine + theirs for mine, theirs in zip(self.slots, other.slots, strict=True)]


def quantile_ms(slots: Sequence[int], share: float) -> int | None:
    """The duration below which this share of the calls lay, as the end of its slot; None without calls."""
    wanted = share * sum(slots)
    if not wanted:
        return None
    passed = 0
    for end, count in zip((*SLOTS_MS, 2 * SLOTS_MS[-1]), slots, strict=True):
        passed += count
        if passed >= wanted:
            return end
    return 2 * SLOTS_MS[-1]


class SystemHealth:
    """One system. Times are of the wall clock, so that processes can be laid side by side."""

    def __init__(self, system: str, *, clock: Callable[[], float] = time.time) -> None:
        self.system = system
        self.spells: dict[int, Spell] = {}
        self.last_success_at: float | None = None
        self.last_failure_at: float | None = None
        self.drift: tuple[str, float] | None = None
        self.changed = False
        self._clock = clock
        self._paths: set[str] = set()
        self._seconds: Counter[int] = Counter()

    def called(self, failure: str | None, took_s: float) -> None:
        """One call is over; `failure` says how it failed, if it did."""
        now = self._clock()
        spell = self._spell(now)
        spell.calls += 1
        spell.slots[next((at for at, end in enumerate(SLOTS_MS) if took_s * 1000 <= end), len(SLOTS_MS))] += 1
        self._seconds[int(now)] += 1
        if failure is None:
            self.last_success_at = now
        else:
            spell.failed += 1
            self.last_failure_at = now
        if (spent := SPENT.get()) is not None:
            spent[0] += 1

    def refused(self, error: ConnectorError) -> None:
        """What a read, a renewal or a sign-in ended with. A drift is logged once a path."""
        now = self._clock()
        self._spell(now).kinds[error.code] += 1
        if not isinstance(error, Drifted):
            return
        path = path_of(error.where)
        self.drift = (path, now)
        DRIFTS.labels(self.system).inc()
        if path not in self._paths and len(self._paths) < 1000:
            self._paths.add(path)
            log.warning("%s drifted at %s", self.system, path)

    def in_the_last_minute(self) -> int:
        now = int(self._clock())
        for second in [second for second in self._seconds if second <= now - 60]:
            del self._seconds[second]
        return sum(self._seconds.values())

    def _spell(self, now: float) -> Spell:
        self.changed = True
        bucket = int(now) // BUCKET_S * BUCKET_S
        found = self.spells.get(bucket)
        if found is None:
            found = self.spells[bucket] = Spell()
            while len(self.spells) > KEPT_BUCKETS:
                del self.spells[min(self.spells)]
        return found


class HealthBook:
    """Every system that this process has asked."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._systems: dict[str, SystemHealth] = {}

    def of(self, system: str) -> SystemHealth:
        found = self._systems.get(system)
        if found is None:
            found = self._systems[system] = SystemHealth(system, clock=self._clock)
        return found

    def every(self) -> Sequence[SystemHealth]:
        return tuple(self._systems.values())
