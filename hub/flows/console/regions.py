"""Which platform each region has, and on which day it moves: what switches next, and what switched lately."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from hub.deps import Deps
from hub.flows.console.door import enter
from hub.flows.views.console import Move, RegionRow, RegionsView
from hub.regions import Placed, Region, registry
from hub.store.sessions import Visitor

LATELY = timedelta(days=120)


async def show_regions(deps: Deps, visitor: Visitor) -> RegionsView:
    await enter(deps, visitor)
    now = deps.now()
    regions = list(registry().regions.values())
    moves = [move for region in regions for move in _moves(region, now)]
    coming = sorted((one for one in moves if one.coming), key=lambda one: (one.day, one.region))
    gone = sorted(
        (one for one in moves if not one.coming and one.days >= -LATELY.days), key=lambda one: (one.day, one.region), reverse=True
    )
    return RegionsView(items=tuple(_row(deps, region, now) for region in regions), moves=(*coming, *gone))


def _row(deps: Deps, region: Region, now: datetime) -> RegionRow:
    here = region.on(region.today(now))
    coming = sorted((move for move in _moves(region, now) if move.coming), key=lambda one: one.day)
    return RegionRow(
        code=region.code,
        name=region.name,
        zone=region.zone,
        systems=tuple(_title(one) for one in here),
        connected=tuple(_title(one) for one in here if one.system in deps.diaries),
        next=coming[0] if coming else None,
    )


def _moves(region: Region, now: datetime) -> Iterator[Move]:
    """A system begins on `since`, and ends on the day after `until`."""
    today = region.today(now)
    for one in region.systems:
        days = ((one.since, True), (one.until + timedelta(days=1) if one.until else None, False))
        for day, begins in days:
            if day is not None:
                yield Move(
                    day=day,
                    region=region.name,
                    code=region.code,
                    system=one.system,
                    title=_title(one),
                    begins=begins,
                    coming=day > today,
                    days=(day - today).days,
                )


def _title(placed: Placed) -> str:
    return registry().systems[placed.system].title
