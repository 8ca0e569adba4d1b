"""The bank's memory: what happens to payments, and what shops are told of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sandbox.clock import start_number
from sandbox.paying.desk import Means, Stopped
from sandbox.tbank.state import payments as states
from sandbox.tbank.state.payments import Back, Card, Customer, Payment
from sandbox.tbank.wire.errors import REFUSED

KEPT: Final = 20_000


@dataclass(slots=True, kw_only=True)
class Store:
    """`tell` is called with the status that the shop is told of."""

    now: Callable[[], datetime]
    tell: Callable[[Payment, str], None]
    payments: dict[str, Payment] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    orders: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    customers: dict[tuple[str, str], Customer] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    waiting: dict[str, Means] = field(default_factory=dict)
    live: set[str] = field(default_factory=set)
    last: int = field(default_factory=lambda: 4_000_000_000 + 10 * start_number())

    def reset(self) -> None:
        for kept in (self.payments, self.codes, self.orders, self.customers, self.cards, self.waiting, self.live):
            kept.clear()

    def number(self) -> str:
        """Ids are numbers that grow, larger than 32 bits hold."""
        self.last += 1 + secrets.randbelow(9)
        return str(self.last)

    def add(self, payment: Payment) -> None:
        while len(self.payments) >= KEPT:
            oldest = self.payments.pop(next(iter(self.payments)))
            self.codes.pop(oldest.code, None)
            self.live.discard(oldest.id)
        self.payments[payment.id] = payment
        self.codes[payment.code] = payment.id
        self.orders.setdefault((payment.shop, payment.order), []).append(payment.id)
        self.live.add(payment.id)

    def of_order(self, shop: str, order: str) -> list[Payment]:
        return [self.payments[key] for key in self.orders.get((shop, order), []) if key in self.payments]

    def settled(self, shop: str, order: str) -> bool:
        """One of the order's payments is held or paid: another is not made and not paid."""
        return any(it.status in states.PAID | states.HOLDS for it in self.of_order(shop, order))

    def settle(self) -> None:
        """Forms that nobody finished end without a notice; holds that nobody took are released."""
        now = self.now()
        for payment_id in sorted(self.live):
            it = self.payments[payment_id]
            started = it.changed_at or it.created_at
            if it.open and now >= (started + states.CHECK_LIFE if it.status == states.CHECKING else it.expires_at):
                self._turn(it, states.EXPIRED)
            elif it.status in states.HOLDS and now >= started + states.HOLD_LIFE:
                it.left, it.last_back = 0, it.left
                self._told(it, states.REVERSED)

    def show_form(self, it: Payment) -> None:
        if it.status == states.NEW:
            self._turn(it, states.SHOWN)

    def ask_code(self, it: Payment, means: Means) -> None:
        must(it.open)
        self._by(it, means)
        self.waiting[it.id] = means
        self._turn(it, states.CHECKING)

    def pay(self, it: Payment, means: Means, card: Card | None = None) -> None:
        """A payment of one stage is told of twice: held, then confirmed."""
        must(it.open)
        must(not self.settled(it.shop, it.order), "Заказ уже оплачен")
        self.waiting.pop(it.id, None)
        self._by(it, means)
        if card is not None:
            it.card, it.pan, it.expiry = card.id, card.pan, card.expiry
        elif it.customer is not None and means.card is not None:
            self._keep(it)
        it.left, it.error = it.amount, "0"
        it.rrn = str(10**11 + secrets.randbelow(9 * 10**11))
        self._told(it, states.HELD)
        if not it.two_stage:
            self.confirm(it, it.amount)

    def confirm(self, it: Payment, amount: int) -> None:
        it.left, it.confirmed, it.confirmed_at = amount, amount, self.now()
        self._told(it, states.CONFIRMED)
        self.live.discard(it.id)

    def decline(self, it: Payment, refusal: str, means: Means | None = None) -> None:
        """A payer who fails the bank's check ends it without a notice."""
        must(it.open)
        self.waiting.pop(it.id, None)
        if means is not None:
            self._by(it, means)
        it.error = REFUSED[refusal]
        if refusal == "check_failed":
            self._turn(it, states.AUTH_FAIL)
        else:
            self._told(it, states.REJECTED)
        self.live.discard(it.id)

    def expire(self, it: Payment) -> None:
        must(it.open)
        self._turn(it, states.EXPIRED)
        self.live.discard(it.id)

    def give_back(self, it: Payment, amount: int) -> None:
        """Unpaid: canceled; held: reversed; paid: refunded; in part as often as something is left."""
        if it.status in (states.NEW, states.SHOWN):
            self._told(it, states.CANCELED)
            self.live.discard(it.id)
            return
        held = it.status in states.HOLDS
        must(held or it.status in states.PAID)
        must(0 < amount <= it.left, "Сумма больше оставшейся")
        it.left, it.last_back = it.left - amount, amount
        if not held:
            it.backs.append(Back(id=self.number(), amount=amount, at=self.now()))
        whole, part = (states.REVERSED, states.PART_REVERSED) if held else (states.REFUNDED, states.PART_REFUNDED)
        self._told(it, part if it.left else whole)
        if not it.left:
            self.live.discard(it.id)

    def _by(self, it: Payment, means: Means) -> None:
        it.kind = means.kind
        if means.card is not None:
            it.pan = f"{means.card.number[:6]}******{means.card.number[-4:]}"
            it.expiry = f"{means.expiry[4:]}{means.expiry[2:4]}"

    def _keep(self, it: Payment) -> None:
        """The same card of the same customer is one card; a recurrent payment gives it a key for charges."""
        own = (
            card for card in self.cards.values() if (card.shop, card.customer, card.pan, card.status) == (it.shop, it.customer, it.pan, "A")
        )
        card = next(own, None)
        if card is None:
            card = Card(id=self.number(), shop=it.shop, customer=it.customer or "", pan=it.pan or "", expiry=it.expiry or "")
            self.cards[card.id] = card
        if it.recurrent and card.rebill is None:
            card.rebill = self.number()
        it.card, it.rebill = card.id, card.rebill if it.recurrent else None

    def _turn(self, it: Payment, status: str) -> None:
        it.status, it.changed_at = status, self.now()
        if not it.open and status not in states.HOLDS:
            self.live.discard(it.id)

    def _told(self, it: Payment, status: str) -> None:
        self._turn(it, status)
        self.tell(it, status)


def must(right: bool, why: str = "Платёж не в том статусе") -> None:
    if not right:
        raise Stopped(why)
