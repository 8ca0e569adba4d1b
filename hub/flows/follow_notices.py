"""A page stays open: what the hub tells this person meanwhile, and that a diary changed, until the session or the process ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
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
    last = after if after is not None else await _newest(deps, visitor.person)
    return _follow(deps, visitor, last)


async def _follow(deps: Deps, visitor: Visitor, last: str) -> AsyncIterator[Told]:
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
            for notice in await _since(deps, person, last):
                last = notice.id
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


async def _newest(deps: Deps, person: str) -> str:
    found = await deps.db.read(lambda: notices.newest(deps.keys, person, limit=1))
    return found[0].id if found else ""


async def _since(deps: Deps, person: str, last: str) -> list[NoticeView]:
    """At most twenty: whoever was away longer reads the page of notices."""
    found = await deps.db.read(lambda: notices.newest(deps.keys, person, limit=20))
    ids = [one.id for one in found]
    fresh = found[: ids.index(last)] if last in ids else found
    return [NoticeView(id=one.id, kind=one.kind, at=one.at, text=one.text, href=one.href) for one in reversed(fresh)]
