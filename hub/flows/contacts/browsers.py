"""A browser of the person takes pushes, or takes them no more (RULES F2, F4)."""

from __future__ import annotations

from connectors.kit.channel import PushChannel
from hub.deps import Deps
from hub.flows.contacts.words import NO_CHANNEL, NOT_A_PUSH
from hub.flows.refusals import Reason, Refused
from hub.flows.views.people.contacts import BrowserView
from hub.store.reach import pushes
from hub.store.reach.pushes import Subscription
from hub.store.sessions import Visitor

LONGEST = 2048


async def subscribe(deps: Deps, visitor: Visitor, told: Subscription, *, label: str) -> BrowserView:
    """A repeat of the same browser is harmless. Only a push service that is known is ever written to."""
    port, now = deps.channels.get("push"), deps.now()
    if not isinstance(port, PushChannel):
        raise Refused(Reason.CANNOT_REACH, NO_CHANNEL)
    if len(told.endpoint) > LONGEST or not port.accepts(told.endpoint, told.p256dh, told.auth):
        raise Refused(Reason.MALFORMED, NOT_A_PUSH)

    def unit() -> BrowserView:
        id_ = pushes.put(deps.keys, visitor.person, told, label=label, now=now)
        return BrowserView(id=id_, label=label, created_at=now)

    return await deps.db.write(unit)


async def browsers(deps: Deps, visitor: Visitor) -> tuple[BrowserView, ...]:
    found = await deps.db.read(lambda: pushes.of_person(deps.keys, visitor.person))
    return tuple(BrowserView(id=one.id, label=one.label, created_at=one.created_at) for one in found)


async def unsubscribe(deps: Deps, visitor: Visitor, browser: str) -> None:
    """Another person's browser and one that is not there are answered alike."""
    if not await deps.db.write(lambda: pushes.remove(browser, person=visitor.person)):
        raise Refused(Reason.NOT_FOUND)
