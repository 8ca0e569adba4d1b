"""Notices to shops: kept, sent in their order, sent again when time has come, repeated or spoilt when asked."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.outbound import Answered, NotLoopback, Outbound, Unanswered

KEPT: Final = 1000
SETTLE_S: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One request of the acquirer to a shop; `url` None goes nowhere."""

    url: str | None
    method: str = "POST"
    query: Mapping[str, str] | None = None
    form: Mapping[str, str] | None = None
    content: bytes | None = None
    headers: Mapping[str, str] | None = None


@dataclass(slots=True, kw_only=True)
class Notice:
    """`answers` are the statuses that came back, None where there was no answer; `due` is the next try."""

    order: str
    event: str
    at: datetime
    message: Message
    answers: list[int | None] = field(default_factory=list)
    received: bool = False
    due: datetime | None = None

    def shown(self) -> dict[str, Any]:
        return {
            "order": self.order,
            "event": self.event,
            "at": self.at.isoformat(),
            "url": self.message.url,
            "answers": self.answers,
            "received": self.received,
        }


class Notices:
    """`waits` between tries; `accepted` tells whether a shop's answer ends them."""

    def __init__(
        self,
        outbound: Outbound,
        now: Callable[[], datetime],
        *,
        waits: Sequence[timedelta],
        accepted: Callable[[Answered], bool] = lambda found: found.status == 200,
    ) -> None:
        self._outbound = outbound
        self._now = now
        self._waits = tuple(waits)
        self._accepted = accepted
        self._queue: deque[Notice] = deque()
        self._sender: asyncio.Task[None] | None = None
        self._late: set[asyncio.Task[None]] = set()
        self.all: deque[Notice] = deque(maxlen=KEPT)

    def reset(self) -> None:
        for task in (self._sender, *self._late):
            if task is not None and not task.get_loop().is_closed():
                task.cancel()
        self._sender = None
        self._late.clear()
        self._queue.clear()
        self.all.clear()

    def put(self, notice: Notice, delay_s: float = 0.0) -> None:
        self.all.append(notice)
        if delay_s > 0:
            task = asyncio.get_running_loop().create_task(self._later(notice, delay_s))
            self._late.add(task)
            task.add_done_callback(self._late.discard)
        else:
            self._enqueue(notice)

    def retry(self) -> None:
        """Whatever was not received and whose time has come; called before each answer."""
        now = self._now()
        for notice in list(self.all):
            if notice.due is not None and now >= notice.due and not notice.received:
                notice.due = None
                self._enqueue(notice)

    async def settled(self, within_s: float = SETTLE_S) -> None:
        """Waits for what is under way, but not for ever: a shop may be slow."""
        if self._sender is not None and not self._sender.done():
            await asyncio.wait({self._sender}, timeout=within_s)

    def _enqueue(self, notice: Notice) -> None:
        if notice.message.url is None:
            return
        self._queue.append(notice)
        if self._sender is None or self._sender.done():
            self._sender = asyncio.get_running_loop().create_task(self._send_queued())

    async def _later(self, notice: Notice, delay_s: float) -> None:
        await asyncio.sleep(delay_s)
        self._enqueue(notice)

    async def _send_queued(self) -> None:
        while self._queue:
            await self._send(self._queue.popleft())

    async def _send(self, notice: Notice) -> None:
        message = notice.message
        try:
            found = await self._outbound.send(
                message.method, str(message.url), query=message.query, form=message.form, content=message.content, headers=message.headers
            )
        except (NotLoopback, Unanswered):
            notice.answers.append(None)
        else:
            notice.answers.append(found.status)
            notice.received = notice.received or self._accepted(found)
        tried = len(notice.answers)
        if not notice.received and tried <= len(self._waits):
            notice.due = self._now() + self._waits[tried - 1]
