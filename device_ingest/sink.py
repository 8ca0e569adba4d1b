"""Where proved messages go: one shape for the database and for a buffer in front of it (RULES E1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from device_ingest.store.appending import Message, Outcome


class BufferBusy(Exception):
    """The buffer did not promise to keep the message; the device sends it again after `retry_after_s`."""

    def __init__(self, detail: str, *, retry_after_s: int = 2) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class EventSink(Protocol):
    """Takes one proved message; what it answers is durable."""

    async def put(self, report: Message) -> Outcome: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One event out of the buffer. `report` is None where nobody can read it; `receipt` is the buffer's own."""

    report: Message | None
    raw: bytes
    receipt: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """`waiting` were not handed out yet, `handed_out` were and are not stored; `size` is what both take on disk, in bytes."""

    waiting: int
    handed_out: int
    size: int


class EventBuffer(EventSink, Protocol):
    """Keeps what it was given until somebody has stored it: an event is handed out again unless `kept` is said of it."""

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    async def take(self, most: int, *, wait_s: float) -> Sequence[Taken]: ...

    async def kept(self, taken: Sequence[Taken]) -> None: ...

    async def again(self, taken: Sequence[Taken], *, after_s: float) -> None: ...

    async def backlog(self) -> Backlog | None: ...

    def trouble(self) -> str: ...
