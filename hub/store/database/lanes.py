"""Threads that take units of work from a bounded queue; each thread has its own connection."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import Context, copy_context
from queue import Empty, SimpleQueue
from typing import Any

from hub.store.database.errors import Closed, Overloaded

Work = Callable[["Job", "Lane"], None]


class Job(ABC):
    """A unit of work, the context of whoever asked, and where its answer goes. A unit may run more than once (`attempt`)."""

    __slots__ = ("_context", "_unit", "error", "started", "value")

    def __init__(self, unit: Callable[[], Any]) -> None:
        self._unit = unit
        self._context: Context = copy_context()
        self.value: Any = None
        self.error: BaseException | None = None
        self.started = False

    def attempt(self) -> None:
        """Runs the unit and lets its error out."""
        self.started = True
        self.value = self._context.run(self._unit)

    @abstractmethod
    def wanted(self) -> bool:
        """False when nobody waits any more; the job is then left undone."""

    @abstractmethod
    def settle(self) -> None:
        """Answers whoever waits; called when the outcome is durable."""


class AwaitedJob(Job):
    """Somebody awaits it on an event loop."""

    __slots__ = ("_loop", "future")

    def __init__(self, unit: Callable[[], Any]) -> None:
        super().__init__(unit)
        self._loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = self._loop.create_future()

    def wanted(self) -> bool:
        return not self.future.cancelled()

    def settle(self) -> None:
        # A loop that is closed has nobody who waits, and the thread must live on.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._answer)

    def _answer(self) -> None:
        if self.future.cancelled():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.value)


class BlockingJob(Job):
    """A command or a test waits for it in its own thread."""

    __slots__ = ("future",)

    def __init__(self, unit: Callable[[], Any]) -> None:
        super().__init__(unit)
        self.future: Future[Any] = Future()

    def wanted(self) -> bool:
        return self.future.set_running_or_notify_cancel()

    def settle(self) -> None:
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.value)


class Lane:
    """`threads` workers behind a queue of at most `capacity` jobs. `work(job, lane)` does one job and may `take` more; `leave` closes."""

    def __init__(self, name: str, *, threads: int, capacity: int, work: Work, leave: Callable[[], None]) -> None:
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._capacity = capacity
        self._work = work
        self._leave = leave
        self._gate = threading.Lock()
        self._closing = False
        self._started = False
        self._threads = [threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True) for number in range(threads)]

    @property
    def waiting(self) -> int:
        return self._queue.qsize()

    def submit(self, job: Job) -> None:
        """Queues the job. Raises `Overloaded` when the queue is full and `Closed` after `close`."""
        if threading.current_thread() in self._threads:
            raise RuntimeError("a unit of work must not wait for another unit")
        with self._gate:
            if self._closing:
                raise Closed("the database is closing")
            if self._queue.qsize() >= self._capacity:
                raise Overloaded(f"{self._capacity} units are waiting")
            if not self._started:
                self._started = True
                for thread in self._threads:
                    thread.start()
            self._queue.put(job)

    def take(self) -> Job | None:
        """The next job that somebody still waits for, or None when the queue is empty."""
        while True:
            try:
                job = self._queue.get_nowait()
            except Empty:
                return None
            if job is None:
                self._queue.put(None)  # the end is for the thread's own loop to see
                return None
            if job.wanted():
                return job

    def close(self) -> None:
        """Takes no new job, does the queued ones, ends the threads."""
        with self._gate:
            if not self._closing:
                self._closing = True
                for _ in self._threads:
                    self._queue.put(None)
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def _run(self) -> None:
        while (job := self._queue.get()) is not None:
            if job.wanted():
                self._work(job, self)
        self._leave()
