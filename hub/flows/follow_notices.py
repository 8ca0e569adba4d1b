"""A page stays open: what the hub tells this person meanwhile, and that a diary changed, until the session or the process ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import partial

from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from hub.flows.timeline import watching
from hub.flows.views.people.family import NoticeView
from hub.store import notices, sessions
from hub.store.outputs import feeds
from hub.store.sessions import Visitor

POLL_S = 2.0
LIFE = timedelta(minutes=10)
MOST_STREAMS = 8
MOST_AT_ONCE = 20


class DiaryChanged(Enum):
    """Something else was read in one of the person's diaries; the page asks for itself what."""

    NOW = "now"


class TimelineChanged(Enum):
    """A child passed a door, money moved, or a notice is about one of them; the page asks for itself what."""

    NOW = "now"


Told = NoticeView | DiaryChanged | TimelineChanged | None


async def follow_notices(deps: Deps, visitor: Visitor, *, after: str | None) -> AsyncIterator[Told]:
    """Each new notice, oldest first, `DiaryChanged` and `TimelineChanged`; None once, at the end, when the session was ended elsewhere.

    `after` is the id of the last notice that the page knows. The database is asked, not this process: another may have told.
    """
    if deps.memory.streams[visitor.person] >= MOST_STREAMS:
        raise Refused(Reason.TOO_MANY, after_s=30)
    return _follow(deps, visitor, await _known(deps, visitor.person, after))


@dataclass(slots=True)
class _Known:
    """What the page has; `floor` is where its list begins. A notice may be told after another and bear an earlier moment."""

    ids: set[str]
    floor: tuple[datetime, str] | None


async def _follow(deps: Deps, visitor: Visitor, known: _Known) -> AsyncIterator[Told]:
    """The session is asked by its id: a token that changes in another tab (after linking) ends nothing here."""
    streams, person = deps.memory.streams, visitor.person
    streams[person] += 1
    ends_at = deps.now() + LIFE
    told, watch = await deps.db.read(lambda: (feeds.changes_of(person), watching.begin(deps, visitor)))
    try:
        while deps.now() < ends_at and not await _stopped(deps):
            if not await _goes_on(deps, visitor.session):
                yield None
                return
            for notice in await _since(deps, person, known):
                yield notice
            if (now_told := await deps.db.read(lambda: feeds.changes_of(person))) != told:
                told = now_told
                yield DiaryChanged.NOW
            watch, came = await deps.db.read(partial(watching.look, deps, visitor, watch))
            if came:
                yield TimelineChanged.NOW
    finally:
        streams[person] -= 1


async def _goes_on(deps: Deps, session: str) -> bool:
    return await deps.db.read(lambda: sessions.is_open(session, now=deps.now()))


async def _stopped(deps: Deps) -> bool:
    try:
        await asyncio.wait_for(deps.stopping.wait(), POLL_S)
    except TimeoutError:
        return False
    return True


async def _known(deps: Deps, person: str, after: str | None) -> _Known:
    """`after` and all before it; an id that is not among the newest says that nothing of them is known."""
    found = await _newest(deps, person)
    ids = [one.id for one in found]
    if after is not None:
        ids = ids[ids.index(after) :] if after in ids else []
    return _Known(ids=set(ids), floor=(found[-1].at, found[-1].id) if len(found) == MOST_AT_ONCE else None)


async def _since(deps: Deps, person: str, known: _Known) -> list[NoticeView]:
    """Oldest first, at most twenty: whoever was away longer reads the page of notices."""
    found = [one for one in await _newest(deps, person) if one.id not in known.ids]
    fresh = [one for one in reversed(found) if known.floor is None or (one.at, one.id) >= known.floor]
    known.ids.update(one.id for one in fresh)
    return [NoticeView(id=one.id, kind=one.kind, at=one.at, text=one.text, href=one.href) for one in fresh]


async def _newest(deps: Deps, person: str) -> Sequence[notices.Told]:
    return await deps.db.read(lambda: notices.newest(deps.keys, person, limit=MOST_AT_ONCE))
