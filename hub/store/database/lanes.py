"""Threads that take units of work from a bounded queue; each thread has its own connection."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import Any

from hub.store.database.errors import Closed, Overloaded


@dataclass(slots=True, kw_only=True, eq=False)
class Job:
    """A unit of work, the context of whoever asked, and where its answer goes. A unit may run more than once (`attempt`)."""

    unit: Callable[[], Any]
    context: Context = field(default_factory=copy_context)
    future: Future[Any] = field(default_factory=Future)
    value: Any = None
    error: BaseException | None = None

    def attempt(self) -> None:
        """Runs the unit and lets its error out."""
        self.value = self.context.run(self.unit)

    def settle(self) -> None:
        """Answers whoever waits; called when the outcome is durable."""
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.value)


Work = Callable[[Job, "Lane"], None]


class Lane:
    """`threads` workers behind a queue of at most `capacity` jobs. `work(job, lane)` does one job and may `take` more; `leave` closes."""

    def __init__(self, name: str, *, threads: int, capacity: int, work: Work, leave: Callable[[], None]) -> None:
        self._jobs: deque[Job] = deque()
        self._changed = threading.Condition()
        self._capacity = capacity
        self._closing = False
        self._work = work
        self._leave = leave
        self._threads = [threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True) for number in range(threads)]
        self._started = False

    @property
    def waiting(self) -> int:
        return len(self._jobs)

    def submit(self, unit: Callable[[], Any]) -> Future[Any]:
        """Queues the unit. Raises `Overloaded` when the queue is full and `Closed` after `close`."""
        if threading.current_thread() in self._threads:
            raise RuntimeError("a unit of work must not wait for another unit")
        job = Job(unit=unit)
        with self._changed:
            if self._closing:
                raise Closed("the database is closing")
            if len(self._jobs) >= self._capacity:
                raise Overloaded(f"{self._capacity} units are waiting")
            if not self._started:
                self._started = True
                for thread in self._threads:
                    thread.start()
            self._jobs.append(job)
            self._changed.notify()
        return job.future

    def take(self) -> Job | None:
        """The next job that somebody still waits for, or None when the queue is empty."""
        with self._changed:
            while self._jobs:
                job = self._jobs.popleft()
                if job.future.set_running_or_notify_cancel():
                    return job
        return None

    def close(self) -> None:
        """Takes no new job, does the queued ones, ends the threads."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._jobs and not self._closing:
                    self._changed.wait()
                if not self._jobs:
                    break
            if job := self.take():
                self._work(job, self)
        self._leave()
