"""A contract as a kiosk may see it: of its own school, without a name; and whose phone may answer for it (RULES D4, D9, E6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.guardianship.telling import guardians_of
from hub.flows.kiosk.door import Kiosk
from hub.flows.money.payer import pupil_too
from hub.flows.money.sight import zone_of
from hub.ledger.agreements.accepting import Party, Standing, State
from hub.ledger.store import contracts
from hub.ledger.store.agreements import papers
from hub.ledger.store.contracts import ContractCard, ContractState
from identity.model import GOSUSLUGI, EdgeRight, Person, PersonId
from identity.snils import Snils
from identity.store import act_right, person
from identity.store.accounts.whole import contacts_of
from identity.store.persons import by_snils


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """How a contract stands today. `may_accept`: a parent's word is wanted and would be taken."""

    contract: ContractCard
    child: Person | None
    standing: Standing
    day: date
    has_pin: bool

    @property
    def may_accept(self) -> bool:
        open_ = self.standing.state in (State.DRAFT, State.ACTIVE)
        return open_ and self.child is not None and Party.PAYER not in self.standing.accepted and self.standing.parties_named

    @property
    def next(self) -> str:
        if self.may_accept:
            return "accept"
        return "sign_in" if self.contract.state is not ContractState.CLOSED and self.has_pin else "ask_school"


def contract_at(kiosk: Kiosk, number: str) -> ContractCard | None:
    """Another school's contract is no contract here."""
    found = contracts.numbered(number)
    return found if found is not None and found.school == kiosk.school else None


def stand_of(deps: Deps, contract: ContractCard, *, now: datetime) -> Stand:
    child = person(deps.keys, PersonId(contract.child)) if contract.child else None
    day = now.astimezone(ZoneInfo(zone_of(contract))).date()
    paper = papers.paper(contract.id)
    standing = papers.standing_of(contract, day=day, pupil_too=pupil_too(child, now))
    return Stand(contract=contract, child=child, standing=standing, day=day, has_pin=paper is not None and paper.has_pin)


def attached(deps: Deps, contract: ContractCard, *, now: datetime) -> bool:
    """In the caller's unit: whether the hub knows the child by now, by the SNILS and the name that the school said (RULES A3)."""
    digits = contracts.waiting_snils(deps.keys, contract.id)
    child = by_snils(deps.keys, Snils(digits)) if digits else None
    return child is not None and contracts.attach(deps.keys, [child], now=now) > 0


def initials(deps: Deps, contract: ContractCard, child: Person | None) -> str:
    """«М. И.»: enough to see that it is the right card."""
    names = (child.first_name, child.middle_name) if child else contracts.waiting_name(deps.keys, contract.id)
    return " ".join(f"{name[0].upper()}." for name in names if name)


def parent_by_phone(deps: Deps, child: str, phone: str, *, now: datetime) -> PersonId | None:
    """The one adult who may pay for this child and whose phone Gosuslugi vouches for; of two with one phone neither is meant."""
    found = [
        one for one in guardians_of(PersonId(child)) if one != child and has_phone(deps, one, phone) and may_pay(deps, one, child, now=now)
    ]
    return found[0] if len(found) == 1 else None


def may_pay(deps: Deps, who: PersonId, child: str, *, now: datetime) -> bool:
    return act_right(deps.keys, who, PersonId(child), EdgeRight.PAY, now=now).allowed


def has_phone(deps: Deps, who: PersonId, phone: str) -> bool:
    """One that Gosuslugi vouches for (RULES A9)."""
    mine = (one for one in contacts_of(deps.keys, who) if one["kind"] == "phone" and one["verified"] and one["from"] == GOSUSLUGI)
    return any(one["value"] == phone for one in mine)
