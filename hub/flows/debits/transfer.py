"""The family moves money from one account of a contract to another: a refund and a top-up, never from the benefit (RULES D2)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.debits.payer import may_decide, require_payer
from hub.flows.debits.words import tell_parents
from hub.flows.money.sight import seen_account, zone_of
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import note_reading
from hub.flows.views.paying.debits import TransferForm, TransferTarget, TransferView
from hub.ledger.debits.moving import Moved, OtherMove, move
from hub.ledger.errors import AccountClosed, NotEnough
from hub.ledger.model import PAID_IN, Cause
from hub.ledger.money import shown
from hub.ledger.posting import Act, Own
from hub.ledger.store import reading, terms
from hub.ledger.store.contracts import AccountCard, ContractCard, ContractState
from hub.ledger.texts import PURPOSES
from hub.store.sessions import Visitor
from identity.model import ActorKind, Person, PersonId
from identity.store import record_change

PAGE = "money.transfer"
SCOPE = "transfer"
BENEFIT = "Деньги льготы принадлежат бюджету: их не переводят, остаток вернётся в бюджет."
CLOSED = "Договор закрывается: остаток выплатят, переводить его не нужно."
NOWHERE = "Перевести некуда: у договора нет другого счёта, который принимает деньги."


async def show_transfer(deps: Deps, visitor: Visitor, account: str) -> TransferForm:
    now = deps.now()

    def unit() -> tuple[TransferForm, Person | None]:
        card, contract, child = seen_account(deps, visitor, account, now=now)
        targets = _targets(card, contract, now=now)
        held = reading.holds([card.id], now=now).get(card.id, 0)
        return TransferForm(
            account=card.id,
            title=PURPOSES[card.purpose],
            contract=contract.number,
            child=child.id if child else None,
            first_name=child.first_name if child else "",
            free_kop=max(reading.balance(card.id) - held, 0),
            targets=targets,
            form=secrets.token_urlsafe(16),
            why_not=_why_not(deps, visitor, card, contract, targets, now=now),
        ), child

    view, child = await deps.db.read(unit)
    if child is not None:
        await note_reading(deps, visitor, child.id, PAGE)
    return view


async def transfer_money(deps: Deps, visitor: Visitor, account: str, *, to: str, amount_kop: int, form: str) -> TransferView:
    """Both transactions or none; the same form twice is one transfer."""
    now = deps.now()
    if amount_kop <= 0 or not 0 < len(form) <= 200:
        raise Refused(Reason.WRONG_AMOUNT, "Сумма перевода — больше нуля.")

    def unit() -> TransferView:
        card, contract, child = seen_account(deps, visitor, account, now=now)
        require_payer(deps, visitor, contract, now=now, moves=True)
        target = _target(card, contract, to, now=now)
        key = hashlib.sha256(f"{visitor.person}\n{form}".encode()).hexdigest()[:32]
        act = Act(scope=SCOPE, key=key, at=now, actor=visitor.person, cause=Cause(rule="transfer.asked"), request=(card.id, target.id))
        done = _moved(act, card, target, amount_kop, now=now)
        if done.new and child is not None:
            record_change(
                actor=PersonId(visitor.person),
                actor_kind=ActorKind.GUARDIAN,
                subject=child.id,
                action="money.transfer",
                object=done.out,
                now=now,
            )
            text = (
                f"{child.first_name}: {shown(amount_kop)} переведены со счёта «{PURPOSES[card.purpose]}» на «{PURPOSES[target.purpose]}»."
            )
            tell_parents(deps, child.id, but=visitor.person, pupil=True, kind="money_moved", text=text, href=f"/money/{target.id}")
        return TransferView(out=done.out, into=done.into, from_account=card.id, to_account=target.id, amount_kop=amount_kop)

    return await deps.db.write(unit)


def _moved(act: Act, card: AccountCard, target: AccountCard, amount_kop: int, *, now: datetime) -> Moved:
    try:
        return move(act, Own(id=card.id, purpose=card.purpose), Own(id=target.id, purpose=target.purpose), amount_kop=amount_kop, now=now)
    except NotEnough as error:
        text = f"На счёте свободно {shown(max(error.available_kop, 0))}: переведите не больше."
        raise Refused(Reason.NO_FUNDS, text, more={"rule": error.rule}) from None
    except AccountClosed:
        raise Refused(Reason.FORBIDDEN, CLOSED) from None
    except OtherMove:
        raise Refused(Reason.REPEAT_OTHER) from None


def _target(card: AccountCard, contract: ContractCard, to: str, *, now: datetime) -> AccountCard:
    if card.purpose not in PAID_IN:
        raise Refused(Reason.FORBIDDEN, BENEFIT)
    if contract.state is not ContractState.ACTIVE or card.closed:
        raise Refused(Reason.FORBIDDEN, CLOSED)
    known = {one.id for one in _targets(card, contract, now=now)}
    found = next((one for one in contract.accounts if one.id == to), None)
    if found is None:
        raise Refused(Reason.NOT_FOUND)
    if found.id not in known:
        raise Refused(Reason.CANNOT_PAY_IN, BENEFIT if found.purpose not in PAID_IN else NOWHERE)
    return found


def _targets(card: AccountCard, contract: ContractCard, *, now: datetime) -> tuple[TransferTarget, ...]:
    """The other accounts that take money, and of which it is said who holds it (RULES D11)."""
    today = now.astimezone(ZoneInfo(zone_of(contract))).date()
    return tuple(
        TransferTarget(id=one.id, title=PURPOSES[one.purpose], balance_kop=reading.balance(one.id))
        for one in contract.accounts
        if one.id != card.id and not one.closed and one.purpose in PAID_IN and terms.terms_of(contract.school, one.purpose, today).may_take
    )


def _why_not(
    deps: Deps, visitor: Visitor, card: AccountCard, contract: ContractCard, targets: tuple[TransferTarget, ...], *, now: datetime
) -> str:
    if card.purpose not in PAID_IN:
        return BENEFIT
    if contract.state is not ContractState.ACTIVE or card.closed:
        return CLOSED
    if not may_decide(deps, visitor, contract, now=now):
        return "Переводит деньги тот, кто отвечает за ребёнка или платит по договору."
    return "" if targets else NOWHERE
