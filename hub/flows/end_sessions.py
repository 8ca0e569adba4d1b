"""Signing out here, on another device, or everywhere; and the list of devices."""

from __future__ import annotations

from datetime import datetime

from hub.deps import Deps
from hub.flows.recognise import forget
from hub.flows.refusals import Reason, Refused
from hub.flows.views.people.family import DevicesView, DeviceView
from hub.store import notices, sessions
from hub.store.sessions import Kind, Visitor
from identity.model import PersonId
from identity.store import drop_pending


async def sign_out(deps: Deps, visitor: Visitor) -> str:
    """Ends this session; returns where the browser goes: the provider's own sign-out where it has one, else our page."""
    now = deps.now()
    await deps.db.write(lambda: _end(visitor.person, visitor.session, now))
    forget(deps, session=visitor.session)
    port = deps.sign_ins.get(visitor.system)
    home = f"{deps.settings.public_url}/"
    return (port.logout_url(return_to=home) if port else None) or "/"


def _end(person: str, session: str, now: datetime) -> bool:
    """A change that waits for its confirmation ends with the session that began it."""
    ended = sessions.end(session, now=now, person=person)
    if ended:
        drop_pending(PersonId(person), session=session)
    return ended


async def devices(deps: Deps, visitor: Visitor) -> DevicesView:
    """Where the person is signed in now."""
    now = deps.now()
    found = await deps.db.read(lambda: sessions.living(visitor.person, now=now))
    return DevicesView(
        items=tuple(
            DeviceView(
                id=one.id,
                label=one.label,
                system=one.system,
                created_at=one.created_at,
                seen_at=one.seen_at,
                expires_at=one.expires_at,
                current=one.id == visitor.session,
                app=one.kind == Kind.APP,
            )
            for one in found
        )
    )


async def end_device(deps: Deps, visitor: Visitor, session: str) -> None:
    """Ends one of the person's own sessions; a foreign one does not exist."""
    now = deps.now()
    if not await deps.db.write(lambda: _end(visitor.person, session, now)):
        raise Refused(Reason.NOT_FOUND)
    forget(deps, session=session)


async def end_others(deps: Deps, visitor: Visitor) -> int:
    """Ends every session of the person but this one."""
    now = deps.now()

    def unit() -> int:
        for one in sessions.living(visitor.person, now=now):
            if one.id != visitor.session:
                drop_pending(PersonId(visitor.person), session=one.id)
        ended = sessions.end_all(visitor.person, now=now, keep=visitor.session)
        if ended:
            text = "Вы завершили все остальные входы. На этом устройстве вход остался."
            notices.tell(deps.keys, person=visitor.person, kind="sessions_ended", text=text, href="/family", now=now)
        return ended

    ended = await deps.db.write(unit)
    forget(deps, person=visitor.person)
    return ended
