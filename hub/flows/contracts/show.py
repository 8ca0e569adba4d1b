"""A contract as a paper: who its parties are and who holds the money, the offer, who accepted, how it ends (F091, F098, F100, F121)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from hub.deps import Deps
from hub.flows.contracts.accept import today, vouched_phone, wanted_consent
from hub.flows.contracts.benefits import benefit_views, may_ask
from hub.flows.guardianship.telling import first_name
from hub.flows.money.payer import pupil_too, require_payer
from hub.flows.money.sight import account_view, may_pay, seen_contract, zone_of
from hub.flows.payout.seen import payout_views
from hub.flows.refusals import Refused
from hub.flows.show_diary.sources import note_reading
from hub.flows.views.money import PaidChild
from hub.flows.views.paying.contracts import AcceptedView, ContractPaper, OfferView, PartyView
from hub.ledger.agreements.accepting import Party
from hub.ledger.agreements.offers import Offer
from hub.ledger.model import Purpose
from hub.ledger.store import reading, terms
from hub.ledger.store.agreements import offers, papers
from hub.ledger.store.agreements.papers import Word
from hub.ledger.store.contracts import ContractCard, ContractState
from hub.ledger.store.terms import TermsCard
from hub.ledger.texts import PURPOSES
from hub.store.school import schools
from hub.store.sessions import Visitor
from identity.consent import Purpose as ConsentPurpose
from identity.model import Person, PersonId
from identity.store import person, persons_by_id

PAGE = "money.contract"
SAID = {
    ContractState.DRAFT: "Договор ещё не принят: деньги на него пока не приходят.",
    ContractState.ACTIVE: "Договор действует.",
    ContractState.CLOSING: "Договор заканчивается: новых списаний нет, остаток возвращается.",
    ContractState.CLOSED: "Договор закончился, остаток возвращён.",
}
WHY_ENDED = {
    "payer": "договор закончил плательщик",
    "pupil_left": "ученик выбыл из школы",
    "school": "школа прекратила договор",
    "school_all": "школа прекратила все договоры",
}
_ROLES = (("supplier", "Поставщик услуг"), ("agent", "Платёжный агент"), ("holder", "Кто хранит деньги"))
YOU = "Вы"


async def show_contract(deps: Deps, visitor: Visitor, id_: str) -> ContractPaper:
    now = deps.now()

    def unit() -> tuple[ContractPaper, Person | None]:
        contract, child = seen_contract(deps, visitor, id_, now=now)
        return _paper(deps, visitor, contract, child, now=now), child

    view, child = await deps.db.read(unit)
    if child is not None:
        await note_reading(deps, visitor, child.id, PAGE)
    return view


async def show_offer(deps: Deps, visitor: Visitor, id_: str) -> OfferView:
    """The text in force today, or the one that this contract's payer accepted."""
    now = deps.now()

    def unit() -> OfferView:
        contract, _ = seen_contract(deps, visitor, id_, now=now)
        return _offer(_offer_of(papers.words_of(deps.keys, contract.id), today(contract, now)))

    return await deps.db.read(unit)


def _paper(deps: Deps, visitor: Visitor, contract: ContractCard, child: Person | None, *, now: datetime) -> ContractPaper:
    words, day = papers.words_of(deps.keys, contract.id), today(contract, now)
    party = Party.PUPIL if visitor.person == contract.child and pupil_too(child, now) else Party.PAYER
    standing = papers.standing_of(contract, day=day, pupil_too=pupil_too(child, now))
    waits = _waits(contract, standing.pupil_too, words)
    why = _why_not(deps, visitor, contract, party, now=now)
    wanted = party in waits and not why
    balances = reading.balances([one.id for one in contract.accounts])
    held = reading.holds([one.id for one in contract.accounts], now=now)
    paper = papers.paper(contract.id)
    is_payer, pays = contract.payer == visitor.person, may_pay(deps, visitor, contract, now=now)
    open_ = contract.state in (ContractState.ACTIVE, ContractState.DRAFT)
    return ContractPaper(
        id=contract.id,
        number=contract.number,
        code=paper.code if paper else "",
        state=contract.state.value,
        said=SAID[contract.state],
        zone=zone_of(contract),
        school=_school(contract)[0],
        class_name=contract.class_name if child else "",
        child=PaidChild(id=child.id, first_name=child.first_name) if child else None,
        parties=tuple(_parties(deps, visitor, contract, words, day)),
        offer=_offer(_offer_of(words, day)),
        accepted=tuple(_accepted(deps, visitor, words)),
        waits=tuple(one.value for one in waits),
        may_accept=wanted,
        why_not=why if party in waits else "",
        needs_consent=(
            f"/consents/{contract.child}/{ConsentPurpose.CONTRACT}" if wanted and wanted_consent(deps, contract, party, now=now) else ""
        ),
        phone=masked(vouched_phone(deps, visitor.person)) if wanted and party is Party.PAYER else "",
        has_pin=paper is not None and paper.has_pin,
        is_payer=is_payer,
        may_close=open_ and not _why_not(deps, visitor, contract, Party.PAYER, now=now),
        debt_kop=-sum(kop for kop in balances.values() if kop < 0),
        first_payment_min_kop=offers.least_first_kop(contract.school, tuple(one.id for one in contract.accounts), day),
        accounts=tuple(
            account_view(visitor, contract, one, pays=pays, balance_kop=balances[one.id], held_kop=held.get(one.id, 0), now=now)
            for one in contract.accounts
        ),
        benefits=benefit_views(deps, contract.id),
        may_ask_benefit=may_ask(deps, visitor, contract, now=now),
        payouts=payout_views(deps, visitor, contract, now=now),
        ends=WHY_ENDED.get(paper.ends, "") if paper else "",
    )


def _waits(contract: ContractCard, both: bool, words: Sequence[Word]) -> tuple[Party, ...]:
    if contract.state not in (ContractState.DRAFT, ContractState.ACTIVE):
        return ()
    said = {one.party for one in words}
    return tuple(one for one in ((Party.PAYER, Party.PUPIL) if both else (Party.PAYER,)) if one not in said)


def _why_not(deps: Deps, visitor: Visitor, contract: ContractCard, party: Party, *, now: datetime) -> str:
    """Why this person may not bind or end the contract; empty where nothing stands against it."""
    if party is Party.PUPIL:
        return ""
    try:
        require_payer(deps, visitor, contract, now=now)
    except Refused as refused:
        return refused.detail or "Для этого нужна подтверждённая учётная запись Госуслуг и право платить за ребёнка."
    return ""


def _parties(deps: Deps, visitor: Visitor, contract: ContractCard, words: Sequence[Word], day: date) -> Iterator[PartyView]:
    payer = next((one for one in words if one.party is Party.PAYER), None)
    if contract.payer is not None:
        mine = contract.payer == visitor.person
        name = YOU if mine else first_name(person(deps.keys, PersonId(contract.payer)))
        yield PartyView(role="payer", title="Плательщик", name=name, inn=payer.inn if payer and mine else "")
    name, inn = _school(contract)
    yield PartyView(role="school", title="Школа", name=name, inn=inn)
    said = {one.purpose: terms.terms_of(contract.school, one.purpose, day) for one in contract.accounts}
    for role, title in _ROLES:
        yield from _of_role(role, title, said)


def _of_role(role: str, title: str, said: dict[Purpose, TermsCard]) -> Iterator[PartyView]:
    """One row where all accounts have the same, else one for each with what it is for."""
    by_who: dict[tuple[str, str], list[str]] = {}
    for purpose, card in said.items():
        name, inn = getattr(card, f"{role}_name"), getattr(card, f"{role}_inn")
        if name:
            by_who.setdefault((name, inn), []).append(PURPOSES[purpose])
    for (name, inn), purposes in by_who.items():
        what = "" if len(by_who) == 1 else ", ".join(purposes)
        yield PartyView(role=role, title=title, name=name, inn=inn, for_what=what)


def _school(contract: ContractCard) -> tuple[str, str]:
    card = schools.school(contract.school)
    return (card.legal_name, card.inn) if card else ("", "")


def _offer_of(words: Sequence[Word], day: date) -> Offer:
    """What was accepted stays as it was; who has not accepted reads the text in force."""
    payer = next((one for one in words if one.party is Party.PAYER), None)
    return (offers.offer(payer.offer) if payer else None) or offers.offer_on(day)


def _offer(one: Offer) -> OfferView:
    return OfferView(version=one.version, since=one.since, title=one.title, text=one.text)


def _accepted(deps: Deps, visitor: Visitor, words: Sequence[Word]) -> Iterator[AcceptedView]:
    known = persons_by_id(deps.keys, {PersonId(one.by) for one in words})
    for one in words:
        mine = one.by == visitor.person
        yield AcceptedView(
            party=one.party.value,
            who=YOU if mine else first_name(known.get(PersonId(one.by))),
            at=one.at,
            where=one.where,
            offer_version=one.offer,
            phone=masked(one.phone) if mine else "",
        )


def masked(phone: str) -> str:
    """`+7 *** ***-12-34`."""
    digits = "".join(letter for letter in phone if letter.isdigit())
    return f"+{digits[0]} *** ***-{digits[-4:-2]}-{digits[-2:]}" if len(digits) >= 10 else ""
