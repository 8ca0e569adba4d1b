"""A durable consumer's messages as they come: asked for ahead, handed over without waiting for more."""

from __future__ import annotations

import asyncio
import time

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg

ASKED_FOR_S = 5.0
_SLACK_S = 1.0


class Puller:
    """The library's `fetch` waits until its batch is full or its time is over: a lone event would come a second late."""

    def __init__(self, client: Client, stream: str, consumer: str) -> None:
        self._client = client
        self._next = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}"
        self._inbox = client.new_inbox()
        self._queue: asyncio.Queue[Msg] = asyncio.Queue()
        self._credit, self._asked_at = 0, 0.0

    async def start(self) -> None:
        await self._client.subscribe(self._inbox, cb=self._came)

    def ask_anew(self) -> None:
        """The server that was asked is gone."""
        self._credit = 0

    async def take(self, most: int, *, wait_s: float) -> list[Msg]:
        """What is there, or the first that comes within `wait_s` with those beside it."""
        if self._queue.empty():
            await self._ask(most)
        try:
            async with asyncio.timeout(wait_s):
                found = [await self._queue.get()]
        except TimeoutError:
            return []
        while len(found) < most and not self._queue.empty():
            found.append(self._queue.get_nowait())
        return found

    def left(self) -> list[Msg]:
        """Those that were handed to us and to nobody here."""
        return [self._queue.get_nowait() for _ in range(self._queue.qsize())]

    async def _ask(self, most: int) -> None:
        now = time.monotonic()
        if self._credit > 0 and now < self._asked_at + ASKED_FOR_S + _SLACK_S:
            return
        self._credit, self._asked_at = most, now
        await self._client.publish(self._next, msgspec.json.encode({"batch": most, "expires": int(ASKED_FOR_S * 1e9)}), reply=self._inbox)

    async def _came(self, message: Msg) -> None:
        if message.headers and "Status" in message.headers:
            self._credit = 0
            return
        self._credit -= 1
        self._queue.put_nowait(message)
