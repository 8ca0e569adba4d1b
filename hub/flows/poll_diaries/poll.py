"""Begins due reads beside the worker's other jobs, each on its own, and plans the next one by how it went."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import msgspec
from prometheus_client import Counter

from connectors.kit.diary import Datum
from connectors.kit.errors import AuthExpired, ConnectorError, RateLimited
from connectors.kit.health import SPENT
from connectors.kit.ports import DiaryPort, Window
from hub.deps import Deps
from hub.flows.poll_diaries import pace
from hub.flows.poll_diaries.room import Purse
from hub.flows.show_diary.ask import Question, ask, is_fresh
from hub.flows.show_diary.blocks import blocks, week_of
from hub.flows.views.items import TermItem
from hub.store.diaries import diary_copies, polls
from hub.store.diaries.polls import Due
from hub.store.process import console
from identity.model import PersonId
from identity.store import person, view_right

log = logging.getLogger("hub.polling")

POLLS = Counter("hub_background_reads_total", "Reads that nobody asked for, by system and result", ["system", "result"])
READ = frozenset({Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.ATTENDANCE})
"""What a background read brings: nothing that a system might then count as seen by the parent (messages, announcements; RULES C3)."""
OTHERS_S = 60
_TERM = msgspec.json.Decoder(TermItem)
NOT_ALLOWED_AGAIN = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What to ask of one link; no pairs when everything is fresh. `zone` is the child's; empty when the owner may not look any more.

    `resting` says whether the school's own calendar has holidays today; None where the diary tells none."""

    zone: str
    pairs: tuple[tuple[str, str], ...]
    resting: bool | None = None


@dataclass(slots=True)
class Polling:
    """The job of the process that holds the lease; a batch only begins reads, so that no slow system holds up the other jobs."""

    deps: Deps
    chance: Callable[[], float] = random.random
    _purses: dict[str, Purse] = field(default_factory=dict)

    async def batch(self) -> bool:
        deps = self.deps
        if not deps.settings.polls or not deps.diaries:
            return False
        now, wall = deps.now(), int(time.time())
        pauses, others = await deps.db.read(
            lambda: (polls.pauses(now=now), console.calls_of_others(deps.memory.process, since=wall - OTHERS_S))
        )
        for system, port in deps.diaries.items():
            if system not in pauses:
                await self._begin(port, used_elsewhere=others.get(system, 0))
        return False

    async def _begin(self, port: DiaryPort, *, used_elsewhere: int) -> None:
        deps, now, purse = self.deps, self.deps.now(), self._purses.setdefault(port.name, Purse())
        used = used_elsewhere + max(deps.memory.health.of(port.name).in_the_last_minute(), purse.spent())
        states = {caller.breaker.state for caller in deps.callers.values() if caller.system == port.name}
        room = purse.room(a_minute=port.manifest.calls_per_minute, used=used, parallel=port.manifest.parallel_calls)
        if "open" in states:
            return
        if "half_open" in states:
            room = min(room, 1 - purse.flying)
        if room <= 0:
            return
        limit = room + purse.flying
        found = await deps.db.read(lambda: polls.due(now=now, seen_since=now - pace.SEEN_WITHIN, system=port.name, limit=limit))
        for one in found:
            if room <= 0:
                break
            if one not in deps.memory.polled:
                room -= 1
                self._launch(port, one, purse)

    def _launch(self, port: DiaryPort, one: Due, purse: Purse) -> None:
        purse.flying += 1
        task = asyncio.create_task(self._read(port, one, purse), name="background read")
        self.deps.memory.polled[one] = task
        task.add_done_callback(lambda done: self._landed(one, purse, done))

    def _landed(self, one: Due, purse: Purse, task: asyncio.Task[None]) -> None:
        purse.flying -= 1
        del self.deps.memory.polled[one]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a background read of %s failed", one.system, exc_info=error)

    async def _read(self, port: DiaryPort, one: Due, purse: Purse) -> None:
        deps = self.deps
        spent = [0]
        SPENT.set(spent)
        plan = await deps.db.read(lambda: _plan(deps, port, one))
        if not plan.zone:
            await self._put(one, after=NOT_ALLOWED_AGAIN, failures=0)
            return
        if pace.is_night(deps.now(), plan.zone):
            await self._put(one, after=pace.after_night(deps.now(), plan.zone, chance=self.chance()) - deps.now(), failures=0)
            return
        error: ConnectorError | None = None
        try:
            if plan.pairs:
                question = Question(link=one.link, child=one.child, pairs=plan.pairs)
                await deps.memory.reads.join(question, lambda: ask(deps, port, question))
        except ConnectorError as told:
            error = told
        purse.spend(max(spent[0], int(bool(plan.pairs))))
        POLLS.labels(port.name, error.code if error else "ok" if plan.pairs else "fresh").inc()
        await self._after(port, one, plan, error)

    async def _after(self, port: DiaryPort, one: Due, plan: _Plan, error: ConnectorError | None) -> None:
        now, chance = self.deps.now(), self.chance()
        if isinstance(error, RateLimited):
            until = now + pace.wait_for(error.after_s)
            await self.deps.db.write(lambda: polls.pause(port.name, until=until, reason=error.code))
        if error is None or isinstance(error, AuthExpired):
            # An account that asks for a sign-in is no longer among the due ones, until somebody opens it again.
            at = pace.next_read(now, plan.zone, fresh_for_s=port.manifest.fresh_for_s, chance=chance, resting=plan.resting)
            await self._put(one, after=at - now, failures=0)
        else:
            await self._put(one, after=pace.retry(one.failures + 1, chance=chance), failures=one.failures + 1)

    async def _put(self, one: Due, *, after: timedelta, failures: int) -> None:
        at = self.deps.now() + after
        await self.deps.db.write(lambda: polls.put(link=one.link, child=one.child, next_at=at, failures=failures))


def _plan(deps: Deps, port: DiaryPort, one: Due) -> _Plan:
    """This week, and from Saturday on the next; only what is not fresh any more."""
    now, child = deps.now(), PersonId(one.child)
    known = person(deps.keys, child)
    if known is None or not view_right(deps.keys, PersonId(one.person), child, now=now).allowed:
        return _Plan(zone="", pairs=())
    today = pace.local_day(now, known.zone)
    week = week_of(today)
    window = Window(start=week.start, end=week.end + timedelta(days=7)) if pace.is_weekend(now, known.zone) else week
    wanted = [(datum.value, block) for datum in sorted(READ & port.manifest.data) for block in blocks(datum, window)]
    copies = diary_copies.load(deps.keys, link=one.link, child=one.child, wanted=wanted)
    asked = tuple(pair for pair in wanted if not is_fresh(copies.get(pair), now, port))
    return _Plan(zone=known.zone, pairs=asked, resting=_resting(deps, one, today))


def _resting(deps: Deps, one: Due, today: date) -> bool | None:
    """What the calendar of terms says that somebody has looked at; it is not asked for here."""
    wanted = [(Datum.TERMS.value, block) for block in blocks(Datum.TERMS, Window(start=today, end=today))]
    copies = diary_copies.load(deps.keys, link=one.link, child=one.child, wanted=wanted)
    terms = [_TERM.decode(kept.item) for copy in copies.values() for kept in copy.items or ()]
    here = [term.holiday for term in terms if term.start <= today <= term.end]
    return any(here) if here else None


async def settle_polls(deps: Deps) -> None:
    """Ends what is under way, at shutdown; the link is due again then."""
    tasks = list(deps.memory.polled.values())
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
