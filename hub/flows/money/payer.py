"""Who binds a family to a contract or ends it: the payer, or a guardian who may pay; nobody who is held (RULES A5a, A11, A17)."""

from __future__ import annotations

from datetime import datetime

from hub.deps import Deps
from hub.flows.holds import require_no_hold
from hub.flows.refusals import Reason, Refused
from hub.ledger.store.agreements.papers import payer_came_over
from hub.ledger.store.contracts import ContractCard
from hub.store.sessions import Visitor
from identity.ages import Phase, phase
from identity.family.child_login import CHILD_LOGIN
from identity.linking.merging import MergeState
from identity.model import EdgeRight, Missing, Person, PersonId
from identity.store import act_right, held_by_merge, person
from identity.store.accounts.merges import merges_of
from identity.store.family.restrictions import is_restricted

OTHER_PAYS = "У этого договора уже есть плательщик. Заканчивает договор и получает остаток он."
PUPIL_LOOKS = "Это делает взрослый, который платит. Вы видите договор и остаток."
SCHOOL_DOES = "Это действие для вас оформляет школа: обратитесь в канцелярию."
_WHY = {
    Missing.LEVEL_TOO_LOW: Refused(Reason.LEVEL_TOO_LOW),
    Missing.RECENT_RECOVERY: Refused(Reason.RECENT_RECOVERY),
}


def require_payer(deps: Deps, visitor: Visitor, contract: ContractCard, *, now: datetime) -> None:
    """In the caller's unit: the contract's payer; where there is none, a guardian who may pay for the child."""
    who = PersonId(visitor.person)
    if visitor.person == contract.child and visitor.system != CHILD_LOGIN and _is_adult(person(deps.keys, who), now):
        require_no_hold(deps, who)
        return
    if visitor.system == CHILD_LOGIN or visitor.person == contract.child:
        raise Refused(Reason.FORBIDDEN, PUPIL_LOOKS)
    if contract.payer not in (None, visitor.person):
        raise Refused(Reason.FORBIDDEN, OTHER_PAYS)
    _not_restricted(deps, who, contract, now=now)
    if contract.payer == visitor.person:
        require_no_hold(deps, who)
        return
    right = act_right(deps.keys, who, PersonId(contract.child or ""), EdgeRight.PAY, now=now)
    if not right.allowed:
        raise next((_WHY[one] for one in right.missing if one in _WHY), Refused(Reason.NOT_ALLOWED_YET))


def require_unmerged(deps: Deps, visitor: Visitor, contract: ContractCard, *, now: datetime) -> None:
    """In the caller's unit: no money goes out on a right that came over with a merger which may still be undone (RULES A11)."""
    who = PersonId(visitor.person)
    if contract.child and held_by_merge(deps.keys, who, PersonId(contract.child), now=now):
        raise Refused(Reason.HELD_BY_MERGE)
    former = payer_came_over(contract.id)
    if former and any(one.gone == former and one.state is MergeState.MERGED and now < one.undo_until for one in merges_of(who)):
        raise Refused(Reason.HELD_BY_MERGE)


def _not_restricted(deps: Deps, who: PersonId, contract: ContractCard, *, now: datetime) -> None:
    me = person(deps.keys, who)
    if me is not None and contract.child and is_restricted(deps.keys, me, PersonId(contract.child), now=now):
        raise Refused(Reason.FORBIDDEN, SCHOOL_DOES)


def _is_adult(one: Person | None, now: datetime) -> bool:
    return one is not None and phase(one.birth_date, now, one.zone) is Phase.ADULT


def pupil_too(child: Person | None, now: datetime) -> bool:
    """From 14 to 17 the pupil accepts a contract as well (RULES A14)."""
    if child is None:
        return False
    where = phase(child.birth_date, now, child.zone)
    return not where.under_14 and where is not Phase.ADULT
