"""A duplicate card is ordered and paid from `services`: in the cabinet or at a kiosk, once for an order (F124, F144)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from hub.ledger.errors import LedgerRefusal, UnknownAccount
from hub.ledger.model import AccountId, Cause, Kind, Purpose, TransactionId
from hub.ledger.posting import Act, Own, charge
from hub.ledger.rules import SERVICE_FLOOR
from hub.ledger.store import reading
from hub.ledger.store.contracts import ContractCard, ContractState
from hub.ledger.store.heads import head_of
from hub.ledger.store.known import txn_of
from hub.ledger.store.paid.subscriptions import tariff_on
from hub.ledger.store.terms import price_of
from hub.ledger.store.writing import Outcome, post
from hub.ledger.tariffs import Item
from hub.store.school import schools
from hub.store.wishes import card_orders
from hub.store.wishes.card_orders import OPEN, OrderCard

MOST_OPEN = 2
"""Two cards belong to one account (F124); a third waits until one is handed over."""
ZONE = "Europe/Moscow"
SCOPE = "card"


class TooManyCards(LedgerRefusal):
    """As many cards as an account may have are ordered and not handed over yet."""


class PriceChanged(LedgerRefusal):
    """The screen showed another price."""

    def __init__(self, price_kop: int) -> None:
        super().__init__("the price is another one")
        self.price_kop = price_kop


class OrderTaken(LedgerRefusal):
    """This order's number was used for something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """`missing_kop` is what has to be paid in first; `account` is none where the contract has no such account."""

    price_kop: int
    version: str
    account: AccountId | None
    balance_kop: int
    missing_kop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """`new` is False for the same order once more."""

    order: OrderCard
    txn: TransactionId
    balance_kop: int
    new: bool


def quote_duplicate(contract: ContractCard, *, now: datetime) -> Quote:
    """In the caller's unit, which may only read: what it costs today and whether the money is there."""
    price = price_of(Item.CARD_DUPLICATE, now.astimezone(ZoneInfo(schools.zone_of(contract.school) or ZONE)).date())
    own = _services(contract)
    balance = reading.balance(own.id) if own else 0
    free = balance - (reading.holds([own.id], now=now).get(own.id, 0) if own else 0)
    return Quote(
        price_kop=price.kop,
        version=price.version,
        account=own.id if own else None,
        balance_kop=balance,
        missing_kop=max(price.kop - free, 0),
    )


def order_duplicate(
    contract: ContractCard, *, by: str, place: str, key: str, now: datetime, shown_kop: int | None = None, request: tuple[str, ...] = ()
) -> Ordered:
    """In the caller's unit. `key` names the order for ever, `by` is a person or a kiosk, `place` is `cabinet` or the kiosk's id.

    Raises `NotEnough` (top up first), `TooManyCards`, `PriceChanged` (another price than `shown_kop`), `OrderTaken`, `UnknownAccount`.
    """
    own = _services(contract)
    head = head_of(own.id, now=now) if own is not None and contract.state is ContractState.ACTIVE else None
    if own is None or head is None:
        raise UnknownAccount(own.id if own else AccountId(""))
    zone = schools.zone_of(contract.school) or ZONE
    day = now.astimezone(ZoneInfo(zone)).date()
    price = price_of(Item.CARD_DUPLICATE, day)
    cause = Cause(item="дубликат карты", place=place, price_list=price.version, tariff=tariff_on(contract.id, day).value, event=key)
    act = Act(scope=SCOPE, key=key, at=now, actor=by, cause=cause, request=(contract.id, *request))
    known = txn_of(SCOPE, key)
    if known is not None:
        return _again(known, own, contract)
    if shown_kop is not None and shown_kop != price.kop:
        raise PriceChanged(price.kop)
    if sum(one.state in OPEN for one in card_orders.of_contract(contract.id)) >= MOST_OPEN:
        raise TooManyCards
    done = post(charge(act, Kind.CARD_DUPLICATE, own, amount_kop=price.kop, floor=SERVICE_FLOOR), now=now)
    if done.outcome is not Outcome.POSTED:
        raise OrderTaken
    made = card_orders.add(
        contract=contract.id,
        child=contract.child,
        school=contract.school,
        by=by,
        place=place,
        txn=done.txn,
        price_kop=price.kop,
        now=now,
    )
    return Ordered(order=made, txn=done.txn, balance_kop=done.closing[own.id], new=True)


def _again(txn: TransactionId, own: Own, contract: ContractCard) -> Ordered:
    """The same order once more hears the same."""
    before = card_orders.by_txn(txn)
    if before is None or before.contract != contract.id:
        raise OrderTaken
    return Ordered(order=before, txn=txn, balance_kop=reading.balance(own.id), new=False)


def _services(contract: ContractCard) -> Own | None:
    return next(
        (Own(id=one.id, purpose=one.purpose) for one in contract.accounts if one.purpose is Purpose.SERVICES and not one.closed), None
    )
