"""A contract ends: the payer asks, the school ends it, or the pupil has left; what is left is paid out in ten days (RULES D9; F156)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from hub.deps import Deps
from hub.flows.link_account.settle import require_fresh
from hub.flows.money.payer import require_payer, require_unmerged
from hub.flows.money.sight import seen_contract, zone_of
from hub.flows.office.officers import note_change, officer_of
from hub.flows.office.rights import Act
from hub.flows.office.words import reason_of
from hub.flows.payout.own_school import own_contract
from hub.flows.payout.seen import payout_views
from hub.flows.payout.telling import note, tell_closing, zone_at
from hub.flows.refusals import Reason, Refused
from hub.flows.views.paying.contracts import CloseDone
from hub.ledger.agreements.payouts import Reason as Why
from hub.ledger.money import shown
from hub.ledger.store import contracts, reading
from hub.ledger.store.agreements import closing, payouts
from hub.ledger.store.agreements.closing import Closing
from hub.ledger.store.contracts import ContractCard, ContractState
from hub.store.sessions import Visitor
from identity.model import ActorKind, PersonId

BATCH = 50
WORKER = "worker:closing"


async def close_contract(deps: Deps, visitor: Visitor, id_: str) -> CloseDone:
    """By the payer. Asked twice, or in two tabs at once, it is one end."""
    require_fresh(deps, visitor.auth_time)
    now = deps.now()

    def unit() -> CloseDone:
        contract, _ = seen_contract(deps, visitor, id_, now=now)
        require_payer(deps, visitor, contract, now=now)
        require_unmerged(deps, visitor, contract, now=now)
        _require_no_debt(contract)
        done = closing.close(contract.id, reason=Why.PAYER, by=visitor.person, zone=zone_of(contract), now=now)
        _after(deps, done, by=visitor.person, kind=ActorKind.GUARDIAN, why=Why.PAYER)
        after = contracts.by_id(contract.id) or contract
        return CloseDone(id=contract.id, state=after.state.value, payouts=payout_views(deps, visitor, after, now=now))

    return await deps.db.write(unit)


async def end_by_school(deps: Deps, visitor: Visitor, id_: str, reason: str | None) -> str:
    """One contract of the officer's own school, never of the own family; the families' money is in the queue at once."""
    return await _end(deps, visitor, lambda: id_, reason)


async def end_by_number(deps: Deps, visitor: Visitor, number: str, reason: str | None) -> str:
    def found() -> str:
        card = contracts.numbered(number.strip())
        return card.id if card else ""

    return await _end(deps, visitor, found, reason)


async def _end(deps: Deps, visitor: Visitor, which: Callable[[], str], reason: str | None) -> str:
    now = deps.now()

    def unit() -> str:
        officer = officer_of(deps, visitor, act=Act.CONTRACTS)
        contract = own_contract(officer, which())
        reason_of(reason)
        done = closing.close(contract.id, reason=Why.SCHOOL, by=officer.person, zone=officer.zone, now=now)
        _after(deps, done, by=officer.person, kind=ActorKind.STAFF, why=Why.SCHOOL)
        if contract.child:
            note_change(deps, officer, PersonId(contract.child), action="contract.ended", now=now)
        return contract.id

    return await deps.db.write(unit)


def end_one(deps: Deps, id_: str, school: str, *, why: Why, by: str) -> None:
    """In the caller's unit: for the worker, who ends many."""
    done = closing.close(id_, reason=why, by=by, zone=zone_at(school), now=deps.now())
    _after(deps, done, by=by, kind=ActorKind.APP, why=why)


async def follow_leavers(deps: Deps) -> bool:
    """The worker's turn: contracts whose pupil was taken off the school's roster."""
    found = await deps.db.read(lambda: closing.of_leavers(limit=BATCH))
    for id_, school in found:
        await deps.db.write(partial(end_one, deps, id_, school, why=Why.PUPIL_LEFT, by=WORKER))
    return len(found) == BATCH


async def sweep_ended(deps: Deps, *, closed: bool) -> bool:
    """The worker's turn: money that came late, holds that were let go, and contracts of which nothing is left."""
    found = await deps.db.read(lambda: closing.with_money(closed=closed, limit=BATCH))
    moved = 0
    for id_, school in found:
        moved += await deps.db.write(partial(_sweep, deps, id_, school))
    return len(found) == BATCH and moved > 0


def _sweep(deps: Deps, id_: str, school: str) -> int:
    now = deps.now()
    done = closing.sweep(id_, reason=Why.LATE, by=WORKER, zone=zone_at(school), now=now)
    if done is None or done.payout is None:
        return 0
    card = payouts.get(done.payout)
    note(done.contract, actor=WORKER, kind=ActorKind.APP, action="payout.late", object_=done.payout, now=now)
    tell_closing(deps, done, card, reason=Why.LATE) if card and card.amount_kop == done.moved_kop else None
    return 1


def _after(deps: Deps, done: Closing | None, *, by: str, kind: ActorKind, why: Why) -> None:
    if done is None or done.again:
        return
    note(done.contract, actor=by, kind=kind, action="contract.closing", now=deps.now())
    card = payouts.get(done.payout) if done.payout else None
    tell_closing(deps, done, card, reason=why, but=by)


def _require_no_debt(contract: ContractCard) -> None:
    """A debt is paid in while the account still takes money."""
    if contract.state not in (ContractState.ACTIVE, ContractState.DRAFT):
        return
    debt = -sum(kop for kop in reading.balances([one.id for one in contract.accounts]).values() if kop < 0)
    if debt:
        raise Refused(
            Reason.CONTRACT_STATE, f"На счёте долг {shown(debt)}: пополните его, потом закончите договор.", more={"debt_kop": debt}
        )
