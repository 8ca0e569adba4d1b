"""The gateway's store: one for REST, SOAP, the page and the control calls."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Final

from sandbox.paying.desk import Means
from sandbox.rbs.state.orders import CHECKING, DECLINED, DEPOSITED, HELD, HOLD_LIFE, REFUNDED, REVERSED, Binding, Order, Paid, Refund
from sandbox.rbs.wire.errors import REFUSED, RbsError

KEPT: Final = 20_000
"""The sandbox runs for long: beyond this many the oldest order is dropped."""


class Gateway:
    """Orders by id and by (shop, number); `tell` is called after each change with what the shop is told of."""

    def __init__(self, now: Callable[[], datetime], tell: Callable[[Order, str, bool], None]) -> None:
        self._now = now
        self._tell = tell
        self.orders: dict[str, Order] = {}
        self.bindings: dict[str, Binding] = {}
        self.checking: dict[str, Means] = {}
        self._numbers: dict[tuple[str, str], str] = {}
        self._open: set[str] = set()

    def reset(self) -> None:
        self.orders.clear()
        self.bindings.clear()
        self.checking.clear()
        self._numbers.clear()
        self._open.clear()

    def by_number(self, shop: str, number: str) -> Order | None:
        return self.orders.get(self._numbers.get((shop, number), ""))

    def of_shop(self, shop: str, order_id: str) -> Order | None:
        found = self.orders.get(order_id)
        return found if found is not None and found.shop == shop else None

    def add(self, order: Order) -> Order:
        if (order.shop, order.number) in self._numbers:
            raise RbsError("order_used")
        while len(self.orders) >= KEPT:
            oldest = self.orders.pop(next(iter(self.orders)))
            self._numbers.pop((oldest.shop, oldest.number), None)
            self._open.discard(oldest.id)
        self.orders[order.id] = order
        self._numbers[order.shop, order.number] = order.id
        self._open.add(order.id)
        return order

    def settle(self) -> None:
        """Orders that nobody paid in time are declined, holds that nobody took are released."""
        now = self._now()
        for order_id in sorted(self._open):
            order = self.orders[order_id]
            if order.open and now >= order.expires_at:
                self._close(order, DECLINED, -2007, "declinedByTimeout", success=True)
            elif order.status == HELD and order.paid_at is not None and now >= order.paid_at + HOLD_LIFE:
                self._close(order, REVERSED, order.action, "reversed", success=True)

    def ask_code(self, order: Order, means: Means) -> None:
        self._must(order.open)
        order.status = CHECKING
        order.paid = _paid(means)
        self.checking[order.id] = means

    def pay(self, order: Order, means: Means, binding: Binding | None = None) -> None:
        self._must(order.open)
        self.checking.pop(order.id, None)
        order.paid, order.paid_at, order.action = _paid(means) if binding is None else _by(binding, means), self._now(), 0
        order.approved, order.approval = order.amount, f"{secrets.randbelow(10**6):06d}"
        order.reference = str(10**11 + secrets.randbelow(9 * 10**11))
        order.status = HELD if order.two_stage else DEPOSITED
        if not order.two_stage:
            order.deposited, order.deposited_at = order.amount, order.paid_at
            self._open.discard(order.id)
        if binding is not None:
            order.binding = binding.id
        elif order.client is not None and means.card is not None:
            order.binding = self._bind(order.shop, order.client, means).id
        self._told(order, order.first_operation, success=True)

    def decline(self, order: Order, refusal: str, means: Means | None = None) -> None:
        self._must(order.open)
        self.checking.pop(order.id, None)
        if means is not None:
            order.paid = _paid(means)
        self._close(order, DECLINED, REFUSED[refusal], order.first_operation, success=False)

    def deposit(self, order: Order, amount: int) -> None:
        """`amount` 0 is all that is held."""
        self._must(order.status == HELD)
        if amount > order.approved:
            raise RbsError("deposit_too_large")
        order.status, order.deposited, order.deposited_at = DEPOSITED, amount or order.approved, self._now()
        self._open.discard(order.id)
        self._told(order, "deposited", success=True)

    def reverse(self, order: Order) -> None:
        self._must(order.may_reverse(self._now()))
        order.deposited = 0
        self._close(order, REVERSED, order.action, "reversed", success=True)

    def refund(self, order: Order, amount: int) -> None:
        """In parts, up to what was deposited; `amount` 0 is all that is left."""
        left = order.deposited - order.refunded
        self._must(order.status in (DEPOSITED, REFUNDED) and left > 0)
        if amount > left:
            raise RbsError("refund_too_large")
        reference = str(10**11 + secrets.randbelow(9 * 10**11))
        order.refunds.append(Refund(amount=amount or left, at=self._now(), reference=reference))
        order.status = REFUNDED
        self._told(order, "refunded", success=True)

    def decline_unpaid(self, order: Order) -> None:
        """The shop itself gives the order up."""
        self._must(order.open)
        self.checking.pop(order.id, None)
        self._close(order, DECLINED, -100, "declined", success=True)

    def _bind(self, shop: str, client: str, means: Means) -> Binding:
        """The same card of the same client is one binding."""
        card = means.card
        if card is None:
            raise RbsError("system")
        for found in self.bindings.values():
            if (found.shop, found.client, found.masked) == (shop, client, card.masked) and found.active:
                return found
        made = Binding(id=str(uuid.uuid4()), shop=shop, client=client, masked=card.masked, expiry=means.expiry, brand=card.brand)
        self.bindings[made.id] = made
        return made

    def _close(self, order: Order, status: int, action: int, operation: str, *, success: bool) -> None:
        order.status, order.action = status, action
        self._open.discard(order.id)
        self._told(order, operation, success=success)

    def _told(self, order: Order, operation: str, *, success: bool) -> None:
        order.last_operation, order.last_success = operation, success
        self._tell(order, operation, success)

    def _must(self, right: bool) -> None:
        if not right:
            raise RbsError("state")


def _paid(means: Means) -> Paid:
    card = means.card
    if card is None:
        return Paid(kind="SBP", ip=means.ip)
    return Paid(kind="CARD", masked=card.masked, expiry=means.expiry, holder=means.holder, brand=card.brand, ip=means.ip)


def _by(binding: Binding, means: Means) -> Paid:
    return Paid(kind="BINDING", masked=binding.masked, expiry=binding.expiry, holder=means.holder, brand=binding.brand, ip=means.ip)
