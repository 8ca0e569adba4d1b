"""Who may decide about a contract's money: its payer, or who may pay for the child; a pupil looks only (RULES A5b, A17)."""

from __future__ import annotations

from datetime import datetime

from hub.deps import Deps
from hub.flows.holds import require_no_hold
from hub.flows.refusals import Reason, Refused
from hub.ledger.store.contracts import ContractCard
from hub.store.sessions import Visitor
from identity.family.child_login import CHILD_LOGIN
from identity.model import EdgeRight, Missing, PersonId
from identity.store import act_right, held_by_merge

NOT_YOURS = "Это решает тот, кто отвечает за ребёнка. Попросите его."
_WHY = {
    Missing.LEVEL_TOO_LOW: Refused(Reason.LEVEL_TOO_LOW),
    Missing.RECENT_RECOVERY: Refused(Reason.RECENT_RECOVERY),
}


def may_decide(deps: Deps, visitor: Visitor, contract: ContractCard, *, now: datetime) -> bool:
    """In the caller's unit, for a page that shows or hides a button."""
    try:
        require_payer(deps, visitor, contract, now=now)
    except Refused:
        return False
    return True


def require_payer(deps: Deps, visitor: Visitor, contract: ContractCard, *, now: datetime, moves: bool = False) -> None:
    """In the caller's unit. `moves`: money leaves an account, which a merger that may still be undone does not allow (RULES A11)."""
    who = PersonId(visitor.person)
    if visitor.system == CHILD_LOGIN or visitor.person == contract.child:
        raise Refused(Reason.FORBIDDEN, NOT_YOURS)
    if contract.payer == visitor.person:
        require_no_hold(deps, who)
    else:
        right = act_right(deps.keys, who, PersonId(contract.child or ""), EdgeRight.PAY, now=now)
        if not right.allowed:
            raise next((_WHY[one] for one in right.missing if one in _WHY), Refused(Reason.NOT_ALLOWED_YET))
    if moves and contract.child and held_by_merge(deps.keys, who, PersonId(contract.child), now=now):
        raise Refused(Reason.HELD_BY_MERGE)
