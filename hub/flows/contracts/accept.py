"""A parent, from 14 the pupil too, accepts the contract's offer in the cabinet; the terminal's PIN is told once (RULES D9, A14)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.guardianship.telling import first_name, tell_family
from hub.flows.link_account.settle import require_fresh
from hub.flows.money.payer import pupil_too, require_payer
from hub.flows.money.sight import seen_contract, zone_of
from hub.flows.refusals import Reason, Refused
from hub.flows.views.paying.contracts import AcceptDone, PinMade
from hub.ledger.agreements.accepting import Acceptance, Fault, Party, Where, pin_from
from hub.ledger.store.agreements import papers
from hub.ledger.store.agreements.papers import Unacceptable
from hub.ledger.store.contracts import ContractCard, ContractState
from hub.store.sessions import Visitor
from identity.consent import Purpose, Whose
from identity.family.child_login import CHILD_LOGIN
from identity.model import GOSUSLUGI, ActorKind, Person, PersonId
from identity.store import consent_holds, person, record_change
from identity.store.accounts.whole import contacts_of

_FAULTS: Mapping[Fault, Refused] = MappingProxyType(
    {
        Fault.NOT_OPEN: Refused(Reason.CONTRACT_STATE, "Этот договор уже заканчивается или закончился: принять его нельзя."),
        Fault.OFFER_CHANGED: Refused(Reason.OFFER_CHANGED),
        Fault.OTHER_PAYER: Refused(Reason.CONTRACT_STATE, "Договор уже принял другой взрослый: плательщик у договора один."),
        Fault.NO_CHILD: Refused(Reason.CONTRACT_STATE, "Договор ещё не связан с вашим ребёнком: спросите в школе."),
        Fault.NO_HOLDER: Refused(Reason.CONTRACT_STATE, "Школа ещё не назвала, кто держит деньги, поэтому принять договор нельзя."),
        Fault.BAD_INN: Refused(Reason.WRONG_REQUISITES, "ИНН — 12 цифр, и хотя бы одна набрана неверно."),
    }
)
TOO_YOUNG = "До 14 лет договор принимает родитель."


async def accept_offer(
    deps: Deps, visitor: Visitor, id_: str, *, offer_version: str, agreed: bool, inn: str = "", seed: str = ""
) -> AcceptDone:
    """`agreed` is «Согласен» under this very version of the text."""
    require_fresh(deps, visitor.auth_time)
    if agreed is not True:
        raise Refused(Reason.MALFORMED, "Договор принимают только словом «Согласен».")
    now = deps.now()

    def unit() -> AcceptDone:
        contract, child = seen_contract(deps, visitor, id_, now=now)
        both = pupil_too(child, now)
        party = Party.PUPIL if visitor.person == contract.child and both else Party.PAYER
        _require_may(deps, visitor, contract, party, now=now)
        require_consent(deps, contract, party, now=now)
        asked = Acceptance(
            party=party,
            by=visitor.person,
            at=now,
            where=Where.CABINET,
            offer_version=offer_version,
            phone=vouched_phone(deps, visitor.person) if party is Party.PAYER else "",
            inn="".join(inn.split()),
            pin=pin_of(deps, seed) if seed else None,
        )
        try:
            done = papers.accept(deps.keys, contract.id, asked, day=today(contract, now), pupil_too=both)
        except Unacceptable as refused:
            raise _FAULTS[refused.fault] from refused
        if not done.again:
            _note(deps, visitor, contract, child, party)
        return AcceptDone(
            id=contract.id, number=contract.number, state=done.state.value, waits=tuple(one.value for one in done.waits), pin=done.pin
        )

    return await deps.db.write(unit)


async def renew_pin(deps: Deps, visitor: Visitor, id_: str, *, seed: str = "") -> PinMade:
    """A new PIN for the terminal's cabinet; from this moment the former opens nothing."""
    require_fresh(deps, visitor.auth_time)
    now = deps.now()

    def unit() -> PinMade:
        contract, child = seen_contract(deps, visitor, id_, now=now)
        if contract.payer != visitor.person:
            raise Refused(Reason.FORBIDDEN, "PIN меняет тот, кто принял договор.")
        require_payer(deps, visitor, contract, now=now)
        if contract.state not in (ContractState.ACTIVE, ContractState.DRAFT):
            raise _FAULTS[Fault.NOT_OPEN]
        pin = papers.set_pin(deps.keys, contract.id, pin_of(deps, seed) if seed else None, now=now)
        if child is not None:
            _changed(visitor, child.id, "contract.pin", contract.id, now=now)
        return PinMade(pin=pin)

    return await deps.db.write(unit)


def pin_of(deps: Deps, seed: str) -> str:
    """The PIN of this seed, so that a repeated request tells the same one without its being kept."""
    return pin_from(deps.keys.code_hash(f"contract pin of {seed}"))


def _require_may(deps: Deps, visitor: Visitor, contract: ContractCard, party: Party, *, now: datetime) -> None:
    if party is Party.PAYER:
        if contract.payer not in (None, visitor.person):
            raise _FAULTS[Fault.OTHER_PAYER]
        if visitor.person == contract.child and visitor.system == CHILD_LOGIN:
            raise Refused(Reason.FORBIDDEN, TOO_YOUNG)
        require_payer(deps, visitor, contract, now=now)


def require_consent(deps: Deps, contract: ContractCard, party: Party, *, now: datetime) -> None:
    """In the caller's unit: the word on the data comes first, and apart from the offer."""
    if wanted_consent(deps, contract, party, now=now):
        raise Refused(Reason.CONSENT_MISSING, more={"href": f"/consents/{contract.child}/{Purpose.CONTRACT}"})


def wanted_consent(deps: Deps, contract: ContractCard, party: Party, *, now: datetime) -> bool:
    if contract.child is None:
        return False
    missing = consent_holds(deps.keys, PersonId(contract.child), Purpose.CONTRACT, now=now).missing
    return (Whose.PUPIL if party is Party.PUPIL else Whose.GUARDIAN) in missing


def vouched_phone(deps: Deps, who: str) -> str:
    """The phone that Gosuslugi says is this person's."""
    found = (one for one in contacts_of(deps.keys, PersonId(who)) if one["kind"] == "phone")
    return next((str(one["value"]) for one in found if one["verified"] and one["from"] == GOSUSLUGI), "")


def today(contract: ContractCard, now: datetime) -> date:
    return now.astimezone(ZoneInfo(zone_of(contract))).date()


def _note(deps: Deps, visitor: Visitor, contract: ContractCard, child: Person | None, party: Party) -> None:
    if child is None:
        return
    now = deps.now()
    _changed(visitor, child.id, "contract.accepted", contract.id, now=now)
    me = person(deps.keys, PersonId(visitor.person))
    said = "принял(а) договор о личном счёте" if party is Party.PAYER else "согласен с договором о личном счёте"
    text = f"{first_name(me)}: {said} ({child.first_name})."
    tell_family(deps, child.id, but={visitor.person}, kind="contract_accepted", text=text, href=f"/contracts/{contract.id}")


def _changed(visitor: Visitor, child: PersonId, action: str, contract: str, *, now: datetime) -> None:
    record_change(actor=PersonId(visitor.person), actor_kind=ActorKind.GUARDIAN, subject=child, action=action, object=contract, now=now)
