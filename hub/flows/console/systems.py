"""How each outside system fares: the figures of all processes laid together, with who waits because of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.kit import registry
from connectors.kit.health import BUCKET_S, Spell, quantile_ms
from connectors.kit.manifest import Instance, Manifest
from hub.deps import Deps
from hub.flows.console.door import enter
from hub.flows.note_health import EVERY_S, note_health
from hub.flows.refusals import Reason, Refused
from hub.flows.views.console import SpellPoint, SystemList, SystemRow
from hub.store import sessions
from hub.store.diaries import link_counts, polls
from hub.store.process import console
from hub.store.process.console import NowBody
from hub.store.sessions import Visitor

HOUR_S = 3600
ALIVE_S = 6 * EVERY_S
STATES = ("closed", "half_open", "open")
STREAM_EVERY_S = 5.0
STREAM_LIFE_S = 600.0
MOST_STREAMS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    spells: Sequence[tuple[str, int, Spell]]
    nows: Sequence[tuple[str, str, NowBody, int]]
    links: Mapping[str, Mapping[str, int]]
    pauses: Mapping[str, datetime]
    overdue: Mapping[str, int]


async def show_systems(deps: Deps, visitor: Visitor) -> SystemList:
    """Every system that a connector knows, the troubled first; what is not switched on is off."""
    await enter(deps, visitor)
    return await _systems(deps)


async def _systems(deps: Deps) -> SystemList:
    await note_health(deps)
    wall, now = int(time.time()), deps.now()
    known = await deps.db.read(
        lambda: _Known(
            spells=console.spells(since=wall - HOUR_S),
            nows=console.nows(),
            links=link_counts.counts(),
            pauses=polls.pauses(now=now),
            overdue=polls.waiting(now=now),
        )
    )
    alive = [row for row in known.nows if row[3] >= wall - ALIVE_S]
    rows = [_row(deps, manifest, instance, known, wall) for manifest, instance in _instances(deps)]
    return SystemList(
        at=datetime.fromtimestamp(wall, UTC),
        processes=len({process for process, *_ in alive}),
        polls=deps.settings.polls,
        items=tuple(sorted(rows, key=_trouble)),
    )


def _trouble(row: SystemRow) -> tuple[int, str]:
    order = {"open": 0, "half_open": 1, "closed": 2, "off": 4}
    return (order[row.state] + (row.state == "closed" and not row.calls), row.title)


def _instances(deps: Deps) -> Iterable[tuple[Manifest, Instance]]:
    """Those of the manifests, and those that settings alone declare."""
    seen: set[str] = set()
    for manifest in registry.manifests().values():
        for instance in manifest.instances:
            seen.add(instance.name)
            yield manifest, instance
    for name, port in deps.sign_ins.items():
        if name not in seen:
            yield port.manifest, Instance(name=name, title=port.manifest.instance(name).title, prefixes=())


def _row(deps: Deps, manifest: Manifest, instance: Instance, known: _Known, wall: int) -> SystemRow:
    name = instance.name
    total, points = _hour((bucket, spell) for system, bucket, spell in known.spells if system == name)
    mine = [(body, at) for _, system, body, at in known.nows if system == name]
    alive = [body for body, at in mine if at >= wall - ALIVE_S]
    drift = max((body for body, _ in mine if body.drift_at is not None), key=lambda body: body.drift_at or 0.0, default=None)
    links = known.links.get(name, {})
    on = name in deps.diaries or name in deps.sign_ins or any(caller.system == name for caller in deps.callers.values())
    on = on or (manifest.served and name in deps.settings.connectors) or any(one.manifest is manifest for one in deps.channels.values())
    return SystemRow(
        system=name,
        title=instance.title,
        kind=manifest.kind.value,
        state=max((body.state for body in alive), key=STATES.index, default="closed") if on else "off",
        quality=manifest.quality.name.lower(),
        documents=manifest.documents,
        calls=total.calls,
        failed=total.failed,
        kinds=dict(sorted(total.kinds.items())),
        p50_ms=quantile_ms(total.slots, 0.5),
        p95_ms=quantile_ms(total.slots, 0.95),
        points=points,
        minute=sum(body.minute for body in alive),
        a_minute=manifest.calls_per_minute,
        busy=sum(body.busy for body in alive),
        parallel=manifest.parallel_calls,
        success_at=_latest(body.success_at for body, _ in mine),
        failure_at=_latest(body.failure_at for body, _ in mine),
        drift=drift.drift if drift else "",
        drift_at=_latest([drift.drift_at]) if drift else None,
        paused_until=known.pauses.get(name),
        links=sum(links.values()),
        needs_login=links.get("needs_login", 0),
        waiting=links.get("waiting", 0),
        overdue=known.overdue.get(name, 0),
    )


def _hour(spells: Iterable[tuple[int, Spell]]) -> tuple[Spell, tuple[SpellPoint, ...]]:
    """The sum, and each five minutes that had calls."""
    total, by_bucket = Spell(), dict[int, Spell]()
    for bucket, spell in spells:
        total.add(spell)
        by_bucket.setdefault(bucket, Spell()).add(spell)
    points = tuple(
        SpellPoint(at=datetime.fromtimestamp(bucket, UTC), calls=one.calls, failed=one.failed, p95_ms=quantile_ms(one.slots, 0.95))
        for bucket, one in sorted(by_bucket.items())
        if one.calls
    )
    return total, points


def _latest(found: Iterable[float | None]) -> datetime | None:
    told = [one for one in found if one is not None]
    return datetime.fromtimestamp(int(max(told)), UTC) if told else None


def spell_marks(row: SystemRow, at: datetime) -> Sequence[SpellPoint | None]:
    """The twelve stretches of the last hour, None for one without calls: for a chart with a steady time axis."""
    last = int(at.timestamp()) // BUCKET_S * BUCKET_S
    known = {int(point.at.timestamp()): point for point in row.points}
    return [known.get(last - BUCKET_S * back) for back in range(HOUR_S // BUCKET_S - 1, -1, -1)]


async def follow_systems(deps: Deps, visitor: Visitor) -> AsyncIterator[SystemList]:
    """The open page: the figures anew every few seconds, until the operator is none any more, the process stops or the page is old."""
    key = f"console {visitor.person}"
    await enter(deps, visitor)
    if deps.memory.streams[key] >= MOST_STREAMS:
        raise Refused(Reason.TOO_MANY, after_s=30)
    return _follow(deps, visitor, key)


async def _follow(deps: Deps, visitor: Visitor, key: str) -> AsyncIterator[SystemList]:
    deps.memory.streams[key] += 1
    ends_at = time.monotonic() + STREAM_LIFE_S
    try:
        while time.monotonic() < ends_at and not await _stopped(deps) and await _still_in(deps, visitor):
            yield await _systems(deps)
    finally:
        deps.memory.streams[key] -= 1


async def _still_in(deps: Deps, visitor: Visitor) -> bool:
    try:
        await enter(deps, visitor)
    except Refused:
        return False
    return await deps.db.read(lambda: sessions.is_open(visitor.session, now=deps.now()))


async def _stopped(deps: Deps) -> bool:
    try:
        await asyncio.wait_for(deps.stopping.wait(), STREAM_EVERY_S)
    except TimeoutError:
        return False
    return True
