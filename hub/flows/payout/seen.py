"""Payouts as the family reads them: how much, until when, whither, and what may still be chosen (RULES D9; F156)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.money.payer import SCHOOL_DOES, require_payer
from hub.flows.money.sight import children, kept_from, zone_of
from hub.flows.refusals import Refused
from hub.flows.views.paying.contracts import PayoutView, RefundPart, SiblingView
from hub.ledger.agreements.payouts import CHOOSABLE, PayoutState, Reason, Way, days_left, last_day_of
from hub.ledger.model import AccountId, Purpose
from hub.ledger.store import contracts, terms
from hub.ledger.store.agreements import payouts, refunds
from hub.ledger.store.agreements.payouts import PayoutCard
from hub.ledger.store.contracts import ContractCard, ContractState
from hub.ledger.texts import PROVIDERS
from hub.store.sessions import Visitor
from identity.model import EdgeRight, PersonId
from identity.store import act_right

SAID: Mapping[PayoutState, str] = MappingProxyType(
    {
        PayoutState.OPEN: "Выберите, куда вернуть деньги.",
        PayoutState.READY: "Способ выбран. Первый сотрудник проверит реквизиты.",
        PayoutState.SIGNED: "Реквизиты проверены. Второй сотрудник отправит деньги.",
        PayoutState.SENDING: "Возвращаем туда, откуда платили. Банк зачисляет до нескольких дней.",
        PayoutState.DONE: "Деньги возвращены.",
        PayoutState.FAILED: "Вернуть не получилось, деньги у нас. Выберите другой способ.",
        PayoutState.RETURNED: "Банк вернул перевод, деньги у нас. Проверьте реквизиты или выберите другой способ.",
    }
)
WAYS: Mapping[str, str] = MappingProxyType(
    {
        Way.REFUND: "туда, откуда платили",
        Way.REQUISITES: "на счёт в банке",
        Way.SIBLING: "на счёт брата или сестры",
    }
)
REASONS: Mapping[str, str] = MappingProxyType(
    {
        Reason.PAYER: "договор закончил плательщик",
        Reason.PUPIL_LEFT: "ученик выбыл из школы",
        Reason.SCHOOL: "школа прекратила договор",
        Reason.SCHOOL_ALL: "школа прекратила все договоры",
        Reason.LATE: "деньги пришли после конца договора",
    }
)


def payout_views(deps: Deps, visitor: Visitor, contract: ContractCard, *, now: datetime) -> tuple[PayoutView, ...]:
    """In the caller's unit."""
    return tuple(view_of(deps, visitor, contract, one, now=now) for one in payouts.of_contracts([contract.id]))


def view_of(deps: Deps, visitor: Visitor, contract: ContractCard, card: PayoutCard, *, now: datetime) -> PayoutView:
    kept = kept_from(deps, visitor.person, contract.child, now=now)
    may = card.state in CHOOSABLE and _may(deps, visitor, contract, now=now)
    of = refunds.refundable(contract, deps.payments) if may else ()
    family = siblings(deps, visitor, contract, now=now) if may else ()
    ways = [Way.REFUND.value] * bool(of) + [Way.SIBLING.value] * bool(family) + [Way.REQUISITES.value]
    by_provider: dict[str, int] = {}
    for one in of:
        by_provider[one.provider] = by_provider.get(one.provider, 0) + one.amount_kop
    return PayoutView(
        id=card.id,
        contract="" if kept else contract.id,
        number=contract.number,
        state=card.state.value,
        said=SCHOOL_DOES if kept and card.state in CHOOSABLE else SAID[card.state],
        reason="" if kept else REASONS.get(card.reason, ""),
        amount_kop=card.amount_kop,
        created_at=card.created_at,
        due_at=card.due_at,
        last_day=last_day_of(card.due_at, zone_of(contract)),
        days_left=days_left(card.due_at, now, zone_of(contract)),
        way=card.way,
        way_said=WAYS.get(card.way, ""),
        may_choose=may,
        ways=tuple(ways) if may else (),
        refunds=tuple(RefundPart(provider=name, title=PROVIDERS.get(name, name), amount_kop=kop) for name, kop in by_provider.items()),
        siblings=tuple(SiblingView(contract=one.id, number=one.number, first_name=name) for one, name in family),
        note=payouts.note(deps.keys, card),
        done_at=card.done_at,
    )


def _may(deps: Deps, visitor: Visitor, contract: ContractCard, *, now: datetime) -> bool:
    try:
        require_payer(deps, visitor, contract, now=now)
    except Refused:
        return False
    return True


def siblings(deps: Deps, visitor: Visitor, contract: ContractCard, *, now: datetime) -> Sequence[tuple[ContractCard, str]]:
    """In the caller's unit: living contracts of the payer's other children whose money the same firm holds; with the child's first name."""
    who = PersonId(visitor.person)
    names = {str(one.person.id): one.person.first_name for one in children(deps, visitor, now=now) if not one.is_self}
    found = []
    for card in contracts.of_children([one for one in names if one != contract.child]):
        child = PersonId(card.child or "")
        mine = card.payer == visitor.person or act_right(deps.keys, who, child, EdgeRight.PAY, now=now).allowed
        if mine and card.state is ContractState.ACTIVE and card.id != contract.id and _one_holder(card, contract, now=now):
            found.append((card, names[str(child)]))
    return found


def _one_holder(one: ContractCard, other: ContractCard, *, now: datetime) -> bool:
    """Money does not go from one firm's hands to another's by a line in a book."""
    inns = {_holder(card, now.astimezone(ZoneInfo(zone_of(card))).date()) for card in (one, other)}
    return len(inns) == 1 and "" not in inns


def _holder(card: ContractCard, day: date) -> str:
    return terms.terms_of(card.school, Purpose.MEAL, day).holder_inn


def target_of(sibling: ContractCard, purpose: Purpose) -> tuple[AccountId, Purpose] | None:
    """The sibling's account for the same, else the one for food."""
    open_ = {one.purpose: one.id for one in sibling.accounts if not one.closed}
    wanted = purpose if purpose in open_ else Purpose.MEAL
    return (open_[wanted], wanted) if wanted in open_ else None
