"""Before any PIN: whose card this is, without a name; the two texts that a parent reads, each on a screen of its own (F121, F125)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from hub.deps import Deps
from hub.flows.consents.texts import Text, in_force
from hub.flows.kiosk.door import Kiosk, throttle
from hub.flows.kiosk.refusing import Code, KioskRefused
from hub.flows.kiosk.seen import Stand, attached, contract_at, initials, stand_of
from hub.flows.refusals import Refused
from hub.flows.registers.numbers import number_of
from hub.flows.views.school.kiosk import ConsentText, FoundView, HelloView, OfferText, Party
from hub.ledger.store import contracts, terms
from hub.ledger.store.agreements import offers
from hub.ledger.store.contracts import ContractCard, ContractState
from hub.store.school import carriers, schools
from hub.store.school.carriers import CarrierKind, CarrierState
from identity.consent import Purpose

FINDS_A_MINUTE = 60
TAPPED = (CarrierKind.CARD, CarrierKind.BRACELET)
ROLES = ("supplier", "agent", "holder")


async def hello(deps: Deps, kiosk: Kiosk) -> HelloView:
    card = await deps.db.read(lambda: schools.school(kiosk.school))
    return HelloView(
        device=kiosk.id, school=card.short_name or card.legal_name if card else "", place=kiosk.place, zone=kiosk.zone, now=deps.now()
    )


async def find(deps: Deps, kiosk: Kiosk, *, contract: str = "", kind: str = "", number: str = "") -> FoundView:
    """By a card, or by the contract's number where there is none (F146). A contract that waited for its child finds it here."""
    _not_too_often(deps, kiosk)
    now = deps.now()

    def unit() -> tuple[FoundView, ContractCard]:
        found = _by_card(deps, kiosk, kind, number) if kind else contract_at(kiosk, contract)
        if found is None:
            raise KioskRefused(Code.UNKNOWN_CONTRACT)
        stand = stand_of(deps, found, now=now)
        return FoundView(contract=found.number, who=initials(deps, found, stand.child), state=found.state.value, next=stand.next), found

    view, card = await deps.db.read(unit)
    if card.child is None and await deps.db.write(lambda: attached(deps, card, now=now)):
        view, _ = await deps.db.read(unit)
    return view


async def consent_text(deps: Deps, kiosk: Kiosk, contract: str) -> ConsentText:
    _not_too_often(deps, kiosk)
    await deps.db.read(lambda: _known(kiosk, contract))
    text = consent_now(deps.now())
    return ConsentText(
        contract=contract,
        version=text.version,
        title=text.title,
        text=text.body,
        without=text.without,
        operator=text.operator,
        processors=text.processors,
    )


async def offer_text(deps: Deps, kiosk: Kiosk, contract: str) -> OfferText:
    _not_too_often(deps, kiosk)
    now = deps.now()

    def unit() -> OfferText:
        stand = stand_of(deps, _known(kiosk, contract), now=now)
        offer = offers.offer_on(stand.day)
        return OfferText(
            contract=contract,
            version=offer.version,
            title=offer.title,
            text=offer.text,
            parties=tuple(_parties(stand)),
            first_payment_min_kop=first_payment(stand),
        )

    return await deps.db.read(unit)


def consent_now(now: datetime) -> Text:
    return in_force(now.date())[Purpose.CONTRACT]


def first_payment(stand: Stand) -> int:
    card = stand.contract
    return offers.least_first_kop(card.school, tuple(one.id for one in card.accounts), stand.day)


def _known(kiosk: Kiosk, number: str) -> ContractCard:
    found = contract_at(kiosk, number)
    if found is None:
        raise KioskRefused(Code.UNKNOWN_CONTRACT)
    return found


def _by_card(deps: Deps, kiosk: Kiosk, kind: str, number: str) -> ContractCard | None:
    """What is not plainly a school's card is not looked for, least of all a bank card (RULES D12)."""
    try:
        which = CarrierKind(kind)
        plain = number_of(which, number)
    except (ValueError, Refused) as error:
        raise KioskRefused(Code.MALFORMED, field="credential") from error
    if which not in TAPPED:
        raise KioskRefused(Code.MALFORMED, field="credential")
    card = carriers.living(deps.keys, kiosk.school, which, plain)
    if card is None:
        raise KioskRefused(Code.UNKNOWN_CARD)
    if card.state is not CarrierState.ACTIVE:
        raise KioskRefused(Code.BLOCKED_CARD)
    mine = [one for one in contracts.of_children([card.child]) if one.school == kiosk.school]
    order = (ContractState.ACTIVE, ContractState.DRAFT, ContractState.CLOSING, ContractState.CLOSED)
    return min(mine, key=lambda one: order.index(one.state), default=None)


def _parties(stand: Stand) -> Iterator[Party]:
    """Each once, however many accounts it stands behind."""
    school = schools.school(stand.contract.school)
    if school is not None:
        yield Party(role="school", name=school.legal_name, inn=school.inn)
    said = [terms.terms_of(stand.contract.school, one.purpose, stand.day) for one in stand.contract.accounts]
    for role in ROLES:
        for name, inn in dict.fromkeys((getattr(card, f"{role}_name"), getattr(card, f"{role}_inn")) for card in said):
            if name:
                yield Party(role=role, name=name, inn=inn)


def _not_too_often(deps: Deps, kiosk: Kiosk) -> None:
    """A find names somebody's initials: it is not asked without end (RULES D4)."""
    if not throttle(deps, "kiosk_finds", FINDS_A_MINUTE).take(kiosk.id):
        raise KioskRefused(Code.TOO_MANY, after_s=60)
