"""Who sees a child's money: guardians by an active edge, the pupil, and whoever pays the contract; no lent view (RULES A5b, A15, B6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from hub.flows.views.money import AccountView, ContractView, PaidChild, TerminalView
from hub.ledger.model import PAY_TYPES
from hub.ledger.store import contracts, reading, terms
from hub.ledger.store.agreements import offers
from hub.ledger.store.contracts import AccountCard, ContractCard, ContractState
from hub.ledger.store.terms import TermsCard
from hub.ledger.texts import NOT_THE_OTHER, PURPOSES
from hub.store.school import schools
from hub.store.sessions import Visitor
from identity.family.child_login import CHILD_LOGIN
from identity.model import MOSCOW, EdgeRight, Person, PersonId
from identity.store import ChildView, act_right, children_of, person, view_right
from identity.store.family.restrictions import is_restricted


def children(deps: Deps, visitor: Visitor, *, now: datetime) -> list[ChildView]:
    """In the caller's unit: the children whose money this person sees."""
    found = children_of(deps.keys, PersonId(visitor.person), now=now)
    return [one for one in found if one.right.allowed and not one.right.delegated and not one.diary_only]


def seen_account(deps: Deps, visitor: Visitor, id_: str, *, now: datetime) -> tuple[AccountCard, ContractCard, Person | None]:
    """In the caller's unit: the account, its contract, and the child where this person may see it. Else the same 404 for all."""
    found = contracts.account(id_)
    if found is None:
        raise Refused(Reason.NOT_FOUND)
    card, contract = found
    child = _child(deps, visitor, contract, now=now)
    if child is None and not _pays(deps, visitor, contract, now=now):
        raise Refused(Reason.NOT_FOUND)
    return card, contract, child


def seen_contract(deps: Deps, visitor: Visitor, id_: str, *, now: datetime) -> tuple[ContractCard, Person | None]:
    """In the caller's unit: a contract of a child whom this person sees, or one that this person pays. Else the same 404 for all."""
    contract = contracts.by_id(id_)
    child = _child(deps, visitor, contract, now=now) if contract else None
    if contract is None or (child is None and not _pays(deps, visitor, contract, now=now)):
        raise Refused(Reason.NOT_FOUND)
    return contract, child


def paid_by(deps: Deps, visitor: Visitor, *, now: datetime) -> list[ContractCard]:
    """In the caller's unit: the contracts that this person pays, of children seen or grown; none of a child the person is kept from."""
    return [one for one in contracts.of_payer(visitor.person) if not kept_from(deps, visitor.person, one.child, now=now)]


def kept_from(deps: Deps, who: str, child: str | None, *, now: datetime) -> bool:
    """In the caller's unit: a statement names meals, times and places, and a contract the school: no payer's word opens them (A5a)."""
    me = person(deps.keys, PersonId(who)) if child else None
    return me is not None and is_restricted(deps.keys, me, PersonId(child or ""), now=now)


def _pays(deps: Deps, visitor: Visitor, contract: ContractCard, *, now: datetime) -> bool:
    return contract.payer == visitor.person and not kept_from(deps, visitor.person, contract.child, now=now)


def _child(deps: Deps, visitor: Visitor, contract: ContractCard, *, now: datetime) -> Person | None:
    if contract.child is None:
        return None
    right = view_right(deps.keys, PersonId(visitor.person), PersonId(contract.child), now=now)
    if not right.allowed or right.delegated or right.diary_only:
        return None
    return person(deps.keys, PersonId(contract.child))


def zone_of(contract: ContractCard) -> str:
    return schools.zone_of(contract.school) or MOSCOW


def may_pay(deps: Deps, visitor: Visitor, contract: ContractCard, *, now: datetime) -> bool:
    """In the caller's unit: the contract's payer, or who may pay for the child; a pupil looks only (RULES A4; PAGES, «Ученик»)."""
    if _is_pupil(visitor, contract):
        return False
    child = PersonId(contract.child or "")
    return contract.payer == visitor.person or act_right(deps.keys, PersonId(visitor.person), child, EdgeRight.PAY, now=now).allowed


def _is_pupil(visitor: Visitor, contract: ContractCard) -> bool:
    return visitor.system == CHILD_LOGIN or visitor.person == contract.child


def contract_views(
    deps: Deps, visitor: Visitor, cards: Sequence[ContractCard], known: Mapping[str, PaidChild], *, now: datetime
) -> tuple[ContractView, ...]:
    """A pupil looks at the balance and is offered no way to pay (PAGES, «Ученик»)."""
    ids = [account.id for card in cards for account in card.accounts]
    kept, held = reading.balances(ids), reading.holds(ids, now=now)
    pays = {card.id: may_pay(deps, visitor, card, now=now) for card in cards}
    return tuple(
        ContractView(
            id=card.id,
            number=card.number,
            state=card.state.value,
            child=known.get(card.child or ""),
            accounts=tuple(
                account_view(
                    visitor, card, account, pays=pays[card.id], balance_kop=kept[account.id], held_kop=held.get(account.id, 0), now=now
                )
                for account in card.accounts
            ),
        )
        for card in cards
    )


def account_view(
    visitor: Visitor, contract: ContractCard, account: AccountCard, *, pays: bool, balance_kop: int, held_kop: int, now: datetime
) -> AccountView:
    """`pays` as `may_pay` says: whoever may not pay here still reads the number that a terminal asks for."""
    today = now.astimezone(ZoneInfo(zone_of(contract))).date()
    said = terms.terms_of(contract.school, account.purpose, today)
    payable = _payable(visitor, contract, account, said)
    terminal = TerminalView(account=contract.number, pay_type=PAY_TYPES[account.purpose]) if payable else None
    first = offers.least_first_kop(contract.school, tuple(one.id for one in contract.accounts), today) if payable else 0
    return AccountView(
        id=account.id,
        purpose=account.purpose.value,
        title=PURPOSES[account.purpose],
        about=NOT_THE_OTHER[account.purpose],
        balance_kop=balance_kop,
        held_kop=held_kop,
        top_up_min_kop=max(said.top_up_min_kop, first),
        top_up_max_kop=said.top_up_max_kop,
        terminal=terminal,
        may_top_up=payable and pays,
        closed=account.closed,
        holder=f"{said.holder_name}, ИНН {said.holder_inn}" if said.may_take else "",
    )


def _payable(visitor: Visitor, contract: ContractCard, account: AccountCard, said: TermsCard) -> bool:
    open_ = contract.state is ContractState.ACTIVE and not account.closed
    return open_ and account.purpose in PAY_TYPES and said.may_take and not _is_pupil(visitor, contract)
