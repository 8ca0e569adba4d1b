"""Money of an unknown account finds the right one: one operator proposes, another signs, the family is told (RULES B5, D1, D10)."""

from __future__ import annotations

from datetime import datetime

from hub.deps import Deps
from hub.flows.console.door import enter
from hub.flows.guardianship.telling import guardians_of
from hub.flows.reconcile.show_book import LEAST_NOTE, LONGEST_NOTE, title_of
from hub.flows.refusals import Reason, Refused
from hub.flows.views.paying.reconcile import SuspenseItem, SuspenseList, SuspenseMoveView
from hub.ledger.errors import LedgerRefusal
from hub.ledger.model import PAY_TYPES, AccountId, Cause, Purpose, TransactionId
from hub.ledger.money import shown
from hub.ledger.posting import Act, Own, from_suspense
from hub.ledger.store import contracts
from hub.ledger.store.contracts import AccountCard, ContractCard, ContractState
from hub.ledger.store.registers import kept, suspense
from hub.ledger.store.registers.suspense import Move, Waiting
from hub.ledger.store.writing import Outcome, post
from hub.ledger.texts import PURPOSES
from hub.store import notices
from hub.store.sessions import Visitor
from hub.store.wishes import top_ups
from hub.store.wishes.top_ups import PAID
from identity.model import ActorKind, PersonId
from identity.store import edges, record_change

SCOPE = "suspense"
NO_ACCOUNT = "По этому номеру и виду счёта платить некуда: проверьте договор."
OWN = "Это договор вашей семьи: деньги на него переводят другие."
NOT_ALONE = "Перевод предложили вы. Подписать должен другой оператор."


async def show_suspense(deps: Deps, visitor: Visitor) -> SuspenseList:
    home = await enter(deps, visitor)

    def unit() -> SuspenseList:
        moves = {one.txn: one for one in suspense.open_moves()}
        return SuspenseList(items=tuple(_item(one, moves.get(one.txn), home.operator) for one in suspense.waiting()))

    return await deps.db.read(unit)


async def propose_move(deps: Deps, visitor: Visitor, txn: str, *, number: str, purpose: str, note: str) -> str:
    """The id of the proposal, which waits for another operator."""
    home, said = await enter(deps, visitor), _note(note)

    def unit() -> str:
        found = suspense.waits(txn)
        if found is None:
            raise Refused(Reason.NOT_FOUND)
        contract, account = _target(number, purpose)
        _not_own(visitor, contract)
        made = suspense.propose(found, account.id, note=said, by=home.operator, now=deps.now())
        if made is None:
            raise Refused(Reason.ALREADY_DECIDED, "Перевод этих денег уже предложен.")
        return made

    return await deps.db.write(unit)


async def sign_move(deps: Deps, visitor: Visitor, id_: str) -> None:
    """The second pair of eyes: the money goes, what was open about it is closed, the family hears of it."""
    home = await enter(deps, visitor)

    def unit() -> None:
        one, now = _open(id_), deps.now()
        if one.proposed_by == home.operator:
            raise Refused(Reason.SAME_OFFICER, NOT_ALONE)
        found = contracts.account(AccountId(one.account))
        if found is None or suspense.waits(one.txn) is None:
            raise Refused(Reason.ALREADY_DECIDED)
        account, contract = found
        _not_own(visitor, contract)
        moved = _moved(one, account, by=home.operator, now=now)
        if not suspense.decide(one.id, suspense.SIGNED, by=home.operator, now=now, moved=moved):
            raise Refused(Reason.ALREADY_DECIDED)
        _found(one, moved, now=now)
        kept.settle_key(one.provider, one.key, by=home.operator, note=one.note, now=now)
        _tell(deps, one, contract, account, by=home.operator)

    await deps.db.write(unit)


async def refuse_move(deps: Deps, visitor: Visitor, id_: str, why: str) -> None:
    """Whoever proposed it may take it back; the money stays where it is."""
    home, said = await enter(deps, visitor), _note(why)

    def unit() -> None:
        _open(id_)
        if not suspense.decide(id_, suspense.REFUSED, by=home.operator, now=deps.now(), why=said):
            raise Refused(Reason.ALREADY_DECIDED)

    await deps.db.write(unit)


def _note(text: str) -> str:
    said = " ".join(text.split())
    if not LEAST_NOTE <= len(said) <= LONGEST_NOTE:
        raise Refused(Reason.MALFORMED, "Напишите, почему: от 3 до 500 знаков.")
    return said


def _open(id_: str) -> Move:
    one = suspense.move(id_)
    if one is None:
        raise Refused(Reason.NOT_FOUND)
    if one.state != suspense.OPEN:
        raise Refused(Reason.ALREADY_DECIDED)
    return one


def _target(number: str, purpose: str) -> tuple[ContractCard, AccountCard]:
    contract = contracts.numbered(number.strip())
    account = next((one for one in contract.accounts if one.purpose == purpose), None) if contract else None
    takes = account is not None and not account.closed and account.purpose in PAY_TYPES
    if contract is None or account is None or not takes or contract.state is not ContractState.ACTIVE:
        raise Refused(Reason.MALFORMED, NO_ACCOUNT)
    return contract, account


def _not_own(visitor: Visitor, contract: ContractCard) -> None:
    mine = contract.child is not None and (
        contract.child == visitor.person or bool(edges.between(PersonId(visitor.person), PersonId(contract.child)))
    )
    if mine or contract.payer == visitor.person:
        raise Refused(Reason.OWN_FAMILY, OWN)


def _moved(one: Move, account: AccountCard, *, by: str, now: datetime) -> TransactionId:
    act = Act(scope=SCOPE, key=one.txn, at=now, actor=by, cause=Cause(provider=one.provider, event="suspense"))
    to = Own(id=account.id, purpose=account.purpose)
    try:
        done = post(from_suspense(act, to, provider=one.provider, amount_kop=one.amount_kop, of=one.txn), now=now)
    except LedgerRefusal as refusal:
        raise Refused(Reason.MALFORMED, NO_ACCOUNT) from refusal
    if done.outcome is not Outcome.POSTED:
        raise Refused(Reason.ALREADY_DECIDED)
    return done.txn


def _found(one: Move, moved: TransactionId, *, now: datetime) -> None:
    """The payment that a family began is paid by it: its page says so."""
    wish = top_ups.by_provider(one.provider, one.key)
    if wish is not None and wish.account == one.account and wish.state != PAID:
        top_ups.change(wish.id, state=PAID, problem="", txn=moved, amount_kop=one.amount_kop, fee_kop=0, ask_after=None, settled_at=now)


def _tell(deps: Deps, one: Move, contract: ContractCard, account: AccountCard, *, by: str) -> None:
    now = deps.now()
    text = f"Нашли ваш платёж: {shown(one.amount_kop)} зачислены на счёт «{PURPOSES[account.purpose]}»."
    guardians = guardians_of(PersonId(contract.child)) if contract.child else ()
    for who in dict.fromkeys([*([contract.payer] if contract.payer else []), *guardians]):
        notices.tell(deps.keys, person=who, kind="money_found", text=text, href=f"/money/{account.id}", now=now)
    if contract.child:
        record_change(
            actor=by, actor_kind=ActorKind.OPERATOR, subject=PersonId(contract.child), action="money.found", object=one.txn, now=now
        )


def _item(one: Waiting, move: Move | None, operator: str) -> SuspenseItem:
    return SuspenseItem(
        txn=one.txn, provider=one.provider, title=title_of(one.provider), txn_id=one.key, amount_kop=one.amount_kop,
        booked_at=one.booked_at, said=f"…{one.said[-4:]}" if one.said else "", move=_view(move, operator) if move else None,
    )  # fmt: skip


def _view(move: Move, operator: str) -> SuspenseMoveView:
    """A contract's number whole: both must see which one is meant."""
    found = contracts.account(AccountId(move.account))
    number, purpose = (found[1].number, found[0].purpose) if found else ("", Purpose.MEAL)
    return SuspenseMoveView(
        id=move.id, contract=number, purpose_title=PURPOSES[purpose], note=move.note, proposed_at=move.proposed_at,
        mine=move.proposed_by == operator,
    )  # fmt: skip
