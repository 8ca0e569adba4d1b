"""A guardian types a school's invitation code: one equal refusal for whatever is wrong, and after ten none is looked at (RULES A7)."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.follow_edges import follow_edges
from hub.flows.recognise import forget
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.office import CodeRedeemed
from hub.store.sessions import Visitor
from identity.model import EdgeState, PersonId
from identity.store import Redeemed, Redemption, redeem_code

LONGEST = 200


async def redeem_invitation(deps: Deps, visitor: Visitor, *, last_name: str, first_name: str, code: str, address: str) -> CodeRedeemed:
    """`address` is the caller's own, as only the configured proxies may tell it."""
    now = deps.now()
    who, last, first, typed = PersonId(visitor.person), last_name[:LONGEST], first_name[:LONGEST], code[:LONGEST]

    def unit() -> Redemption:
        found = redeem_code(deps.keys, who, last_name=last, first_name=first, code=typed, address=address, now=now)
        if found.edge is not None:
            follow_edges(deps, (found.edge,))
        return found

    done = await deps.db.write(unit)
    if done.delay_s > 0:
        await deps.pause(done.delay_s)
    if done.result is Redeemed.LIMITED:
        raise Refused(Reason.TOO_MANY, after_s=done.retry_after_s)
    if done.result is Redeemed.REFUSED or done.edge is None:
        raise Refused(Reason.INVITATION_REFUSED)
    forget(deps, session=visitor.session)
    active = done.edge.edge.state is EdgeState.ACTIVE
    return CodeRedeemed(state="active" if active else "waiting", child=done.child if active else None)
