"""Benefit meals: a parent or the office applies with a document, the school decides from when to when, everybody sees it (F149)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.money.payer import require_payer
from hub.flows.money.sight import seen_contract
from hub.flows.office.officers import Officer, note_change, note_reading, officer_of
from hub.flows.office.rights import Act
from hub.flows.office.words import Document, reason_of
from hub.flows.payout.own_school import own_contract, require_foreign
from hub.flows.payout.telling import note, people_of, zone_at
from hub.flows.refusals import Reason, Refused
from hub.flows.views.paying.contracts import BenefitView
from hub.flows.views.school.payouts import BenefitDesk, BenefitLine
from hub.ledger.store import contracts
from hub.ledger.store.agreements import benefits
from hub.ledger.store.agreements.benefits import BenefitCard, BenefitState, WrongBenefit
from hub.ledger.store.contracts import ContractCard, ContractState
from hub.store import notices
from hub.store.sessions import Visitor
from identity.model import ActorKind, PersonId
from identity.store import person

PAGE = "office.benefits"
WORKER = "worker:benefits"
LONGEST_DAYS = 366
MOST_KOP = 10_000_000
BATCH = 50
SAID = {
    BenefitState.ASKED: "Школа решает.",
    BenefitState.GRANTED: "Льгота назначена.",
    BenefitState.REFUSED: "Школа отказала.",
    BenefitState.ENDED: "Льгота закончилась, остаток вернулся в бюджет.",
}


async def ask_benefit(deps: Deps, visitor: Visitor, id_: str, document: Document) -> BenefitView:
    """By a parent: the document's kind, number and day; the school sees the paper itself."""
    now = deps.now()

    def unit() -> BenefitView:
        contract, _ = seen_contract(deps, visitor, id_, now=now)
        require_guardian(deps, visitor, contract, now=now)
        line = document.line(today=_today(contract.school, now))
        made = _ask(deps, contract, line, by=visitor.person, now=now)
        note(contract, actor=visitor.person, kind=ActorKind.GUARDIAN, action="benefit.asked", object_=made.id, now=now)
        return _view(deps, made)

    return await deps.db.write(unit)


async def enter_benefit(deps: Deps, visitor: Visitor, number: str, document: Document) -> str:
    """By the office, for a family that brought the paper; another officer decides it or the same, as the school does on paper."""
    now = deps.now()

    def unit() -> str:
        officer = officer_of(deps, visitor, act=Act.CONTRACTS)
        found = contracts.numbered(number.strip())
        contract = own_contract(officer, found.id if found else "")
        made = _ask(deps, contract, document.line(today=_today(officer.school, now)), by=officer.person, now=now)
        _noted(deps, officer, contract.child, "benefit.asked", now=now)
        return made.id

    return await deps.db.write(unit)


async def list_benefits(deps: Deps, visitor: Visitor) -> BenefitDesk:
    """What waits for a decision, and what holds; each family sees that the office looked."""
    now = deps.now()

    def unit() -> BenefitDesk:
        officer = officer_of(deps, visitor, act=Act.CONTRACTS)
        waiting = benefits.of_school(officer.school, state=BenefitState.ASKED)
        holding = benefits.of_school(officer.school, state=BenefitState.GRANTED)
        note_reading(deps, officer, sorted({PersonId(one.child) for one in (*waiting, *holding) if one.child}), page=PAGE, now=now)
        return BenefitDesk(
            waiting=tuple(_line(deps, officer, one) for one in waiting), holding=tuple(_line(deps, officer, one) for one in holding)
        )

    return await deps.db.write(unit)


async def grant_benefit(deps: Deps, visitor: Visitor, id_: str, *, since: date, until: date, amount_kop: int) -> None:
    """The decision: from, to, and how much the budget gives; the account opens under the same contract."""
    now = deps.now()

    def unit() -> None:
        officer, card = _own(deps, visitor, id_)
        today = _today(officer.school, now)
        if not since <= until or until < today or (until - since).days > LONGEST_DAYS:
            raise Refused(Reason.MALFORMED, "Льгота назначается с одного дня по другой, не дольше года, и ещё не прошедшая.")
        _require_amount(amount_kop)
        try:
            benefits.grant(deps.keys, card, since=since, until=until, amount_kop=amount_kop, by=officer.person, today=today, now=now)
        except WrongBenefit as wrong:
            raise Refused(Reason.ALREADY_DECIDED) from wrong
        _noted(deps, officer, card.child, "benefit.granted", now=now)
        _tell(deps, card, "benefit_granted", f"Льготное питание назначено с {since:%d.%m.%Y} по {until:%d.%m.%Y}{_whose(deps, card)}.")

    await deps.db.write(unit)


async def refuse_benefit(deps: Deps, visitor: Visitor, id_: str, reason: str | None) -> None:
    now = deps.now()

    def unit() -> None:
        officer, card = _own(deps, visitor, id_)
        try:
            benefits.refuse(deps.keys, card, why=reason_of(reason), by=officer.person, now=now)
        except WrongBenefit as wrong:
            raise Refused(Reason.ALREADY_DECIDED) from wrong
        _noted(deps, officer, card.child, "benefit.refused", now=now)
        _tell(deps, card, "benefit_refused", f"Школа не назначила льготное питание{_whose(deps, card)}. Причина — на странице договора.")

    await deps.db.write(unit)


async def add_to_benefit(deps: Deps, visitor: Visitor, id_: str, *, amount_kop: int, form: str) -> None:
    """More from the budget under the same decision; a form sent twice grants once."""
    now = deps.now()

    def unit() -> None:
        officer, card = _own(deps, visitor, id_)
        _require_amount(amount_kop)
        if amount_kop == 0 or not form:
            raise Refused(Reason.WRONG_AMOUNT)
        try:
            benefits.add(card, key=f"add:{form[:60]}", amount_kop=amount_kop, by=officer.person, now=now)
        except WrongBenefit as wrong:
            raise Refused(Reason.CONTRACT_STATE, "Льгота ещё не началась или закончилась.") from wrong
        _noted(deps, officer, card.child, "benefit.added", now=now)

    await deps.db.write(unit)


async def end_benefit(deps: Deps, visitor: Visitor, id_: str, reason: str | None) -> None:
    """Before its last day; what is left returns to the budget."""
    now = deps.now()

    def unit() -> None:
        officer, card = _own(deps, visitor, id_)
        try:
            benefits.end(deps.keys, card, why=reason_of(reason), by=officer.person, now=now)
        except WrongBenefit as wrong:
            raise Refused(Reason.ALREADY_DECIDED) from wrong
        _noted(deps, officer, card.child, "benefit.ended", now=now)
        _tell(deps, card, "benefit_ended", f"Льготное питание закончено{_whose(deps, card)}. Причина — на странице договора.")

    await deps.db.write(unit)


async def follow_benefits(deps: Deps) -> bool:
    """The worker's turn: those whose first day has come, and those whose last day is over, by the school's own calendar."""
    now = deps.now()
    latest = now.astimezone(ZoneInfo("Pacific/Kiritimati")).date()
    found = await deps.db.read(lambda: benefits.due(latest, limit=BATCH))
    turned = 0
    for one in found:
        turned += await deps.db.write(partial(_follow, deps, one, now=now))
    return len(found) == BATCH and turned > 0


def _follow(deps: Deps, card: BenefitCard, *, now: datetime) -> int:
    today = _today(card.school, now)
    if card.until is not None and card.until < today:
        benefits.end(deps.keys, card, why="", by=WORKER, now=now)
        _tell(deps, card, "benefit_ended", f"Срок льготного питания закончился{_whose(deps, card)}. Остаток вернулся в бюджет.")
        return 1
    return int(card.since is not None and card.since <= today and benefits.begin(card.id, by=WORKER, now=now))


def benefit_views(deps: Deps, contract: str) -> tuple[BenefitView, ...]:
    """In the caller's unit."""
    return tuple(_view(deps, one) for one in benefits.of_contract(contract))


def may_ask(deps: Deps, visitor: Visitor, contract: ContractCard, *, now: datetime) -> bool:
    living = (BenefitState.ASKED, BenefitState.GRANTED)
    if contract.state not in (ContractState.DRAFT, ContractState.ACTIVE) or contract.child is None:
        return False
    if any(one.state in living for one in benefits.of_contract(contract.id)):
        return False
    try:
        require_guardian(deps, visitor, contract, now=now)
    except Refused:
        return False
    return True


def require_guardian(deps: Deps, visitor: Visitor, contract: ContractCard, *, now: datetime) -> None:
    """Any guardian who may pay, whoever the payer is: the benefit is the child's."""
    require_payer(deps, visitor, replace(contract, payer=None), now=now)


def _ask(deps: Deps, contract: ContractCard, line: str, *, by: str, now: datetime) -> BenefitCard:
    if contract.state not in (ContractState.DRAFT, ContractState.ACTIVE):
        raise Refused(Reason.CONTRACT_STATE)
    try:
        id_ = benefits.ask(deps.keys, contract, basis=line, by=by, now=now)
    except WrongBenefit as wrong:
        raise Refused(Reason.ALREADY_DECIDED, "Заявление уже есть: его решают, или льгота уже назначена.") from wrong
    made = benefits.get(id_)
    assert made is not None, "it was made in this very unit"
    return made


def _own(deps: Deps, visitor: Visitor, id_: str) -> tuple[Officer, BenefitCard]:
    officer = officer_of(deps, visitor, act=Act.CONTRACTS)
    card = benefits.get(id_)
    if card is None or card.school != officer.school:
        raise Refused(Reason.NOT_FOUND)
    contract = contracts.by_id(card.contract)
    require_foreign(officer, card.child, contract.payer if contract else None)
    return officer, card


def _require_amount(kop: int) -> None:
    if not 0 <= kop <= MOST_KOP:
        raise Refused(Reason.WRONG_AMOUNT)


def _view(deps: Deps, one: BenefitCard) -> BenefitView:
    known = person(deps.keys, PersonId(one.decided_by)) if one.decided_by else None
    return BenefitView(
        id=one.id,
        state=one.state.value,
        basis=benefits.basis(deps.keys, one),
        asked_at=one.asked_at,
        decided_at=one.decided_at,
        decided_by=" ".join(part for part in (known.last_name, known.first_name, known.middle_name) if part) if known else "",
        since=one.since,
        until=one.until,
        amount_kop=one.amount_kop,
        reason=benefits.note(deps.keys, one),
    )


def _line(deps: Deps, officer: Officer, one: BenefitCard) -> BenefitLine:
    contract = contracts.by_id(one.contract)
    child = person(deps.keys, PersonId(one.child)) if one.child else None
    try:
        require_foreign(officer, one.child, contract.payer if contract else None)
        may = True
    except Refused:
        may = False
    return BenefitLine(
        benefit=_view(deps, one),
        number=contract.number if contract else "",
        child=f"{child.last_name} {child.first_name}" if child else "",
        class_name=contract.class_name if contract else "",
        may=may,
    )


def _today(school: str, now: datetime) -> date:
    return now.astimezone(ZoneInfo(zone_at(school))).date()


def _noted(deps: Deps, officer: Officer, child: str | None, action: str, *, now: datetime) -> None:
    if child:
        note_change(deps, officer, PersonId(child), action=action, now=now)


def _whose(deps: Deps, card: BenefitCard) -> str:
    child = person(deps.keys, PersonId(card.child)) if card.child else None
    return f" ({child.first_name})" if child else ""


def _tell(deps: Deps, card: BenefitCard, kind: str, text: str) -> None:
    for one in people_of(None, card.child):  # every guardian: the benefit is the child's
        notices.tell(deps.keys, person=one, kind=kind, text=text, href=f"/contracts/{card.contract}", now=deps.now())
