"""What the family is told of an ending contract and of its money: the payer, or where there is none the guardians (RULES D9)."""

from __future__ import annotations

from datetime import date, datetime

from hub.deps import Deps
from hub.flows.guardianship.telling import guardians_of
from hub.ledger.agreements.payouts import Reason, last_day_of
from hub.ledger.money import shown
from hub.ledger.store import contracts
from hub.ledger.store.agreements.closing import Closing
from hub.ledger.store.agreements.payouts import PayoutCard
from hub.ledger.store.contracts import ContractCard
from hub.store import notices
from hub.store.school import schools
from identity.model import MOSCOW, ActorKind, PersonId
from identity.store import person, record_change


def people_of(payer: str | None, child: str | None) -> tuple[str, ...]:
    """Whom the money concerns: the payer; else everybody who may act for the child."""
    if payer is not None:
        return (payer,)
    return guardians_of(PersonId(child)) if child else ()


def zone_at(school: str) -> str:
    return schools.zone_of(school) or MOSCOW


def note(contract: ContractCard, *, actor: str, kind: ActorKind, action: str, now: datetime, object_: str = "") -> None:
    """In the caller's unit: a line of the child's own log."""
    if contract.child:
        record_change(actor=actor, actor_kind=kind, subject=PersonId(contract.child), action=action, object=object_ or contract.id, now=now)


def tell_closing(deps: Deps, done: Closing, card: PayoutCard | None, *, reason: Reason, but: str = "") -> None:
    """In the caller's unit, once for an end: everybody of the family hears of it, the payer also where to choose."""
    contract, now = done.contract, deps.now()
    child = person(deps.keys, PersonId(contract.child)) if contract.child else None
    name = child.first_name if child else "ребёнок"
    why = {
        Reason.PAYER: "по просьбе плательщика",
        Reason.PUPIL_LEFT: "потому что ученик выбыл из школы",
        Reason.SCHOOL: "по решению школы",
        Reason.SCHOOL_ALL: "школа прекратила все договоры",
        Reason.LATE: "",
    }[reason]
    late = f"На счёт законченного договора пришли деньги ({name})."
    told = f"Договор о личном счёте заканчивается, {why} ({name})." if why else late
    guardians = guardians_of(PersonId(contract.child)) if contract.child else ()
    for one in dict.fromkeys([*people_of(contract.payer, contract.child), *guardians]):
        if card is not None and one in people_of(contract.payer, contract.child):
            text = f"{told} Вернём {shown(card.amount_kop)} до {last_day(card):%d.%m.%Y}. Выберите, куда."
            notices.tell(deps.keys, person=one, kind="payout_open", text=text, href=f"/payouts/{card.id}", now=now)
        elif one != but:
            notices.tell(deps.keys, person=one, kind="contract_ended", text=told, href=f"/contracts/{contract.id}", now=now)


def payer_of(card: PayoutCard) -> str | None:
    """As the contract has it now: records may have been joined since."""
    contract = contracts.by_id(card.contract)
    return (contract.payer if contract else None) or card.payer


def tell_payer(deps: Deps, card: PayoutCard, *, kind: str, text: str) -> None:
    for one in people_of(payer_of(card), card.child):
        notices.tell(deps.keys, person=one, kind=kind, text=text, href=f"/payouts/{card.id}", now=deps.now())


def last_day(card: PayoutCard) -> date:
    return last_day_of(card.due_at, zone_at(card.school))
