"""The payer chooses whither the remainder goes: back the way it came, to a bank account, or to a sibling's (RULES D9, A16)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from hub.deps import Deps
from hub.flows.guardianship.telling import first_name, tell_family
from hub.flows.link_account.settle import require_fresh
from hub.flows.money.payer import require_payer, require_unmerged
from hub.flows.money.sight import seen_contract
from hub.flows.payout.refunding import send_refunds
from hub.flows.payout.seen import siblings, target_of, view_of
from hub.flows.payout.telling import note
from hub.flows.refusals import Reason, Refused
from hub.flows.views.paying.contracts import PayoutList, PayoutView
from hub.ledger.agreements.payouts import CHOOSABLE, PayoutState, Way
from hub.ledger.agreements.requisites import Fault, Requisites, fault_of, looks_like_a_card, only_digits
from hub.ledger.model import AccountId, Cause, Purpose
from hub.ledger.posting import Act, Own, payout_kept
from hub.ledger.store import contracts
from hub.ledger.store.agreements import closing, papers, payouts, refunds
from hub.ledger.store.agreements.payouts import PayoutCard, WrongState
from hub.ledger.store.contracts import ContractCard
from hub.ledger.store.writing import post
from hub.store.sessions import Visitor
from identity.model import ActorKind, PersonId
from identity.store import person

SCOPE = "payout"
NO_CARD = "Номер банковской карты здесь не вводят и мы его не храним. Нужен номер счёта: 20 цифр, он есть в приложении банка."
_FAULTS: Mapping[Fault, str] = MappingProxyType(
    {
        Fault.CARD: NO_CARD,
        Fault.BIK: "БИК — 9 цифр и начинается с нуля. Он есть в реквизитах счёта в приложении банка.",
        Fault.ACCOUNT: "Номер счёта — 20 цифр.",
        Fault.NOT_A_PERSONS: "Это не рублёвый счёт человека: такие начинаются с 40817 или 423. Нужен ваш собственный счёт.",
        Fault.KEY: "БИК и номер счёта не подходят друг к другу: хотя бы одна цифра набрана неверно.",
    }
)


async def show_payout(deps: Deps, visitor: Visitor, id_: str) -> PayoutView:
    now = deps.now()

    def unit() -> PayoutView:
        card, contract = _seen(deps, visitor, id_)
        return view_of(deps, visitor, contract, card, now=now)

    return await deps.db.read(unit)


async def list_payouts(deps: Deps, visitor: Visitor, contract: str) -> PayoutList:
    now = deps.now()

    def unit() -> PayoutList:
        found, _ = seen_contract(deps, visitor, contract, now=now)
        return PayoutList(items=tuple(view_of(deps, visitor, found, one, now=now) for one in payouts.of_contracts([found.id])))

    return await deps.db.read(unit)


async def choose_requisites(deps: Deps, visitor: Visitor, id_: str, *, bik: str, account: str) -> PayoutView:
    """To the payer's own bank account, in the payer's own name; two officers send it."""
    if looks_like_a_card(account) or looks_like_a_card(bik):
        raise Refused(Reason.WRONG_REQUISITES, NO_CARD)
    bik, account = only_digits(bik), only_digits(account)
    fault = fault_of(bik, account)
    if fault is not None:
        raise Refused(Reason.WRONG_REQUISITES, _FAULTS[fault], more={"field": "bik" if fault is Fault.BIK else "account"})
    now = deps.now()

    def unit() -> PayoutView:
        card, contract = _choosable(deps, visitor, id_)
        to = Requisites(bik=bik, account=account, name=_full_name(deps, visitor))
        after = _turned(lambda: payouts.choose(deps.keys, card, Way.REQUISITES, PayoutState.READY, by=visitor.person, now=now, to=to))
        _note(deps, visitor, contract, after)
        return view_of(deps, visitor, contract, after, now=now)

    return await deps.db.write(unit)


async def choose_sibling(deps: Deps, visitor: Visitor, id_: str, sibling: str) -> PayoutView:
    """To the accounts of another child of the payer's, at once: each remainder for the same as it was."""
    now = deps.now()

    def unit() -> PayoutView:
        card, contract = _choosable(deps, visitor, id_)
        to = next((one for one, _ in siblings(deps, visitor, contract, now=now) if one.id == sibling), None)
        if to is None:
            raise Refused(Reason.NOT_FOUND)
        chosen = _turned(lambda: payouts.choose(deps.keys, card, Way.SIBLING, PayoutState.READY, by=visitor.person, now=now, target=to.id))
        for number, (own, kop) in enumerate(_shared(to, chosen)):
            act = Act(
                scope=SCOPE,
                key=f"sibling:{chosen.id}:{number}",
                at=now,
                actor=visitor.person,
                cause=Cause(rule="payout.sibling", event=chosen.id),
            )
            post(payout_kept(act, own, amount_kop=kop), now=now)
        after = _turned(lambda: payouts.turn(chosen, PayoutState.DONE, done_by=visitor.person, done_at=now))
        closing.settle(contract.id, now=now)
        _note(deps, visitor, contract, after)
        note(to, actor=visitor.person, kind=ActorKind.GUARDIAN, action="payout.received", object_=after.id, now=now)
        return view_of(deps, visitor, contract, after, now=now)

    return await deps.db.write(unit)


async def choose_refund(deps: Deps, visitor: Visitor, id_: str) -> PayoutView:
    """Back to the cards and accounts that paid, as far as they paid; the rest becomes a payout of its own."""
    now = deps.now()

    def unit() -> str:
        card, contract = _choosable(deps, visitor, id_)
        planned = refunds.plan(card, refunds.refundable(contract, deps.payments))
        if planned == 0:
            raise Refused(Reason.CONTRACT_STATE, "Через интернет на этот договор не платили: вернуть некуда. Выберите счёт в банке.")
        if planned < card.amount_kop:
            payouts.split(card, card.amount_kop - planned, now=now)
        after = _turned(lambda: payouts.choose(deps.keys, card, Way.REFUND, PayoutState.SENDING, by=visitor.person, now=now))
        payouts.ask_again(after.id, now + payouts.LEASE)
        _note(deps, visitor, contract, after)
        return after.id

    id_ = await deps.db.write(unit)
    await send_refunds(deps, id_)
    return await show_payout(deps, visitor, id_)


def _shared(to: ContractCard, card: PayoutCard) -> list[tuple[Own, int]]:
    """What each purpose gets: as the remainders were; what was split off or came back meanwhile is taken from the last of them."""
    sums: dict[tuple[AccountId, Purpose], int] = {}
    rest = card.amount_kop
    parts = [(one.purpose, one.amount_kop) for one in payouts.parts_of(card.id)] or [(Purpose.MEAL, rest)]
    for place, (purpose, kop) in enumerate(parts):
        part = min(rest, kop) if place < len(parts) - 1 else rest
        target = target_of(to, purpose)
        if target is None:
            raise Refused(Reason.CONTRACT_STATE, "У этого договора нет открытого счёта, куда перевести.")
        if part > 0:
            sums[target] = sums.get(target, 0) + part
            rest -= part
    return [(Own(id=account, purpose=purpose), kop) for (account, purpose), kop in sums.items()]


def _seen(deps: Deps, visitor: Visitor, id_: str) -> tuple[PayoutCard, ContractCard]:
    """In the caller's unit: a foreign payout is not there. A payer kept from the child by a court still sees what is owed to him."""
    card = payouts.get(id_)
    if card is None:
        raise Refused(Reason.NOT_FOUND)
    contract = contracts.by_id(card.contract)
    if contract is None or contract.payer != visitor.person:
        contract, _ = seen_contract(deps, visitor, card.contract, now=deps.now())
    return card, contract


def _choosable(deps: Deps, visitor: Visitor, id_: str) -> tuple[PayoutCard, ContractCard]:
    require_fresh(deps, visitor.auth_time)
    _, contract = _seen(deps, visitor, id_)
    require_payer(deps, visitor, contract, now=deps.now())
    require_unmerged(deps, visitor, contract, now=deps.now())
    # The contract's row comes first everywhere, so that two acts on one contract take turns.
    contract = papers.lock(contract.id) or contract
    card = payouts.locked(id_)
    if card is None or card.state not in CHOOSABLE:
        raise Refused(Reason.ALREADY_DECIDED, "Эти деньги уже отправляют или вернули: выбрать другой способ нельзя.")
    # Two guardians of a contract without a payer: the one who was quicker, while this one waited for the row.
    require_payer(deps, visitor, contract, now=deps.now())
    if papers.become_payer(contract.id, visitor.person) and contract.child:
        _tell_others(deps, visitor, contract, card)
    return card, contract


def _tell_others(deps: Deps, visitor: Visitor, contract: ContractCard, card: PayoutCard) -> None:
    """The other guardians hear who takes the money of a contract that had no payer yet."""
    name = first_name(person(deps.keys, PersonId(visitor.person)))
    text = f"{name}: выбрано, куда вернуть остаток по договору {contract.number}. Если это ошибка, скажите школе."
    tell_family(
        deps, PersonId(contract.child or ""), but={visitor.person, contract.child or ""}, kind="payout_chosen", text=text,
        href=f"/payouts/{card.id}",
    )  # fmt: skip


def _turned(turn: Callable[[], PayoutCard]) -> PayoutCard:
    try:
        return turn()
    except WrongState as wrong:
        raise Refused(Reason.ALREADY_DECIDED) from wrong


def _full_name(deps: Deps, visitor: Visitor) -> str:
    me = person(deps.keys, PersonId(visitor.person))
    return " ".join(part for part in (me.last_name, me.first_name, me.middle_name) if part) if me else ""


def _note(deps: Deps, visitor: Visitor, contract: ContractCard, card: PayoutCard) -> None:
    note(contract, actor=visitor.person, kind=ActorKind.GUARDIAN, action=f"payout.{card.way}", object_=card.id, now=deps.now())
