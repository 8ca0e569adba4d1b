"""This process tells all others how the outside systems fare for it, so that any of them can show the operator the whole."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Sequence
from datetime import timedelta

from connectors.kit.errors import ConnectorError, RateLimited
from connectors.kit.health import BUCKET_S, Spell
from hub.deps import Deps
from hub.store.process import console
from hub.store.process.console import JobBody, NowBody

EVERY_S = 10.0
LONGEST_WAIT = timedelta(minutes=15)
"""Nobody who looks is held off longer than a copy is fresh, whatever a system asks for."""
_STATES = ("closed", "half_open", "open")


def refused(deps: Deps, error: ConnectorError) -> None:
    """A read, a renewal or a sign-in ended with one of the eight."""
    deps.memory.health.of(error.system).refused(error)
    if isinstance(error, RateLimited) and error.after_s:
        deps.memory.waits[error.system] = deps.now() + min(timedelta(seconds=error.after_s), LONGEST_WAIT)


async def note_health(deps: Deps, jobs: Sequence[tuple[str, JobBody]] = ()) -> None:
    """Writes this process's figures over its former ones; nothing where nothing is known."""
    at = int(time.time())
    spells: list[tuple[str, int, Spell]] = []
    for one in deps.memory.health.every():
        if one.changed:
            one.changed = False
            spells += [(one.system, bucket, spell) for bucket, spell in one.spells.items() if bucket > at - 2 * BUCKET_S]
    nows = list(_nows(deps))
    if not (spells or nows or jobs):
        return

    def unit() -> None:
        console.note_spells(deps.memory.process, spells)
        console.note_now(deps.memory.process, nows, at=at)
        console.note_jobs(jobs, at=at)
        if jobs:
            console.remove_old(at=at)

    await deps.db.write(unit)


def _nows(deps: Deps) -> Sequence[tuple[str, NowBody]]:
    """Systems that this process has asked or can ask; one with several addresses is as bad as the worst of them."""
    return [(system, _now(deps, system)) for system in _asked(deps)]


def _asked(deps: Deps) -> Sequence[str]:
    names = [caller.system for caller in deps.callers.values()] + [one.system for one in deps.memory.health.every()]
    return list(dict.fromkeys(names))


def _now(deps: Deps, system: str) -> NowBody:
    health, callers = deps.memory.health.of(system), [caller for caller in deps.callers.values() if caller.system == system]
    return NowBody(
        state=max((caller.breaker.state for caller in callers), key=_STATES.index, default="closed"),
        busy=sum(caller.busy for caller in callers),
        parallel=max((caller.parallel for caller in callers), default=0),
        minute=health.in_the_last_minute(),
        success_at=health.last_success_at,
        failure_at=health.last_failure_at,
        drift=health.drift[0] if health.drift else "",
        drift_at=health.drift[1] if health.drift else None,
    )


async def note_steadily(deps: Deps) -> None:
    """Until the process is told to stop."""
    while not deps.stopping.is_set():
        await note_health(deps)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(EVERY_S):
                await deps.stopping.wait()
