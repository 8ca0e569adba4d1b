"""A guardian steps back from a child: the edge ends at once, and with it everything that was given for this child (RULES A5, A15)."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.follow_edges import cut_off
from hub.flows.guardianship.telling import first_name
from hub.flows.holds import require_no_hold
from hub.flows.link_account.settle import require_fresh
from hub.flows.recognise import forget
from hub.flows.refusals import Reason, Refused
from hub.store import notices
from hub.store.sessions import Visitor
from identity.model import PersonId
from identity.store import held_by_merge, person
from identity.store.family.parting import give_up


async def leave_child(deps: Deps, visitor: Visitor, child: str) -> None:
    """Only the own edge; the others are told, and nothing of theirs changes."""
    require_fresh(deps, visitor.auth_time)
    now, who, whom = deps.now(), PersonId(visitor.person), PersonId(child)

    def unit() -> None:
        require_no_hold(deps, who)
        if held_by_merge(deps.keys, who, whom, now=now):
            raise Refused(Reason.HELD_BY_MERGE)
        tell = give_up(deps.keys, who, whom, now=now)
        cut_off(deps, (who,), whom)
        text = f"{first_name(person(deps.keys, who))} больше не видит записи: {first_name(person(deps.keys, whom))}."
        for one in tell:
            notices.tell(deps.keys, person=one, kind="guardian_left", text=text, href=f"/children/{child}/who-sees", now=now)

    await deps.db.write(unit)
    forget(deps, person=child)
