"""A reader of the events' log that meets a row it cannot digest keeps it aside where people see it, and goes on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from device_ingest.store import Kept, troubles
from hub.deps import Deps
from hub.store.database.errors import own_fault

log = logging.getLogger("hub.events")

MOST, WITHIN = 20, timedelta(days=1)
"""More rows than these are no odd ones: the fault is ours, nothing is passed over and the job stands in the console as failing."""


async def read_on(deps: Deps, reader: str, *, step: Callable[[int], bool], skip: Callable[[], Kept | None], limit: int) -> bool:
    """`step(limit)` digests the next rows and moves on, in one unit, and says whether more waits; where it fails the same rows are taken
    one by one, a unit each. `skip()` moves on past one row and returns it, or none where no row is to blame."""
    answer = await _tried(deps, partial(step, limit))
    if not isinstance(answer, Exception):
        return answer
    for _ in range(limit):
        one = await _tried(deps, partial(step, 1))
        if isinstance(one, Exception):
            await _set_aside(deps, reader, skip, one)
        elif not one:
            return False
    return True


async def _tried(deps: Deps, unit: Callable[[], bool]) -> bool | Exception:
    """The error, where a row may be to blame for it; what the database says of itself is raised."""
    (answer,) = await asyncio.gather(deps.db.write(unit), return_exceptions=True)
    if isinstance(answer, Exception) and own_fault(answer):
        return answer
    if isinstance(answer, BaseException):
        raise answer
    return answer


async def _set_aside(deps: Deps, reader: str, skip: Callable[[], Kept | None], error: Exception) -> None:
    now = deps.now()

    def unit() -> int | None:
        row = None if troubles.unread_since(now - WITHIN) >= MOST else skip()
        if row is None:
            return None
        troubles.leave_unread(row.device, row.school, row.seq, at=row.at, now=now)
        return row.seq

    seq = await deps.db.write(unit)
    if seq is None:
        raise error
    log.error("%s cannot digest event %d (%s): kept aside", reader, seq, type(error).__name__)
