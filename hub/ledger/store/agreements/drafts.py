"""Which pupils have a contract at their school, and which have none yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hub.ledger.store import contracts
from hub.ledger.store.contracts import ContractCard, ContractState
from hub.ledger.store.tables import Contract
from hub.store.fields import rows


def living(child: str, school: str) -> ContractCard | None:
    """The contract of this pupil at this school that has not come to its end."""
    found = contracts.of_children([child])
    return next((one for one in found if one.school == school and one.state in (ContractState.DRAFT, ContractState.ACTIVE)), None)


def without_contract(today: date, *, limit: int) -> Sequence[tuple[str, str, str]]:
    """Child, school and class. Only schools that have said who holds the money; never one that is ending all its contracts, nor a pupil
    for whom a contract of this school waits by SNILS, nor one whose contract there has ended: that is made by the office."""
    sql = (
        "SELECT k.child, k.school, k.class FROM school_card AS k JOIN person AS p ON p.id = k.child WHERE k.state = 'active' "
        "AND EXISTS (SELECT 1 FROM account_terms AS t WHERE t.school = k.school AND t.since <= ? AND t.holder_name <> '' "
        "AND t.holder_inn <> '' AND t.legal_basis <> '') "
        "AND NOT EXISTS (SELECT 1 FROM contract AS c WHERE c.child = k.child AND c.school = k.school) "
        "AND NOT EXISTS (SELECT 1 FROM contract AS w WHERE w.child IS NULL AND w.school = k.school AND w.pupil_index = p.snils_index) "
        "AND NOT EXISTS (SELECT 1 FROM contract_ending AS e WHERE e.school = k.school AND e.state <> 'dropped') "
        "ORDER BY k.child LIMIT ?"
    )
    return [(child, school, klass or "") for child, school, klass in rows(Contract, sql, (today.isoformat(), limit))]
