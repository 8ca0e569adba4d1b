"""The two engines behind one `put`: the database itself, and a buffer in front of it that workers empty (RULES E1)."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial

import prometheus_client

from device_ingest.errors import Untrusted
from device_ingest.model import Told, Verdict
from device_ingest.sink import BufferBusy, EventSink
from device_ingest.store import Message, Outcome, append, parted
from hub.deps import Deps
from hub.store.database import Overloaded, StorageError
from hub.store.process.memory import Full

SMALL, A_PART = 50, 50
LIVE_S = 1.0
"""So long after a small message others are expected."""
LONGEST_REST_S = 0.02
"""Between two parts; a disk that stood still is not waited for twice."""


def sink_of(deps: Deps) -> EventSink:
    return _Database(deps) if deps.buffer is None else _Buffered(deps.buffer)


@dataclass(frozen=True, slots=True)
class _Database:
    """Messages of one moment share a commit. While single events come, a device's backlog goes in parts between them."""

    deps: Deps

    async def put(self, report: Message) -> Outcome:
        """Raises `Overloaded`."""
        memory = self.deps.memory
        small = len(report.said) <= SMALL
        if not small and memory.reports.asked_within(LIVE_S):
            return await self._in_parts(report)
        turns = memory.reports if small else memory.batches
        try:
            outcome: Outcome = await turns.of(report, partial(written, self.deps))
        except Full as error:
            raise Overloaded("devices report faster than the database writes") from error
        return outcome

    async def _in_parts(self, report: Message) -> Outcome:
        told: list[Told] = []
        for part in parted(report, A_PART):
            async with self.deps.memory.one_part:
                outcome = await self._part(part)
            if isinstance(outcome, Untrusted):
                return outcome
            told += outcome
        return told

    async def _part(self, part: Message) -> Outcome:
        """As long as it took the writer is left to others: a part that waits already would go into the commit of whoever comes first."""
        started = time.monotonic()
        (outcome,) = await self.deps.db.write(partial(append, [part]))
        if self.deps.memory.reports.asked_within(LIVE_S):
            await rest(min(time.monotonic() - started, LONGEST_REST_S))
        return outcome


async def rest(seconds: float) -> None:
    await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class _Buffered:
    """Nothing was promised: the device sends it again, and what the buffer holds already is a duplicate then."""

    inner: EventSink

    async def put(self, report: Message) -> Outcome:
        """Raises `Overloaded`."""
        try:
            return await self.inner.put(report)
        except BufferBusy as error:
            raise Overloaded(str(error), retry_after_s=error.retry_after_s) from error


async def written(deps: Deps, reports: Sequence[Message]) -> Sequence[Outcome | BaseException]:
    """All of them in one commit; where that fails each alone, so that nobody pays for another's fault."""
    (told,) = await asyncio.gather(deps.db.write(partial(append, reports)), return_exceptions=True)
    if not isinstance(told, BaseException):
        return told
    if len(reports) == 1 or isinstance(told, StorageError):
        return [told] * len(reports)
    alone = await asyncio.gather(*(deps.db.write(partial(append, [one])) for one in reports), return_exceptions=True)
    return [one if isinstance(one, BaseException) else one[0] for one in alone]


def count(counter: prometheus_client.Counter, told: Sequence[Told]) -> None:
    if len(told) == 1:
        _counted(counter, told[0].verdict).inc()
        return
    for verdict, events in Counter([one.verdict for one in told]).items():
        _counted(counter, verdict).inc(events)


@cache
def _counted(counter: prometheus_client.Counter, verdict: Verdict) -> prometheus_client.Counter:
    return counter.labels(verdict.value)
