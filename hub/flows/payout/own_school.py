"""Which contracts an officer decides: those of the own school, never of the own family (RULES B5)."""

from __future__ import annotations

from hub.flows.office.officers import Officer
from hub.flows.refusals import Reason, Refused
from hub.ledger.store import contracts
from hub.ledger.store.contracts import ContractCard
from identity.model import PersonId
from identity.store import edges


def own_contract(officer: Officer, id_: str) -> ContractCard:
    """In the caller's unit: of this school, and not of the officer's own family (RULES B5); another school's is not there."""
    contract = contracts.by_id(id_)
    if contract is None or contract.school != officer.school:
        raise Refused(Reason.NOT_FOUND)
    require_foreign(officer, contract.child, contract.payer)
    return contract


def require_foreign(officer: Officer, child: str | None, payer: str | None) -> None:
    """Nobody decides for himself, his own child, or whom he is linked to."""
    if officer.person in (child, payer) or (child and edges.ever_between(officer.person, PersonId(child))):
        raise Refused(Reason.OWN_FAMILY)
    if payer and edges.ever_between(officer.person, PersonId(payer)):
        raise Refused(Reason.OWN_FAMILY)
