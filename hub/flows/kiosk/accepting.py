"""«Согласен» at the kiosk: a PIN goes to a parent's phone, and who types it has accepted; any other phone looks the same (F125, F126)."""

from __future__ import annotations

from datetime import datetime, timedelta

from hub.deps import Deps
from hub.flows.consents.texts import every
from hub.flows.guardianship.telling import first_name, tell_family
from hub.flows.kiosk.accounts import accounts_of
from hub.flows.kiosk.asking import consent_now, first_payment
from hub.flows.kiosk.door import Kiosk
from hub.flows.kiosk.refusing import Code, KioskRefused
from hub.flows.kiosk.seen import Stand, contract_at, has_phone, may_pay, parent_by_phone, stand_of
from hub.flows.phones import e164
from hub.flows.views.school.kiosk import CodeSent, Confirmed, PinSent
from hub.ledger.agreements.accepting import Acceptance, Fault, Where, new_pin
from hub.ledger.agreements.accepting import Party as Side
from hub.ledger.store.agreements import offers, papers
from hub.ledger.store.agreements.papers import Accepted, Unacceptable
from hub.ledger.store.contracts import ContractCard, by_id
from hub.store import notices
from hub.store.reach import may_take_secrets
from hub.store.school.kiosks import codes, doors
from hub.store.school.kiosks.codes import CodeCard, Purpose
from hub.store.written import texts
from hub.store.written.texts import NewText
from identity.consent import Purpose as ConsentPurpose
from identity.consent import Whose, Word
from identity.model import ActorKind, PersonId
from identity.store import consent_holds, person, record_change, say_consent

AGAIN_AFTER = timedelta(seconds=60)
A_DAY = 5
PIN_TEXT = "School Hub: ПИН {pin}. Введите его на терминале. Никому его не говорите."
SENT = (
    "Если этот телефон указан в Госуслугах у родителя, который платит за ребёнка, ПИН придёт по СМС за минуту. Не пришёл — примите договор "
    "в кабинете на сайте или спросите в школе."
)
SENT_AGAIN = (
    "Если это телефон родителя, который платит по договору, новый ПИН придёт по СМС за минуту. Не пришёл — смените ПИН в кабинете на сайте."
)
KIND = "kiosk_pin"


async def accept(deps: Deps, kiosk: Kiosk, number: str, *, consent: str, offer: str, agreed: bool, phone: str) -> CodeSent:
    """Nothing is accepted yet. The answer does not tell whose phone it is."""
    if agreed is not True:
        raise KioskRefused(Code.NOT_AGREED)
    now, plain = deps.now(), _phone(phone)

    def unit() -> CodeSent:
        contract = contract_at(kiosk, number)
        if contract is None:
            raise KioskRefused(Code.UNKNOWN_CONTRACT)
        stand = stand_of(deps, contract, now=now)
        if not stand.may_accept or stand.child is None:
            raise KioskRefused(Code.NOT_OPEN, state=contract.state.value)
        if consent != consent_now(now).version:
            raise KioskRefused(Code.CONSENT_CHANGED, version=consent_now(now).version)
        if offer != stand.standing.offer_version:
            raise KioskRefused(Code.OFFER_CHANGED, version=stand.standing.offer_version)
        _not_too_often(contract.id, now)
        payer = parent_by_phone(deps, stand.child.id, plain, now=now)
        id_, ends = _begun(deps, kiosk, Purpose.ACCEPT, contract.id, payer, plain, (offer, consent), now=now)
        return CodeSent(acceptance=id_, expires_at=ends, again_after_s=int(AGAIN_AFTER.total_seconds()), told=SENT)

    return await deps.db.write(unit)


async def forgotten(deps: Deps, kiosk: Kiosk, number: str, *, phone: str) -> PinSent:
    """A new PIN to the payer's phone; an unknown number is limited and answered alike."""
    now, plain = deps.now(), _phone(phone)

    def unit() -> PinSent:
        contract = contract_at(kiosk, number)
        about = contract.id if contract else deps.keys.index("kiosk number", number)
        _not_too_often(about, now)
        payer = _payer(deps, contract, plain, now=now) if contract else None
        _begun(deps, kiosk, Purpose.PIN, about, payer, plain, ("", ""), now=now)
        return PinSent(again_after_s=int(AGAIN_AFTER.total_seconds()), told=SENT_AGAIN)

    return await deps.db.write(unit)


async def confirm(deps: Deps, kiosk: Kiosk, acceptance: str, *, pin: str) -> Confirmed:
    """The PIN came to the parent's own phone: this is that parent's word, to the texts that stood on the screen."""
    now = deps.now()

    def unit() -> Confirmed | None:
        code = codes.take(deps.keys, acceptance, pin, device=kiosk.id, now=now)
        contract = by_id(code.contract) if code else None
        if code is None or contract is None or contract.child is None:
            return None
        if not may_pay(deps, PersonId(code.person), contract.child, now=now):
            return None
        stand = stand_of(deps, contract, now=now)
        _say_consent(deps, code, stand, now=now)
        done = _accepted(deps, kiosk, code, stand, pin, now=now)
        _note(deps, code, stand, now=now)
        token, ends = doors.open_session(deps.keys, contract=contract.id, device=kiosk.id, now=now)
        after = stand_of(deps, by_id(contract.id) or contract, now=now)
        return Confirmed(
            contract=contract.number,
            state=done.state.value,
            waits=tuple(one.value for one in done.waits),
            first_payment_min_kop=first_payment(after),
            accounts=accounts_of(after),
            session=token,
            expires_at=ends,
        )

    found = await deps.db.write(unit)
    if found is None:
        raise KioskRefused(Code.WRONG_PIN)
    return found


def _begun(
    deps: Deps, kiosk: Kiosk, purpose: Purpose, about: str, payer: PersonId | None, phone: str, said: tuple[str, str], *, now: datetime
) -> tuple[str, datetime]:
    pin = new_pin()
    if payer and not may_take_secrets(deps.keys, payer, phone, now=now):
        payer = None  # a phone that was changed less than three days ago (RULES F3)
    found = (payer, phone, pin) if payer else None
    begun = codes.begin(deps.keys, purpose, contract=about, device=kiosk.id, texts=said, found=found, now=now)
    if payer:
        text = PIN_TEXT.format(pin=pin)
        texts.put(deps.keys, NewText(kind=KIND, about=about, phone=phone, text=text, person=payer, secret=True, life=codes.LIFE), now=now)
    return begun


def _payer(deps: Deps, contract: ContractCard, phone: str, *, now: datetime) -> PersonId | None:
    who = PersonId(contract.payer) if contract.payer else None
    mine = who is not None and contract.child is not None and has_phone(deps, who, phone) and may_pay(deps, who, contract.child, now=now)
    return who if mine else None


def _say_consent(deps: Deps, code: CodeCard, stand: Stand, *, now: datetime) -> None:
    """An act of its own before the offer, kept with the version that stood on the screen (RULES A14)."""
    child = PersonId(stand.contract.child or "")
    if Whose.GUARDIAN not in consent_holds(deps.keys, child, ConsentPurpose.CONTRACT, now=now).missing:
        return
    text = next(one for one in every() if one.version == code.consent)
    say_consent(deps.keys, PersonId(code.person), child, text.shown(now), Word.GIVEN, now=now)
    if Whose.GUARDIAN in consent_holds(deps.keys, child, ConsentPurpose.CONTRACT, now=now).missing:
        raise KioskRefused(Code.NOT_OPEN, state=stand.contract.state.value)


def _accepted(deps: Deps, kiosk: Kiosk, code: CodeCard, stand: Stand, pin: str, *, now: datetime) -> Accepted:
    asked = Acceptance(
        party=Side.PAYER, by=code.person, at=now, where=Where.KIOSK, offer_version=code.offer, place=kiosk.id, phone=code.phone, pin=pin
    )
    try:
        return papers.accept(deps.keys, stand.contract.id, asked, day=stand.day, pupil_too=stand.standing.pupil_too)
    except Unacceptable as refused:
        if refused.fault is Fault.OFFER_CHANGED:
            raise KioskRefused(Code.OFFER_CHANGED, version=offers.offer_on(stand.day).version) from refused
        raise KioskRefused(Code.NOT_OPEN, state=stand.contract.state.value) from refused


def _note(deps: Deps, code: CodeCard, stand: Stand, *, now: datetime) -> None:
    """The payer hears of it too: a phone may lie in another's hand."""
    who, child, href = PersonId(code.person), PersonId(stand.contract.child or ""), f"/contracts/{stand.contract.id}"
    record_change(actor=who, actor_kind=ActorKind.GUARDIAN, subject=child, action="contract.accepted", object=stand.contract.id, now=now)
    name = stand.child.first_name if stand.child else "ребёнок"
    text = f"Договор о личном счёте ({name}) принят на терминале в школе по ПИН с вашего телефона. Это не вы? Скажите школе."
    notices.tell(deps.keys, person=who, kind="contract_accepted", text=text, href=href, now=now)
    said = f"{first_name(person(deps.keys, who))}: принят договор о личном счёте ({name}) на терминале в школе."
    tell_family(deps, child, but={who}, kind="contract_accepted", text=said, href=href)


def _not_too_often(about: str, now: datetime) -> None:
    """One a minute and five a day, counted whether anything was sent: the count must not tell."""
    made = codes.made_since(about, now - timedelta(days=1))
    if made and now - made[0] < AGAIN_AFTER:
        raise KioskRefused(Code.TOO_MANY, after_s=(made[0] + AGAIN_AFTER - now).total_seconds())
    if len(made) >= A_DAY:
        raise KioskRefused(Code.TOO_MANY, after_s=(made[A_DAY - 1] + timedelta(days=1) - now).total_seconds())


def _phone(typed: str) -> str:
    plain = e164(typed)
    if not plain:
        raise KioskRefused(Code.BAD_PHONE)
    return plain
