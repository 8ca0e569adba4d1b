"""A first sign-in from a browser never seen for this person is told to the owner, with the way to end it: «Это не я»."""

from __future__ import annotations

from datetime import datetime

from hub.deps import Deps
from hub.flows.recognise import forget
from hub.flows.refusals import Reason, Refused
from hub.store import notices, sessions
from hub.store.sessions import Visitor, devices
from identity.model import ActorKind, PersonId
from identity.store import drop_pending, record_change


def note_device(deps: Deps, *, person: str, session: str, cookie: str | None, label: str, now: datetime) -> None:
    """In the unit that opens the session. The very first browser of a person is nobody's surprise and is not told."""
    if cookie and devices.know_device(deps.keys, person=person, cookie=cookie, label=label, now=now):
        text = f"В ваш кабинет вошли с нового устройства: {label}. Если это не вы, завершите этот вход."
        notices.tell(deps.keys, person=person, kind="new_device", text=text, href=f"/family/devices#s-{session}", now=now)


async def not_me(deps: Deps, visitor: Visitor, session: str) -> None:
    """Ends that one session and what waits in it, and forgets its browser, so that it is told again; nothing else is stopped."""
    now, who = deps.now(), PersonId(visitor.person)
    if session == visitor.session:
        raise Refused(Reason.NOT_FOUND, "Это устройство, с которого вы смотрите. Чтобы выйти здесь, нажмите «Выйти».")

    def unit() -> None:
        if not sessions.disown(session, person=who, now=now):
            raise Refused(Reason.NOT_FOUND)
        drop_pending(who, session=session)
        record_change(actor=who, actor_kind=ActorKind.GUARDIAN, subject=who, action="session.not_me", object=session, now=now)

    await deps.db.write(unit)
    forget(deps, session=session)
