"""A duplicate card from the cabinet: its price, whether the money is there, the order, and what becomes of it (F124, F144)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

from hub.deps import Deps
from hub.flows.debits.payer import may_decide, require_payer
from hub.flows.debits.words import tell_parents
from hub.flows.money.sight import seen_account
from hub.flows.office.officers import Officer, note_change, note_reading, officer_of
from hub.flows.office.rights import Act
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import note_reading as note_family
from hub.flows.views.paying.debits import CardOrders, CardOrderView, OfficeCardOrder, OfficeCardOrders
from hub.ledger.debits.cards import OrderTaken, PriceChanged, TooManyCards, order_duplicate, quote_duplicate
from hub.ledger.errors import AccountClosed, NotEnough, UnknownAccount
from hub.ledger.model import Purpose
from hub.ledger.money import shown
from hub.ledger.store.contracts import AccountCard, ContractCard, ContractState, by_id
from hub.store.sessions import Visitor
from hub.store.wishes import card_orders
from hub.store.wishes.card_orders import HANDED, ORDERED, READY, OrderCard
from identity.model import ActorKind, Person, PersonId
from identity.store import persons_by_id, record_change
from identity.store.school.cards import classes_of
from identity.store.school.reviews import own_family

PAGE, DESK = "money.card", "office.card_orders"
TURNS = {READY: ORDERED, HANDED: READY}
ONLY_SERVICES = "Карту оплачивают со счёта «Услуги»: закажите её с него."


async def show_card_orders(deps: Deps, visitor: Visitor, account: str) -> CardOrders:
    def unit() -> tuple[CardOrders, Person | None]:
        return _read(deps, visitor, account)

    view, child = await deps.db.read(unit)
    if child is not None:
        await note_family(deps, visitor, child.id, PAGE)
    return view


async def order_card(deps: Deps, visitor: Visitor, account: str, *, price_kop: int, form: str) -> CardOrders:
    """Paid at once from `services`; another price than was shown changes nothing. The same form twice is one card."""
    now = deps.now()
    if not 0 < len(form) <= 200:
        raise Refused(Reason.MALFORMED, "Обновите страницу и отправьте ещё раз.")

    def unit() -> CardOrders:
        card, contract, child = _services(deps, visitor, account)
        require_payer(deps, visitor, contract, now=now)
        key = hashlib.sha256(f"{visitor.person}\n{form}".encode()).hexdigest()[:32]
        try:
            done = order_duplicate(contract, by=visitor.person, place="cabinet", key=key, now=now, shown_kop=price_kop)
        except (NotEnough, PriceChanged, TooManyCards, OrderTaken, UnknownAccount, AccountClosed) as error:
            raise _worded(error) from None
        if done.new and child is not None:
            record_change(
                actor=PersonId(visitor.person),
                actor_kind=ActorKind.GUARDIAN,
                subject=child.id,
                action="card.ordered",
                object=done.order.id,
                now=now,
            )
            text = f"{child.first_name}: заказан дубликат карты, {shown(done.order.price_kop)}."
            tell_parents(deps, child.id, but=visitor.person, kind="card_ordered", text=text, href=f"/money/{card.id}/card")
        return _read(deps, visitor, account)[0]

    return await deps.db.write(unit)


def _worded(error: Exception) -> Refused:
    match error:
        case NotEnough():
            return Refused(
                Reason.NO_FUNDS, "На счёте «Услуги» не хватает денег. Пополните его и закажите карту.", more={"rule": error.rule}
            )
        case PriceChanged():
            return Refused(Reason.PRICE_CHANGED, more={"price_kop": error.price_kop})
        case TooManyCards():
            return Refused(Reason.ALREADY_DECIDED, "Две карты уже заказаны и ещё не получены. Третью можно заказать после.")
        case OrderTaken():
            return Refused(Reason.REPEAT_OTHER)
    return Refused(Reason.FORBIDDEN, "Договор не действует или счёт закрыт: карту не заказать.")


async def list_card_orders(deps: Deps, visitor: Visitor) -> OfficeCardOrders:
    """What the office has to make or to hand over, the oldest first."""
    now = deps.now()

    def unit() -> tuple[Officer, OfficeCardOrders, tuple[PersonId, ...]]:
        officer = officer_of(deps, visitor, act=Act.CARRIERS)
        found = card_orders.open_of_school(officer.school)
        children = tuple({PersonId(one.child) for one in found if one.child})
        return officer, OfficeCardOrders(zone=officer.zone, items=_rows(deps, found, children)), children

    officer, view, children = await deps.db.read(unit)
    await deps.db.write(lambda: note_reading(deps, officer, children, page=DESK, now=now))
    return view


async def turn_card_order(deps: Deps, visitor: Visitor, order: str, to: str) -> OfficeCardOrders:
    """`ready` at the school, then `handed` over; the family is told. Twice is harmless."""
    now = deps.now()
    if to not in TURNS:
        raise Refused(Reason.MALFORMED, "Карта бывает готова или выдана.")

    def unit() -> None:
        found = card_orders.get(order)
        officer = officer_of(deps, visitor, school=found.school if found else "none", act=Act.CARRIERS)
        if found is None:
            raise Refused(Reason.NOT_FOUND)
        if own_family(officer.person, PersonId(found.child) if found.child else None):
            raise Refused(Reason.OWN_FAMILY)
        if found.state == to:
            return
        if not card_orders.turn(found.id, before=TURNS[to], after=to, by=officer.person, now=now):
            raise Refused(Reason.ALREADY_DECIDED)
        if found.child:
            note_change(deps, officer, PersonId(found.child), action=f"card.{to}", now=now)
            text = "Дубликат карты готов: его выдаст школа." if to == READY else "Дубликат карты выдан."
            tell_parents(deps, found.child, but=officer.person, kind=f"card_{to}", text=text, href=f"/children/{found.child}/money")

    await deps.db.write(unit)
    return await list_card_orders(deps, visitor)


def _rows(deps: Deps, found: Sequence[OrderCard], children: tuple[PersonId, ...]) -> tuple[OfficeCardOrder, ...]:
    known, where = persons_by_id(deps.keys, children), classes_of(children)
    made = []
    for one in found:
        child, contract = known.get(PersonId(one.child or "")), by_id(one.contract)
        made.append(
            OfficeCardOrder(
                id=one.id,
                state=one.state,
                last_name=child.last_name if child else "",
                first_name=child.first_name if child else "",
                class_name=where.get(PersonId(one.child or ""), ("", ""))[1],
                contract=contract.number if contract else "",
                ordered_at=one.ordered_at,
            )
        )
    return tuple(made)


def _services(deps: Deps, visitor: Visitor, account: str) -> tuple[AccountCard, ContractCard, Person | None]:
    card, contract, child = seen_account(deps, visitor, account, now=deps.now())
    if card.purpose is not Purpose.SERVICES:
        raise Refused(Reason.FORBIDDEN, ONLY_SERVICES)
    return card, contract, child


def _read(deps: Deps, visitor: Visitor, account: str) -> tuple[CardOrders, Person | None]:
    now = deps.now()
    card, contract, child = _services(deps, visitor, account)
    quote = quote_duplicate(contract, now=now)
    return CardOrders(
        account=card.id,
        contract=contract.number,
        child=child.id if child else None,
        first_name=child.first_name if child else "",
        price_kop=quote.price_kop,
        balance_kop=quote.balance_kop,
        missing_kop=quote.missing_kop,
        may_order=contract.state is ContractState.ACTIVE and may_decide(deps, visitor, contract, now=now),
        form=secrets.token_urlsafe(16),
        items=tuple(
            CardOrderView(
                id=one.id,
                state=one.state,
                price_kop=one.price_kop,
                place=one.place,
                ordered_at=one.ordered_at,
                transaction_id=one.txn,
            )
            for one in card_orders.of_contract(contract.id)
        ),
    ), child
