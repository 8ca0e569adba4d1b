"""Who may agree to a price for a child: the contract's payer, or a guardian with the right to pay; never a pupil (RULES A4, A14)."""

from __future__ import annotations

from datetime import datetime

from hub.deps import Deps
from hub.flows.holds import require_no_hold
from hub.flows.refusals import Reason, Refused
from hub.ledger.store.contracts import ContractCard
from hub.store.sessions import Visitor
from identity.family.child_login import CHILD_LOGIN
from identity.model import EdgeRight, EdgeState, Missing, PersonId
from identity.store import act_right, edges

NOT_YOURS = "Тарифы и платные СМС выбирает взрослый, который платит за ребёнка."
_WHY = {Missing.LEVEL_TOO_LOW: Reason.LEVEL_TOO_LOW, Missing.RECENT_RECOVERY: Reason.RECENT_RECOVERY}


def require_grown(visitor: Visitor, contract: ContractCard | None, *, child: str | None = None) -> None:
    """A pupil looks only."""
    about = contract.child if contract else child
    if visitor.system == CHILD_LOGIN or visitor.person == about:
        raise Refused(Reason.FORBIDDEN, NOT_YOURS)


def require_payer(deps: Deps, visitor: Visitor, contract: ContractCard | None, *, now: datetime, child: str | None = None) -> None:
    """In the caller's unit."""
    require_no_hold(deps, visitor.person)
    if contract is not None and contract.payer == visitor.person:
        return
    about = (contract.child if contract else child) or ""
    right = act_right(deps.keys, PersonId(visitor.person), PersonId(about), EdgeRight.PAY, now=now)
    if not right.allowed:
        raise Refused(next((_WHY[one] for one in right.missing if one in _WHY), Reason.NOT_ALLOWED_YET))


def still_pays(deps: Deps, person: str, contract: ContractCard, *, now: datetime) -> bool:
    """Whether the word of whoever agreed still stands: that person pays the contract, or may pay for the child."""
    if contract.payer == person:
        return True
    who, child = PersonId(person), PersonId(contract.child or "")
    right = act_right(deps.keys, who, child, EdgeRight.PAY, now=now)
    # New acts wait for a fresh sign-in or for the days after a recovery; what was agreed stands until the tie itself ends or is stopped.
    tied = any(edge.state in (EdgeState.ACTIVE, EdgeState.TO_CONFIRM) for edge in edges.between(who, child))
    return right.allowed or (tied and Missing.FOREIGN not in right.missing)


def may_pay(deps: Deps, visitor: Visitor, contract: ContractCard, *, now: datetime) -> bool:
    """What a page offers."""
    if visitor.system == CHILD_LOGIN or visitor.person == contract.child:
        return False
    return (
        contract.payer == visitor.person
        or act_right(deps.keys, PersonId(visitor.person), PersonId(contract.child or ""), EdgeRight.PAY, now=now).allowed
    )
