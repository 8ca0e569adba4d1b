"""The office pays out: the queue with its terms, two officers for what goes to a bank account, never one's own (RULES B5, D9; F156)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from hub.deps import Deps
from hub.flows.office.officers import Officer, note_change, note_reading, officer_of
from hub.flows.office.rights import Act
from hub.flows.office.words import reason_of
from hub.flows.payout.listing import desk_of
from hub.flows.payout.own_school import require_foreign
from hub.flows.payout.telling import payer_of, tell_payer
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.payouts import PayoutDesk
from hub.ledger import accounts
from hub.ledger.agreements.payouts import PayoutState, Way
from hub.ledger.model import Cause, Leg, TransactionId
from hub.ledger.money import shown
from hub.ledger.posting import Act as Posted
from hub.ledger.posting import paid_out, reversal
from hub.ledger.store import heads
from hub.ledger.store.agreements import closing, papers, payouts
from hub.ledger.store.agreements.payouts import PayoutCard, WrongState
from hub.ledger.store.known import txn_of
from hub.ledger.store.writing import post
from hub.store.sessions import Visitor
from identity.model import PersonId

PAGE = "office.payouts"
SCOPE = "payout"
LONGEST_NUMBER = 60


async def show_desk(deps: Deps, visitor: Visitor) -> PayoutDesk:
    """The longest overdue first; each family sees that the office looked."""
    now = deps.now()

    def unit() -> PayoutDesk:
        officer = officer_of(deps, visitor, act=Act.CONTRACTS)
        waiting, done = payouts.of_school(officer.school), payouts.of_school(officer.school, done=True, limit=50)
        note_reading(deps, officer, sorted({PersonId(one.child) for one in (*waiting, *done) if one.child}), page=PAGE, now=now)
        return desk_of(deps, officer, waiting, done, now=now)

    return await deps.db.write(unit)


async def sign_payout(deps: Deps, visitor: Visitor, id_: str) -> None:
    """The first officer has compared the requisites; from here on the payer changes nothing."""

    def turn(officer: Officer, card: PayoutCard, now: datetime) -> str:
        if not card.way:
            raise Refused(Reason.ALREADY_DECIDED, "Проверять пока нечего: семья ещё не выбрала, куда вернуть деньги.")
        if card.way != Way.REQUISITES:
            raise Refused(Reason.ALREADY_DECIDED)
        payouts.turn(card, PayoutState.SIGNED, signed_by=officer.person, signed_at=now)
        return ""

    await _decide(deps, visitor, id_, "payout.signed", turn)


async def pay_payout(deps: Deps, visitor: Visitor, id_: str, number: str) -> None:
    """The second officer has sent the money, by the payment order of this number."""
    order = " ".join(number.split())
    if not order or len(order) > LONGEST_NUMBER or not order.isprintable():
        raise Refused(Reason.MALFORMED, "Напишите номер платёжного поручения.")

    def turn(officer: Officer, card: PayoutCard, now: datetime) -> str:
        if card.state is PayoutState.DONE:
            raise Refused(Reason.ALREADY_DECIDED, "Эти деньги уже возвращены.")
        if card.state is not PayoutState.SIGNED or card.way != Way.REQUISITES:
            raise Refused(Reason.ALREADY_DECIDED, "Сначала первый сотрудник проверяет реквизиты.")
        if card.signed_by == officer.person:
            raise Refused(Reason.SAME_OFFICER)
        text = f"Платёжное поручение № {order}"
        payouts.turn(card, PayoutState.DONE, done_by=officer.person, done_at=now, note=payouts.sealed_note(deps.keys, card, text))
        act = Posted(scope=SCOPE, key=_key(card), at=now, actor=officer.person, cause=Cause(rule="payout.bank", event=card.id))
        post(paid_out(act, to=accounts.PAID_OUT, amount_kop=card.amount_kop), now=now)
        return f"Остаток по договору отправлен на ваш счёт: {shown(card.amount_kop)}. {text}."

    await _decide(deps, visitor, id_, "payout.paid", turn)


async def fail_payout(deps: Deps, visitor: Visitor, id_: str, reason: str | None) -> None:
    """It could not be sent: the payer reads why and chooses anew."""
    why = reason_of(reason)

    def turn(_officer: Officer, card: PayoutCard, _now: datetime) -> str:
        if card.state not in (PayoutState.READY, PayoutState.SIGNED):
            raise Refused(Reason.ALREADY_DECIDED)
        payouts.turn(card, PayoutState.FAILED, note=payouts.sealed_note(deps.keys, card, why))
        return "Вернуть остаток по договору не получилось. Причина и другие способы — на странице выплаты."

    await _decide(deps, visitor, id_, "payout.failed", turn)


async def return_payout(deps: Deps, visitor: Visitor, id_: str, reason: str | None) -> None:
    """The bank sent the money back: it is here again, and the payer chooses anew."""
    why = reason_of(reason)

    def turn(officer: Officer, card: PayoutCard, now: datetime) -> str:
        if card.way != Way.REQUISITES:
            raise Refused(Reason.ALREADY_DECIDED)
        payouts.turn(card, PayoutState.RETURNED, note=payouts.sealed_note(deps.keys, card, why), done_at=None, done_by=None, signed_by=None)
        sent = txn_of(SCOPE, _key(card))
        if sent is not None:
            _take_back(card, sent, officer, now)
        return "Банк вернул перевод остатка. Проверьте реквизиты или выберите другой способ."

    await _decide(deps, visitor, id_, "payout.returned", turn)


def _key(card: PayoutCard) -> str:
    """Another one each time that it is sent: requisites that were sent back may be right the second time."""
    return f"bank:{card.id}:{card.tries}"


def _take_back(card: PayoutCard, sent: TransactionId, officer: Officer, now: datetime) -> None:
    legs = [Leg(account=account, amount_kop=kop) for account, kop in heads.original_of(sent).legs.items()]
    act = Posted(scope=SCOPE, key=f"{_key(card)}:back", at=now, actor=officer.person, cause=Cause(rule="payout.returned", event=card.id))
    post(reversal(act, sent, None, legs), now=now)
    payouts.ask_again(card.id, None)


async def _decide(deps: Deps, visitor: Visitor, id_: str, action: str, turn: Callable[[Officer, PayoutCard, datetime], str]) -> None:
    """One officer's act on one payout of the own school, never on that of the own family; the payer hears what `turn` says."""
    now = deps.now()

    def unit() -> None:
        officer = officer_of(deps, visitor, act=Act.CONTRACTS)
        card = payouts.get(id_)
        if card is None or card.school != officer.school:
            raise Refused(Reason.NOT_FOUND)
        papers.lock(card.contract)
        card = payouts.locked(id_) or card
        require_foreign(officer, card.child, payer_of(card))
        try:
            text = turn(officer, card, now)
        except WrongState as wrong:
            raise Refused(Reason.ALREADY_DECIDED) from wrong
        closing.settle(card.contract, now=now)
        if card.child:
            note_change(deps, officer, PersonId(card.child), action=action, now=now)
        if text:
            tell_payer(deps, payouts.get(id_) or card, kind=action.replace(".", "_"), text=text)

    await deps.db.write(unit)
