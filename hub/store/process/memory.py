"""What one process keeps in memory: a short-lived cache, locks by key, shared calls, and counters of refusals."""

from __future__ import annotations

import asyncio
import math
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

if TYPE_CHECKING:
    from hub.store.database import Database

Item = TypeVar("Item")
Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """Values that may be up to `ttl_s` seconds old; the oldest go first when `size` is reached."""

    def __init__(self, *, ttl_s: float, size: int = 10_000, timer: Callable[[], float] = time.monotonic) -> None:
        self._ttl_s = ttl_s
        self._size = size
        self._timer = timer
        self._kept: OrderedDict[Key, tuple[float, Value]] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        found = self._kept.get(key)
        if found is None:
            return None
        if self._timer() >= found[0]:
            del self._kept[key]
            return None
        return found[1]

    def put(self, key: Key, value: Value) -> None:
        self._kept[key] = (self._timer() + self._ttl_s, value)
        self._kept.move_to_end(key)
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)

    def forget(self, matches: Callable[[Value], bool]) -> None:
        for key in [key for key, (_, value) in self._kept.items() if matches(value)]:
            del self._kept[key]

    def clear(self) -> None:
        self._kept.clear()


class Snapshots:
    """What one process read a moment ago, for as long as it writes nothing: another process's writes show after `ttl_s` seconds."""

    def __init__(self, *, ttl_s: float, size: int) -> None:
        self._kept: Recent[Hashable, tuple[int, Any]] = Recent(ttl_s=ttl_s, size=size)

    async def of(self, database: Database, key: Hashable, unit: Callable[[], Value]) -> Value:
        """The unit's answer on a snapshot that no write of ours has made old."""
        if database.kind != "sqlite":
            # Several processes serve one PostgreSQL; a family must see its own writes wherever they land.
            return await database.read(unit)
        epoch = database.epoch
        found = self._kept.get(key)
        if found is not None and found[0] == epoch:
            value: Value = found[1]
            return value
        read = await database.read(unit)
        if database.epoch == epoch:
            self._kept.put(key, (epoch, read))
        return read


class Locks:
    """One lock a key; a lock that nobody holds or awaits takes no memory."""

    def __init__(self) -> None:
        self._locks: dict[Hashable, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def of(self, key: Hashable) -> AsyncIterator[None]:
        lock, users = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks[key]
            if users == 1:
                del self._locks[key]
            else:
                self._locks[key] = (lock, users - 1)


class Flights(Generic[Key, Value]):
    """Concurrent callers of one key share one task. The task outlives a caller that gives up, so a late answer is still used.

    Nobody joins a task that has been in the air longer than `again_after_s`: it may hang though the other side is well again. A new one
    starts beside it, up to `most`; none is cut short, for it may be exchanging tokens."""

    def __init__(self, *, again_after_s: float = math.inf, most: int = 4, timer: Callable[[], float] = time.monotonic) -> None:
        self.again_after_s = again_after_s
        self._most = most
        self._timer = timer
        self._tasks: dict[Key, list[tuple[float, asyncio.Task[Value]]]] = {}

    async def join(self, key: Key, work: Callable[[], Awaitable[Value]]) -> Value:
        return await asyncio.shield(self.begin(key, work))

    def begin(self, key: Key, work: Callable[[], Awaitable[Value]]) -> asyncio.Task[Value]:
        """The task that a caller would join; for whoever does not wait for it."""
        flying = self._tasks.setdefault(key, [])
        if not flying or (self._timer() - flying[-1][0] > self.again_after_s and len(flying) < self._most):
            task = asyncio.ensure_future(_run(work))
            flying.append((self._timer(), task))
            task.add_done_callback(lambda done: self._landed(key, done))
        return flying[-1][1]

    def _landed(self, key: Key, task: asyncio.Task[Value]) -> None:
        left = [one for one in self._tasks[key] if one[1] is not task]
        if left:
            self._tasks[key] = left
        else:
            del self._tasks[key]
        if not task.cancelled():
            # Every waiter may be gone by now; asking for the error says that it was seen.
            task.exception()

    def _all(self) -> list[asyncio.Task[Value]]:
        return [task for flying in self._tasks.values() for _, task in flying]

    async def landed(self) -> None:
        """Waits for what is in the air now."""
        await asyncio.gather(*self._all(), return_exceptions=True)

    async def stop(self) -> None:
        """Ends what is still in the air, at shutdown."""
        tasks = self._all()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _run(work: Callable[[], Awaitable[Value]]) -> Value:
    return await work()


class Together(Generic[Key, Value]):
    """What several callers ask in one turn of the loop is answered in one go: one trip to a database thread, not one each."""

    def __init__(self) -> None:
        self._waiting: dict[Key, asyncio.Future[Value]] = {}

    async def of(self, key: Key, answer: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Value]]]) -> Value:
        """`answer` of whoever came first is asked for all; what it raises reaches every caller."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._set_out, answer)
        future = self._waiting.get(key)
        if future is None:
            future = self._waiting[key] = asyncio.get_running_loop().create_future()
        return await asyncio.shield(future)

    def _set_out(self, answer: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Value]]]) -> None:
        waiting, self._waiting = self._waiting, {}
        task = asyncio.ensure_future(_run(lambda: answer(tuple(waiting))))
        task.add_done_callback(lambda done: _settle(done, waiting))


def _settle(done: asyncio.Task[Mapping[Key, Value]], waiting: Mapping[Key, asyncio.Future[Value]]) -> None:
    error = asyncio.CancelledError() if done.cancelled() else done.exception()
    for key, future in waiting.items():
        if error is None:
            future.set_result(done.result()[key])
        elif isinstance(error, asyncio.CancelledError):
            future.cancel()
        else:
            future.set_exception(error)
            # Every waiter may be gone by now; asking for the error says that it was seen.
            future.exception()


class InTurns(Generic[Item, Value]):
    """Few calls at a time: what comes while they run goes with the next, at most `most` of them, so that many small writes become few.

    With `abreast` 2 the next call is there already when the one before ends, so that whoever answers never waits for us."""

    def __init__(self, *, most: int, capacity: int, abreast: int = 1) -> None:
        self._most, self._capacity, self._abreast = most, capacity, abreast
        self._waiting: deque[tuple[Item, asyncio.Future[Value]]] = deque()
        self._running: set[asyncio.Task[None]] = set()
        self._asked_at = float("-inf")

    async def of(self, item: Item, answer: Callable[[Sequence[Item]], Awaitable[Sequence[Value | BaseException]]]) -> Value:
        """What `answer` says for the item, in its place; an error there is raised here. Raises `Full` at the capacity."""
        if len(self._waiting) >= self._capacity:
            raise Full
        loop = asyncio.get_running_loop()
        self._asked_at = loop.time()
        future: asyncio.Future[Value] = loop.create_future()
        self._waiting.append((item, future))
        if len(self._running) < self._abreast:
            task = asyncio.ensure_future(self._run(answer))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return await future

    def asked_within(self, seconds: float) -> bool:
        return asyncio.get_running_loop().time() - self._asked_at < seconds

    async def _run(self, answer: Callable[[Sequence[Item]], Awaitable[Sequence[Value | BaseException]]]) -> None:
        try:
            while self._waiting:
                await self._turn(answer)
        finally:
            # At once, not by the callback alone: who has just been answered may ask again before it is called, and would wait for nobody.
            self._running.discard(cast("asyncio.Task[None]", asyncio.current_task()))

    async def _turn(self, answer: Callable[[Sequence[Item]], Awaitable[Sequence[Value | BaseException]]]) -> None:
        turn = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
        (told,) = await asyncio.gather(answer([item for item, _ in turn]), return_exceptions=True)
        outcomes: Sequence[Value | BaseException] = [told] * len(turn) if isinstance(told, BaseException) else told
        for (_, future), outcome in zip(turn, outcomes, strict=True):
            if future.cancelled():
                continue  # who asked is gone; what was asked is done all the same
            if isinstance(outcome, BaseException):
                future.set_exception(outcome)
                # Who asked may go just now; asking for the error says that it was seen.
                future.exception()
            else:
                future.set_result(outcome)


class Full(Exception):
    """Too many wait already."""


class Throttle:
    """At most `limit` events a `window_s` for each key."""

    def __init__(self, *, limit: int, window_s: float = 60.0, size: int = 10_000, timer: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self._window_s = window_s
        self._size = size
        self._timer = timer
        self._events: OrderedDict[Hashable, deque[float]] = OrderedDict()

    def note(self, key: Hashable) -> None:
        """Counts one event; only the last `limit` matter."""
        events = self._events.setdefault(key, deque(maxlen=self.limit))
        events.append(self._timer())
        self._events.move_to_end(key)
        while len(self._events) > self._size:
            self._events.popitem(last=False)

    def wait_s(self, key: Hashable) -> float:
        """Seconds until one more event is allowed; 0 when it is allowed now."""
        events = self._events.get(key)
        if events is None or len(events) < self.limit:
            return 0.0
        return max(0.0, events[0] + self._window_s - self._timer())

    def take(self, key: Hashable) -> bool:
        """Counts one event where it is allowed; False where it is not."""
        if self.wait_s(key) > 0:
            return False
        self.note(key)
        return True


class Tally(Generic[Key]):
    """Counts repeats that need not be written one by one: the first is due at once, later ones together after `every_s` seconds."""

    def __init__(self, *, every_s: float, size: int = 10_000, timer: Callable[[], float] = time.monotonic) -> None:
        self._every_s = every_s
        self._size = size
        self._timer = timer
        self._kept: OrderedDict[Key, tuple[float, int]] = OrderedDict()

    def due(self, key: Key) -> int:
        """How many are to be written now, this one included; 0 while it may wait."""
        now = self._timer()
        written_at, waiting = self._kept.get(key, (None, 0))
        if written_at is not None and now - written_at < self._every_s:
            self._kept[key] = (written_at, waiting + 1)
            return 0
        self._kept[key] = (now, 0)
        self._kept.move_to_end(key)
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return waiting + 1

    def drain(self) -> list[tuple[Key, int]]:
        """What still waits, at shutdown."""
        waiting = [(key, count) for key, (_, count) in self._kept.items() if count]
        self._kept.clear()
        return waiting
