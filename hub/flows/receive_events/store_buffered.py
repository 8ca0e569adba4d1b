"""The worker's half of the buffered ingest: events come out, are stored once, and are let go after the commit (RULES E1, E2)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial

from device_ingest.sink import EventBuffer, Taken
from device_ingest.store import UNSTORABLE, set_aside
from hub.deps import Deps
from hub.flows.receive_events.sinks import count, written
from hub.telemetry import BUFFERED

log = logging.getLogger("hub.ingest")

BATCH = 500
WAIT_S = 0.5
AGAIN_S = 1.0


async def store_buffered(deps: Deps) -> None:
    """Until the process is told to stop. Any number of workers do it at once: each event is handed to one of them."""
    buffer = deps.buffer
    while buffer is not None and not deps.stopping.is_set():
        await store_batch(deps, buffer)


async def store_batch(deps: Deps, buffer: EventBuffer) -> int:
    """How many came out. What the database does not take now comes again; what it will never take is kept aside with its bytes."""
    taken = await buffer.take(BATCH, wait_s=WAIT_S)
    read = [(one, one.report) for one in taken if one.report is not None]
    outcomes = await written(deps, [report for _, report in read]) if read else ()
    kept, again, never = [], [], [one for one in taken if one.report is None]
    for (one, _), outcome in zip(read, outcomes, strict=True):
        if not isinstance(outcome, BaseException):
            kept.append(one)
        elif isinstance(outcome, UNSTORABLE):
            never.append(one)
        else:
            again.append(one)
    count(BUFFERED, [told for outcome in outcomes if isinstance(outcome, list) for told in outcome])
    await buffer.kept(kept)
    if again:
        log.error("%d events wait for the database", len(again), exc_info=next(one for one in outcomes if isinstance(one, BaseException)))
        await buffer.again(again, after_s=AGAIN_S)
    await _set_aside(deps, buffer, never)
    return len(taken)


async def _set_aside(deps: Deps, buffer: EventBuffer, taken: Sequence[Taken]) -> None:
    if not taken:
        return
    log.error("%d events of the buffer cannot be stored and are kept aside", len(taken))
    now = deps.now()
    await deps.db.write(partial(set_aside, [one.raw for one in taken], now=now))
    await buffer.kept(taken)
