"""How many calls does a messenger get for each that is needed, when a thousand classes of thirty are kept as they should be?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.chats_town import A_SECOND, CLASSES, FAMILIES, Clock, Counting, Family, populate, said
from bench.report import line
from connectors.kit.secret import Secret
from hub import wiring
from hub.deps import Deps
from hub.flows.class_chats.following import follow_changes
from hub.flows.class_chats.reconcile import look_at
from hub.settings import Settings
from hub.store.database import Database, schema
from hub.store.school.chats import rooms
from identity.consent import Word
from identity.model import ActorKind
from identity.sealing import Keys, new_master_key
from identity.store import record_change, seal_audit
from tools.stage import Stage

CHANGED = 0.02
"""Of the families take their word back in a day."""
DAYS = 3
AT_ONCE = 25


async def measure(_stage: Stage) -> AsyncIterator[str]:
    with TemporaryDirectory(prefix="school-hub-bench-") as folder:
        yield await kept(Path(folder), classes=CLASSES)


async def kept(folder: Path, *, classes: int) -> str:
    """Made so at first, looked at after a day in which nothing happened, and after days in which families changed their minds."""
    clock, port = Clock(), Counting()
    deps = _deps(folder, clock, port)
    await asyncio.to_thread(schema.migrate, deps.db, "demo")
    families: list[Family] = []
    for number in range(classes):
        families += await deps.db.write(partial(populate, deps, port, number, now=clock.at))
    await follow_changes(deps)
    ratios = [await _first(deps, port, families), await _quiet(deps, port, classes)]
    for _ in range(DAYS):
        ratios.append(await _changed(deps, port, clock, families))
    busiest = max(port.by_account.values()) / A_SECOND / 60
    await deps.db.close()
    name = f"calls made of calls needed, {classes} class chats of {FAMILIES}"
    return line(name, ratios, f"of the fewest that do it, 1 in 500 unanswered; {busiest:.0f} min at the limit", target="at most 1.10")


def _deps(folder: Path, clock: Clock, port: Counting) -> Deps:
    database = Database(str(folder / "hub.sqlite3"))
    database.bind(wiring.tables())
    settings = Settings(
        demo=True,
        hosts=("127.0.0.1",),
        port=8000,
        public_url="http://localhost:8000",
        data_dir=folder,
        database_url=Secret(""),
        master_key=Secret(""),
    )
    return Deps(settings=settings, db=database, keys=Keys.from_master(new_master_key()), now=clock, chats={port.name: port})


async def _first(deps: Deps, port: Counting, families: list[Family]) -> float:
    """One look a chat, its link where somebody is missing, and a word to each who is."""
    missing = [one for one in families if one.subject not in port.inside[one.chat]]
    needed = len(port.inside) + len({one.chat for one in missing}) + len(missing)
    made = await _work(deps, port)
    for chat, member in port.asked:
        if member in port.reachable:
            port.inside[chat].add(member)
    return made / needed


async def _quiet(deps: Deps, port: Counting, classes: int) -> float:
    """A day later each is looked at once, for strangers and for those who left."""
    _clock(deps).at += timedelta(hours=31)
    return await _work(deps, port) / classes


async def _changed(deps: Deps, port: Counting, clock: Clock, families: list[Family]) -> float:
    """Only the chats of families that changed their minds: one look each, and a removal for each who is inside."""
    clock.at += timedelta(minutes=30)
    inside = [one for one in families if one.subject in port.inside[one.chat]]
    gone = port.rng.sample(inside, int(len(inside) * CHANGED))

    def unit() -> None:
        for one in gone:
            said(one.guardian, Word.REFUSED, now=clock.at)
            record_change(actor=one.guardian, actor_kind=ActorKind.GUARDIAN, subject=one.guardian, action="consent.refused", now=clock.at)

    await deps.db.write(unit)
    needed = len({one.chat for one in gone}) + len(gone)
    return await _work(deps, port) / needed


async def _work(deps: Deps, port: Counting) -> int:
    """What the worker does until nothing is due; returns the calls."""
    before = port.calls.total()
    while (await deps.db.write(lambda: seal_audit(deps.keys, now=deps.now()))).more:
        pass
    while await follow_changes(deps):
        pass
    for _ in range(6):
        while due := await deps.db.write(lambda: rooms.due(deps.keys, now=deps.now(), limit=AT_ONCE)):
            await asyncio.gather(*(look_at(deps, room.id) for room in due))
        _clock(deps).at += timedelta(minutes=2)  # a chat whose messenger did not answer is tried again
    return port.calls.total() - before


def _clock(deps: Deps) -> Clock:
    clock = deps.now
    assert isinstance(clock, Clock), "the bench turns its own clock"
    return clock
