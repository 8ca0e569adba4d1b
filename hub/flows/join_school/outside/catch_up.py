"""Asks the outside system what was changed there, by whom ever: steadily, before a decision, and when it says that there is news."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from functools import partial

from connectors.kit import school_joining as outside
from connectors.kit.errors import AccessDenied, ConnectorError, Drifted, NotFound, Rejected
from connectors.kit.school_joining import Change, SchoolJoiningPort
from hub.deps import Deps
from hub.flows.join_school.outside.adopt import adopt
from hub.flows.join_school.outside.import_made import import_made
from hub.store.joining import bundles, errands, places

log = logging.getLogger("hub.joining")

BATCH = 100
LOOK_S = 3.0
"""How long a person waits for the other side before a decision."""


async def catch_up(deps: Deps) -> bool:
    """One part of the changes, in their order; True when there may be more. What cannot be read now is read next time."""
    if not deps.joining:
        return False
    (system, port), *_ = deps.joining.items()
    async with deps.memory.locks.of(("joins", system)):
        after = await deps.db.read(lambda: places.place(system))
        changes = await port.changes(after, BATCH)
        news = [one for one in _newest_of_each(changes.items) if await deps.db.read(partial(_is_news, deps, system, one))]
        unread = [(one, error) for one in news if (error := await _follow(deps, system, port, one)) is not None]
        if unread and len(unread) == len(news):
            # Nothing could be read: what is passed over now would never be read again, so it is asked for again later.
            raise unread[0][1]
        for change, error in unread:
            log.warning("a changed application was not read: %s", type(error).__name__)
            await deps.db.write(partial(_look_later, deps, system, change))
        if changes.next != after:
            await deps.db.write(lambda: places.go_on(system, after=after, to=changes.next))
    return len(changes.items) >= BATCH


async def follow(deps: Deps) -> bool:
    """The worker's turn; how the other side fares is told by its own health, not by a failed job every few seconds."""
    try:
        return await catch_up(deps)
    except ConnectorError as error:
        log.debug("the other side of joining did not answer: %s", type(error).__name__)
        return False


async def look_outside(deps: Deps) -> None:
    """Before a decision; a system that is silent holds nobody up: what differs afterwards is shown."""
    if not deps.joining:
        return
    system = next(iter(deps.joining))
    try:
        async with asyncio.timeout(LOOK_S):
            # Officers who decide in one moment share one question; it goes on where one of them waits no longer.
            await deps.memory.reads.join(("joins", system), lambda: catch_up(deps))
    except (ConnectorError, TimeoutError) as error:
        log.info("the other side of joining was not asked: %s", type(error).__name__)


def _newest_of_each(items: Iterable[Change]) -> list[Change]:
    """The last change of each bundle: reading it once says all."""
    return list({one.bundle: one for one in items}.values())


def _is_news(deps: Deps, system: str, change: Change) -> bool:
    local = bundles.by_outside(deps.keys, system, change.bundle)
    return local is None or change.version > local.outside_version


def _look_later(deps: Deps, system: str, change: Change) -> None:
    """The others go on; this one is asked for by itself until it can be read."""
    local = bundles.by_outside(deps.keys, system, change.bundle)
    if local is not None:
        errands.drop_waiting(local.id, errands.Act.LOOK)
        errands.add(deps.keys, local.id, errands.Act.LOOK, now=deps.now())


async def _follow(deps: Deps, system: str, port: SchoolJoiningPort, change: Change) -> Drifted | Rejected | None:
    """What cannot be read, if so: one alone holds up no other, the office decides it here."""
    try:
        theirs = await port.bundle(change.oid, change.bundle)
    except (NotFound, AccessDenied):
        # The person ended the consent, or the bundle is gone: nothing of it is ours to know.
        return None
    except (Drifted, Rejected) as error:
        return error
    await deps.db.write(lambda: _keep(deps, system, change.oid, theirs))
    return None


def _keep(deps: Deps, system: str, oid: str, theirs: outside.Bundle) -> None:
    """One that is ours is brought up to date; one that was made there is taken over where the hub knows the people."""
    mine = bundles.by_outside(deps.keys, system, theirs.id)
    if mine is None:
        mine = import_made(deps, oid, theirs)
    if mine is not None:
        adopt(deps, system, bundles.held(deps.keys, mine.id) or mine, theirs)
