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

from hub.store.database import Database
from hub.store.process import lease
from hub.store.process.console import JobBody
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
    last: JobBody | None = None
    """How the last batch went, for the operator's console."""


def _holder() -> str:
    return f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(4)}"


@dataclass(slots=True, kw_only=True)
class Worker:
    """One a process; only the one that holds the lease does the jobs. `beside` runs in every process, without end."""

    db: Database
    jobs: Sequence[Job]
    stopping: asyncio.Event
    beside: Sequence[tuple[str, Callable[[], Awaitable[None]]]] = ()
    holder: str = field(default_factory=_holder)
    _held_at: float = float("-inf")

    async def run(self) -> None:
        """Until `stopping` is set; the batch under way is finished and the lease given back."""
        tasks = [asyncio.create_task(self._steadily(name, work), name=name) for name, work in self.beside]
        while not self.stopping.is_set():
            await self.round()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK_S):
                    await self.stopping.wait()
        await self._attempt("lease", self._give_back)
        await asyncio.gather(*tasks)

    async def _steadily(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Begins anew after an error, a little later."""

        async def whole() -> bool:
            await work()
            return True

        while not self.stopping.is_set() and await self._attempt(name, whole) is None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PAUSE_AFTER_ERROR_S):
                    await self.stopping.wait()

    async def round(self) -> None:
        """Every due job, as long as the lease is ours."""
        for job in self.jobs:
            while job.due_at <= time.monotonic() and not self.stopping.is_set():
                if not await self._attempt("lease", self._hold):
                    return
                more = await self._timed(job)
                if not more:
                    job.due_at = time.monotonic() + (job.every_s if more is not None else max(job.every_s, PAUSE_AFTER_ERROR_S))

    async def _timed(self, job: Job) -> bool | None:
        started, late_s = time.monotonic(), max(0.0, time.monotonic() - job.due_at) if job.due_at else 0.0
        answer, error = await self._tried(job.name, job.batch)
        before = job.last or JobBody(every_s=job.every_s, ran_at=0.0, took_s=0.0)
        job.last = JobBody(
            every_s=job.every_s,
            ran_at=time.time(),
            took_s=time.monotonic() - started,
            late_s=late_s,
            ok=not error,
            error=error or before.error,
            more=bool(answer),
            runs=before.runs + 1,
            failures=before.failures + bool(error),
        )
        return answer

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
        return (await self._tried(name, work))[0]

    async def _tried(self, name: str, work: Callable[[], Awaitable[bool]]) -> tuple[bool | None, str]:
        """The work's answer, or None and the error's class, which is logged: one broken job must not stop the others."""
        (answer,) = await asyncio.gather(work(), return_exceptions=True)
        JOB_RUNS.labels(name, "error" if isinstance(answer, BaseException) else "ok").inc()
        if isinstance(answer, BaseException):
            log.error("job %s failed", name, exc_info=answer)
            return None, type(answer).__name__
        return answer, ""
