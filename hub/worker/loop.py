"""The steady loop: due jobs in bounded batches, under a lease in the database, so that any number of processes is safe."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hub.store import lease
from hub.store.database import Database
from hub.telemetry import JOB_RUNS

log = logging.getLogger("hub.worker")

LEASE = "worker"
LEASE_LIFE = timedelta(seconds=20)
RENEW_S = 6.0
TICK_S = 1.0
PAUSE_AFTER_ERROR_S = 10.0


@dataclass(slots=True, kw_only=True)
class Job:
    """`batch` does a bounded piece of work and says whether more is waiting."""

    name: str
    every_s: float
    batch: Callable[[], Awaitable[bool]]
    due_at: float = 0.0


def _holder() -> str:
    return f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(4)}"


@dataclass(slots=True, kw_only=True)
class Worker:
    """One a process; only the one that holds the lease works."""

    db: Database
    jobs: Sequence[Job]
    stopping: asyncio.Event
    holder: str = field(default_factory=_holder)
    _held_at: float = float("-inf")

    async def run(self) -> None:
        """Until `stopping` is set; the batch under way is finished and the lease given back."""
        while not self.stopping.is_set():
            await self.round()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK_S):
                    await self.stopping.wait()
        await self._attempt("lease", self._give_back)

    async def round(self) -> None:
        """Every due job, as long as the lease is ours."""
        for job in self.jobs:
            while job.due_at <= time.monotonic() and not self.stopping.is_set():
                if not await self._attempt("lease", self._hold):
                    return
                more = await self._attempt(job.name, job.batch)
                if not more:
                    job.due_at = time.monotonic() + (job.every_s if more is not None else max(job.every_s, PAUSE_AFTER_ERROR_S))

    async def _hold(self) -> bool:
        now = time.monotonic()
        if now - self._held_at < RENEW_S:
            return True
        held = await self.db.write(lambda: lease.hold(LEASE, self.holder, now=datetime.now(UTC), life=LEASE_LIFE))
        self._held_at = now if held else float("-inf")
        return held

    async def _give_back(self) -> bool:
        await self.db.write(lambda: lease.give_back(LEASE, self.holder))
        return True

    async def _attempt(self, name: str, work: Callable[[], Awaitable[bool]]) -> bool | None:
        """The work's answer, or None after an error, which is logged: one broken job must not stop the others."""
        (answer,) = await asyncio.gather(work(), return_exceptions=True)
        JOB_RUNS.labels(name, "error" if isinstance(answer, BaseException) else "ok").inc()
        if isinstance(answer, BaseException):
            log.error("job %s failed", name, exc_info=answer)
            return None
        return answer
