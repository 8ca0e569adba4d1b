"""Many messages at once into one stream, each acknowledged when the servers hold it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error

from device_ingest.sink import BufferBusy

MOST_IN_FLIGHT = 20_000
_ID = "Nats-Msg-Id"


class _Answer(msgspec.Struct):
    """JetStream's own: an acknowledgement, or why there is none."""

    seq: int = 0
    duplicate: bool = False
    error: dict[str, int | str] | None = None


_answer = msgspec.json.Decoder(_Answer).decode


class Publisher:
    """One inbox for every acknowledgement; the client's own requests cost three times as much and swallow refusals."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._inbox = client.new_inbox()
        self._numbers = itertools.count()
        self._waiting: dict[str, asyncio.Future[_Answer]] = {}

    async def start(self) -> None:
        await self._client.subscribe(f"{self._inbox}.*", cb=self._told)

    async def publish(self, subject: str, items: Sequence[tuple[str, bytes]], *, within_s: float) -> list[bool]:
        """For each item whether the stream had it already. Raises `BufferBusy` unless every one is held."""
        if len(self._waiting) + len(items) > MOST_IN_FLIGHT:
            raise BufferBusy("too many events wait for the servers' word", retry_after_s=1)
        names = [f"{self._inbox}.{next(self._numbers)}" for _ in items]
        loop = asyncio.get_running_loop()
        futures = [self._waiting.setdefault(name, loop.create_future()) for name in names]
        try:
            async with asyncio.timeout(within_s):
                for name, (key, body) in zip(names, items, strict=True):
                    await self._client.publish(subject, body, reply=name, headers={_ID: key})
                answers = await asyncio.gather(*futures)
        except (Error, TimeoutError) as error:
            raise BufferBusy("the servers did not promise to keep the events") from error
        finally:
            for name in names:
                del self._waiting[name]
        return [one.duplicate for one in answers]

    async def _told(self, message: Msg) -> None:
        future = self._waiting.get(message.subject)
        if future is None or future.done():
            return
        try:
            # No body at all: nobody leads the stream at this moment.
            answer = _answer(message.data) if message.data else _Answer()
        except msgspec.MsgspecError:
            answer = _Answer()
        if answer.seq:
            future.set_result(answer)
        else:
            words = answer.error or {}
            future.set_exception(BufferBusy(str(words.get("description", "nobody leads the stream"))))
