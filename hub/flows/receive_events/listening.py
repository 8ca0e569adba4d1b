"""The hub listens to an MQTT broker: what comes is acknowledged after the commit, in the order in which it came (RULES E1).

One process at a time listens, under a lease, and always under the same name at the broker: whoever takes over finds what the former
left unacknowledged. While nobody listens the broker keeps the session, so nothing is lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256

import msgspec

from device_ingest.broker import Address, BrokerGone, Line, address_of, connected
from device_ingest.errors import IngestError, Untrusted
from device_ingest.model import Told
from device_ingest.shims.mqtt import Parcel, may_answer
from hub.deps import Deps
from hub.flows.receive_events.mqtt import receive_parcel
from hub.store.database import StorageError
from hub.store.process import console, lease
from hub.store.process.console import JobBody

log = logging.getLogger("hub.devices")
NAME = "mqtt_listened"
LEASE_LIFE, RENEW_S = timedelta(seconds=20), 6.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
_encode = msgspec.json.Encoder().encode


async def listen(deps: Deps) -> None:
    """Until the process is told to stop; nothing to do where no broker is named."""
    if not deps.settings.mqtt_url:
        return
    listener = _Listener(deps, _address(deps))
    try:
        while not deps.stopping.is_set():
            await _until(deps, listener.turn())
            await _until(deps, asyncio.sleep(listener.pause_s))
    finally:
        with contextlib.suppress(StorageError):
            await deps.db.write(partial(lease.give_back, NAME, deps.memory.process))


def _address(deps: Deps) -> Address:
    """Our name at the broker is made of our own address: two hubs at one broker do not take each other's place."""
    return address_of(deps.settings.mqtt_url.reveal(), client=f"schoolhub-{sha256(deps.settings.public_url.encode()).hexdigest()[:12]}")


async def _until(deps: Deps, work: Awaitable[None]) -> None:
    """Does the work, or drops it as soon as the process is told to stop: what was not acknowledged comes again."""
    doing, told = asyncio.ensure_future(work), asyncio.ensure_future(deps.stopping.wait())
    try:
        await asyncio.wait({doing, told}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (doing, told):
            task.cancel()
        (ended, _) = await asyncio.gather(doing, told, return_exceptions=True)
    if isinstance(ended, Exception):
        raise ended


@dataclass(slots=True)
class _Listener:
    deps: Deps
    address: Address
    pause_s: float = RENEW_S
    _wait_s: float = FIRST_PAUSE_S
    _turns: int = 0
    _failures: int = 0

    async def turn(self) -> None:
        """One connection, until it breaks or another process holds the lease; the next try waits longer each time."""
        if not await self._holds():
            self.pause_s = RENEW_S
            return
        self._turns += 1
        tasks = {asyncio.create_task(self._carrying()), asyncio.create_task(self._renewing())}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        error = next((one.exception() for one in done if one.exception() is not None), None)
        if error is not None and not isinstance(error, BrokerGone):
            raise error
        self.deps.memory.mqtt.gone_since = self.deps.now() if error is not None else None
        if error is not None:
            self._failures += 1
            self.pause_s, self._wait_s = self._wait_s, min(2 * self._wait_s, LONGEST_PAUSE_S)
            log.warning("the MQTT broker is gone; the next try in %.1f s", self.pause_s)
            await self._say(type(error).__name__)

    async def _carrying(self) -> None:
        async with connected(self.address) as line:
            self._wait_s = FIRST_PAUSE_S
            self.deps.memory.mqtt.gone_since, self.deps.memory.mqtt.listening = None, True
            log.info("listening to the MQTT broker")
            await self._say("")
            try:
                while True:
                    await carry(self.deps, line, await line.next())
            finally:
                self.deps.memory.mqtt.listening = False

    async def _renewing(self) -> None:
        """Ends when another process holds the lease."""
        while True:
            await asyncio.sleep(RENEW_S)
            if not await self._holds():
                return
            await self._say("")

    async def _holds(self) -> bool:
        """A database that does not answer lets nobody listen: what came could not be kept."""
        unit = partial(lease.hold, NAME, self.deps.memory.process, now=datetime.now(UTC), life=LEASE_LIFE)
        try:
            return await self.deps.db.write(unit)
        except StorageError as error:
            log.warning("who listens to MQTT is not known: %s", type(error).__name__)
            return False

    async def _say(self, error: str) -> None:
        """The operator's console shows it among the jobs."""
        at = time.time()
        body = JobBody(every_s=RENEW_S, ran_at=at, took_s=0.0, ok=not error, error=error, runs=self._turns, failures=self._failures)
        with contextlib.suppress(StorageError):
            await self.deps.db.write(lambda: console.note_jobs([(NAME, body)], at=int(at)))


async def carry(deps: Deps, line: Line, parcels: Sequence[Parcel]) -> None:
    """Kept together, then answered and acknowledged one by one. Raises `BrokerGone`: what is not acknowledged comes again."""
    answers = await _kept(deps, parcels)
    for parcel, answer in zip(parcels, answers, strict=True):
        if may_answer(parcel):
            await line.answer(parcel, _worded(answer))
        line.acknowledge(parcel)


async def _kept(deps: Deps, parcels: Sequence[Parcel]) -> Sequence[Sequence[Told] | IngestError]:
    """A database that is busy or away is asked again and again; the broker holds the rest meanwhile."""
    pause_s = FIRST_PAUSE_S
    while True:
        found = await asyncio.gather(*(receive_parcel(deps, one) for one in parcels), return_exceptions=True)
        failed = next((one for one in found if isinstance(one, BaseException) and not isinstance(one, IngestError)), None)
        if failed is None:
            return [one for one in found if isinstance(one, IngestError) or not isinstance(one, BaseException)]
        if not isinstance(failed, StorageError):
            raise failed
        log.warning("messages of devices wait for the database: %s", type(failed).__name__)
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


def _worded(answer: Sequence[Told] | IngestError) -> bytes:
    """As over HTTP; a message that was not taken as a whole says why, and what time it is."""
    if not isinstance(answer, IngestError):
        return _encode({"verdicts": answer})
    if isinstance(answer, Untrusted):
        return _encode({"verdicts": [], "reason": answer.reason.value, "server_time": answer.server_time})
    return _encode({"verdicts": [], "reason": type(answer).__name__.lower(), "detail": str(answer)})
