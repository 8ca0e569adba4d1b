"""The office makes a contract for a pupil, and the worker for those who have arrived: a draft for the family (F100, F101)."""

from __future__ import annotations

from functools import partial

from hub.deps import Deps
from hub.flows.office.officers import note_change, officer_for
from hub.flows.office.rights import Act
from hub.flows.payout.telling import people_of
from hub.flows.views.paying.contracts import DraftMade
from hub.ledger.store.agreements import drafts, papers
from hub.ledger.store.contracts import ContractCard, ContractState
from hub.store import notices
from hub.store.sessions import Visitor
from identity.model import ActorKind, PersonId
from identity.store import person, record_change
from identity.store.school.cards import classes_of

BATCH = 50
WORKER = "worker:contracts"


async def draft_contract(deps: Deps, visitor: Visitor, pupil: str) -> DraftMade:
    """For an own pupil; the one that is there is answered again. The family accepts it in the cabinet or at the kiosk."""
    now = deps.now()

    def unit() -> DraftMade:
        child = PersonId(pupil)
        officer = officer_for(deps, visitor, child, act=Act.CONTRACTS)
        known = drafts.living(child, officer.school)
        if known is not None:
            return _made(known)
        _, klass = classes_of((child,))[child]
        made = papers.draft(deps.keys, school=officer.school, child=child, class_name=klass, now=now)
        note_change(deps, officer, child, action="contract.drafted", now=now)
        _tell(deps, made)
        return _made(made)

    return await deps.db.write(unit)


async def draft_for_arrived(deps: Deps) -> bool:
    """The worker's turn: pupils of schools that have said who holds the money, and who have no contract there yet."""
    today = deps.now().date()
    found = await deps.db.read(lambda: drafts.without_contract(today, limit=BATCH))
    for child, school, klass in found:
        await deps.db.write(partial(_draft, deps, child, school, klass))
    return len(found) == BATCH


def _draft(deps: Deps, child: str, school: str, klass: str) -> None:
    if drafts.living(child, school) is not None:
        return
    made = papers.draft(deps.keys, school=school, child=child, class_name=klass, now=deps.now())
    record_change(
        actor=WORKER, actor_kind=ActorKind.APP, subject=PersonId(child), action="contract.drafted", object=made.id, now=deps.now()
    )
    _tell(deps, made)


def _tell(deps: Deps, made: ContractCard) -> None:
    child = person(deps.keys, PersonId(made.child or ""))
    name = child.first_name if child else "ребёнок"
    text = f"Готов договор о личном счёте ({name}). Прочитайте и примите его, тогда счёт заработает."
    for one in people_of(None, made.child):
        notices.tell(deps.keys, person=one, kind="contract_drafted", text=text, href=f"/contracts/{made.id}", now=deps.now())


def _made(card: ContractCard) -> DraftMade:
    assert card.state is not ContractState.CLOSED, "only living ones are looked for"
    return DraftMade(id=card.id, number=card.number, state=card.state.value)
