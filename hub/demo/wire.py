"""The composition root of the demo: the hub's own, with keys made here, the sandbox's clock and the follower."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import datetime

from connectors.kit.calls import Caller
from connectors.kit.clients import new_client
from connectors.kit.errors import ConnectorError
from connectors.kit.registry import TransportOf
from hub import wiring
from hub.demo.control import SYSTEM, Control
from hub.demo.equipment import equip
from hub.demo.follower import DemoClock, Follower
from hub.deps import Deps
from hub.settings import Settings
from hub.store.database import Database

log = logging.getLogger("hub.demo")


async def clock(settings: Settings) -> datetime:
    """The sandbox's time; the real one when no sandbox answers."""
    client = new_client(transport=None)
    told = DemoClock()
    try:
        told.offset = await Control(Caller(SYSTEM, settings.sandbox_url, client, Control.breaker())).clock_offset()
    except ConnectorError:
        log.info("the sandbox at %s does not answer: the real time holds", settings.sandbox_url)
    finally:
        await client.aclose()
    return told()


def wire(settings: Settings, database: Database | None = None, *, transport: TransportOf = lambda prefix: None) -> Deps:
    """`start` asks the sandbox once and then follows it; a sandbox that is not there yet keeps the hub unready, not stopped."""
    settings = equip(settings)
    clock = DemoClock()
    deps = wiring.build(settings, database or wiring.open_database(settings), now=clock, transport=transport)
    client = new_client(transport=transport("_sandbox"))
    control = Control(Caller(SYSTEM, settings.sandbox_url, client, Control.breaker()))
    follower = Follower(settings=settings, control=control, db=deps.db, keys=deps.keys, clock=clock)
    following: list[asyncio.Task[None]] = []

    async def start() -> None:
        await deps.start()
        await follower.step()
        following.append(asyncio.create_task(follower.run(), name="demo"))

    async def close() -> None:
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
        await client.aclose()
        await deps.close()

    return replace(deps, start=start, close=close, checks={**deps.checks, "sandbox": follower.check})
