"""The owner of an installed app stays signed in on this device for longer; acts still ask for a fresh sign-in (RULES A16)."""

from __future__ import annotations

from dataclasses import dataclass, field

from hub.deps import Deps
from hub.flows.link_account.settle import require_fresh
from hub.flows.recognise import forget
from hub.flows.refusals import Reason, Refused
from hub.flows.views.self_service import StayView
from hub.store import sessions
from hub.store.sessions import Kind, Visitor

APP = "Приложение"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stayed:
    """`token` goes into the session cookie and is kept nowhere else."""

    token: str = field(repr=False)
    view: StayView
    life_s: int


async def stay_in_app(deps: Deps, visitor: Visitor, *, label: str) -> Stayed:
    """Only right after a sign-in: whoever found an open browser cannot make its session last a year."""
    require_fresh(deps, visitor.auth_time)
    now, named = deps.now(), f"{APP}: {label}"
    token = await deps.db.write(lambda: sessions.lengthen(deps.keys, visitor.session, label=named, now=now))
    if token is None:
        raise Refused(Reason.NOT_SIGNED_IN)
    forget(deps, session=visitor.session)
    life = sessions.term_of(Kind.APP, now.date()).absolute
    return Stayed(token=token, view=StayView(id=visitor.session, label=named, expires_at=now + life), life_s=int(life.total_seconds()))
