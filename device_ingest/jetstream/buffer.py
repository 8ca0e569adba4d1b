"""The connection to NATS with its two streams: events on their way to the database, and spent signatures."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import APIError, NotFoundError

from device_ingest.errors import Distrust, Untrusted
from device_ingest.jetstream import wire
from device_ingest.jetstream.publishing import Publisher
from device_ingest.jetstream.pulling import Puller
from device_ingest.model import Told, Verdict
from device_ingest.sink import Backlog, BufferBusy, Taken
from device_ingest.store.appending import CONFLICT, NONCE_KEPT, Message, Outcome, Ready

log = logging.getLogger("hub.nats")

EVENTS, NONCES, STORING = "SCHOOLHUB_EVENTS", "SCHOOLHUB_NONCES", "store"
EVENT, NONCE = "schoolhub.events", "schoolhub.nonces"
WITHIN_S = 5.0
ASKED_WITHIN_S = 2.0
AGAIN_S = 0.5
MOST_BYTES = 1024**3
REPEATS_SEEN_S = 600.0
ACK_WAIT_S = 10.0
HANDED_OUT = 4096
SERVER_IS_ALONE = 10074
"""JetStream's code for more than one replica outside a cluster."""


class JetStream:
    """`put` is the ingest's side, `take` the worker's; both wait for nobody while the servers are away."""

    def __init__(self, servers: Sequence[str], *, replicas: int) -> None:
        self._servers, self._replicas = list(servers), replicas
        self._client = Client()
        self._publisher = Publisher(self._client)
        self._puller = Puller(self._client, EVENTS, STORING)
        self._starting: asyncio.Task[None] | None = None
        self._trouble = "NATS ещё не ответил"
        self._made = False

    async def start(self) -> None:
        """Does not wait for the servers: the hub starts without them and is not ready."""
        self._starting = asyncio.create_task(self._begin(), name="nats")

    async def close(self) -> None:
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        if self._made and self._client.is_connected:
            await self._nak(self._puller.left(), after_s=0)
            with contextlib.suppress(Error):
                await self._client.flush()
        await self._client.close()

    def trouble(self) -> str:
        """Empty when events are taken."""
        if self._made and not self._client.is_connected:
            return "нет связи с NATS"
        return self._trouble

    async def put(self, report: Message) -> Outcome:
        """As the database would tell, but for what only the database knows: such an event is `stored` here and judged by a worker."""
        if trouble := self.trouble():
            raise BufferBusy(trouble)
        if report.proof.nonce is not None:
            key = wire.nonce_key(report.sender.id, report.proof.nonce)
            if (await self._publisher.publish(NONCE, [(key, b"")], within_s=WITHIN_S))[0]:
                return Untrusted(Distrust.REPLAY, server_time=report.received_at)
        fresh = list(wire.ready(report))
        repeats = await self._publisher.publish(EVENT, [wire.written(report, one) for one in fresh], within_s=WITHIN_S)
        return _told(report, dict(zip(map(id, fresh), repeats, strict=True)))

    async def take(self, most: int, *, wait_s: float) -> Sequence[Taken]:
        if not self._made:
            await asyncio.sleep(wait_s)
            return ()
        try:
            found = await self._puller.take(most, wait_s=wait_s)
        except Error:
            await asyncio.sleep(wait_s)
            return ()
        return [Taken(report=wire.read(one.data), raw=one.data, receipt=one) for one in found]

    async def kept(self, taken: Sequence[Taken]) -> None:
        """An acknowledgement that is lost costs a repeat, which the database knows."""
        with contextlib.suppress(Error):
            for one in taken:
                await one.receipt.ack()

    async def again(self, taken: Sequence[Taken], *, after_s: float) -> None:
        await self._nak([one.receipt for one in taken], after_s=after_s)

    async def backlog(self) -> Backlog | None:
        if self.trouble():
            return None
        try:
            stream = (await self._js.stream_info(EVENTS)).state
            consumer = await self._js.consumer_info(EVENTS, STORING)
        except (Error, TimeoutError):
            return None
        return Backlog(waiting=consumer.num_pending or 0, handed_out=consumer.num_ack_pending or 0, size=stream.bytes)

    @property
    def _js(self) -> JetStreamContext:
        return self._client.jetstream(timeout=ASKED_WITHIN_S)

    async def _begin(self) -> None:
        await self._client.connect(
            self._servers,
            name="school-hub",
            connect_timeout=2,
            max_reconnect_attempts=-1,
            reconnect_time_wait=1,
            ping_interval=5,
            max_outstanding_pings=2,
            error_cb=_note,
            disconnected_cb=_gone,
            reconnected_cb=self._back,
        )
        await self._publisher.start()
        await self._puller.start()
        while not self._made:
            try:
                await self._make()
            except (Error, TimeoutError) as error:
                self._trouble = "NATS не создаёт очередь событий"
                log.warning("the streams are not made yet: %s", type(error).__name__)
                await asyncio.sleep(AGAIN_S)
            else:
                self._made, self._trouble = True, ""

    async def _make(self) -> None:
        """What is there already stays as the operator has set it."""
        events = StreamConfig(
            name=EVENTS,
            subjects=[EVENT],
            retention=RetentionPolicy.WORK_QUEUE,
            storage=StorageType.FILE,
            discard=DiscardPolicy.NEW,
            max_bytes=MOST_BYTES,
            num_replicas=self._replicas,
            duplicate_window=REPEATS_SEEN_S,
        )
        kept_s = NONCE_KEPT.total_seconds()
        nonces = StreamConfig(
            name=NONCES,
            subjects=[NONCE],
            storage=StorageType.FILE,
            max_age=kept_s,
            num_replicas=self._replicas,
            duplicate_window=kept_s,
        )
        for wanted in (events, nonces):
            try:
                await self._js.stream_info(str(wanted.name))
            except NotFoundError:
                await self._add(wanted)
        consumer = ConsumerConfig(durable_name=STORING, ack_wait=ACK_WAIT_S, max_ack_pending=HANDED_OUT, max_deliver=-1)
        try:
            await self._js.consumer_info(EVENTS, STORING)
        except NotFoundError:
            await self._js.add_consumer(EVENTS, consumer)

    async def _add(self, wanted: StreamConfig) -> None:
        try:
            await self._js.add_stream(wanted)
        except APIError as error:
            if error.err_code != SERVER_IS_ALONE:
                raise
            await self._js.add_stream(wanted, num_replicas=1)

    async def _back(self) -> None:
        self._puller.ask_anew()
        log.info("connected to NATS again")

    async def _nak(self, messages: Sequence[Msg], *, after_s: float) -> None:
        with contextlib.suppress(Error):
            for one in messages:
                await one.nak(delay=after_s or None)


async def _note(error: Exception) -> None:
    """Each try of a second; the client goes on by itself. An address in its words may hold a password."""
    log.debug("NATS: %s", type(error).__name__)


async def _gone() -> None:
    log.warning("the connection to NATS is gone")


def _told(report: Message, repeats: dict[int, bool]) -> list[Told]:
    told: list[Told] = []
    hashes: dict[str, bytes] = {}
    for one in report.said:
        if not isinstance(one, Ready):
            told.append(Told(one.index, one.id, Verdict.REJECTED, one.reason))
            continue
        event = one.event
        before = hashes.setdefault(event.id, event.hash)
        if before != event.hash:
            told.append(Told(event.index, event.id, Verdict.CONFLICT, CONFLICT))
        elif repeats[id(one)]:
            told.append(Told(event.index, event.id, Verdict.DUPLICATE, None))
        else:
            told.append(Told(event.index, event.id, Verdict.STORED if one.doubt is None else Verdict.QUARANTINED, one.doubt))
    return told
