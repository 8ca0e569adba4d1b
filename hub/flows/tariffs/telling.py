"""What a family hears of its tariffs: every guardian and the payer, on the page; and the trail that it was said (RULES A13)."""

from __future__ import annotations

from datetime import datetime

from hub.deps import Deps
from hub.ledger.store.contracts import ContractCard
from hub.store import notices
from identity.model import ActorKind, EdgeState, Missing, PersonId
from identity.store import edges, record_change, view_right


def href_of(contract: ContractCard) -> str:
    return f"/children/{contract.child}/tariff" if contract.child else "/family"


def family_of(deps: Deps, contract: ContractCard, *, now: datetime) -> list[str]:
    """The payer, and the guardians whom no restriction keeps away; who has not signed in for long reads it then."""
    found = [contract.payer] if contract.payer else []
    if contract.child:
        child = PersonId(contract.child)
        guardians = [edge.guardian for edge in edges.of_child(child) if edge.state is EdgeState.ACTIVE]
        found += [one for one in guardians if Missing.FOREIGN not in view_right(deps.keys, one, child, now=now).missing]
    return list(dict.fromkeys(found))


def tell_family(deps: Deps, contract: ContractCard, kind: str, text: str, *, now: datetime, once: str = "") -> None:
    """In the caller's unit. `once` names what is told only once."""
    for one in family_of(deps, contract, now=now):
        if once:
            notices.tell_once(deps.keys, about=once, person=one, kind=kind, text=text, href=href_of(contract), now=now)
        else:
            notices.tell(deps.keys, person=one, kind=kind, text=text, href=href_of(contract), now=now)


def note(contract: ContractCard, action: str, object_: str, *, now: datetime, actor: str = "") -> None:
    """An event of the child's trail; the hub's own acts bear its name."""
    if contract.child:
        kind = ActorKind.GUARDIAN if actor else ActorKind.COMMAND
        record_change(
            actor=PersonId(actor or "hub"), actor_kind=kind, subject=PersonId(contract.child), action=action, object=object_, now=now
        )
