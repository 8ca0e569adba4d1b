"""One acquirer's memory: what happens to payments, and what shops are told of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.paying.desk import Means, Stopped
from sandbox.yookassa.state.payments import (
    CANCELED,
    PENDING,
    REFUND_WAIT,
    SUCCEEDED,
    WAITING,
    Method,
    Payment,
    Receipt,
    Refund,
    Saved,
    new_id,
)

KEPT: Final = 20_000
KEY_LIFE: Final = timedelta(hours=24)
REASONS: Final = {
    "insufficient_funds": "insufficient_funds", "card_expired": "card_expired", "card_lost": "fraud_suspected",
    "general_decline": "general_decline", "check_failed": "3d_secure_failed",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """The answer that a key got: the same key with the same request gets it again for a day."""

    digest: str
    status: int
    body: dict[str, Any]
    until: datetime


@dataclass(slots=True, kw_only=True)
class Store:
    """`tell` is called with the object and the event's name after each change."""

    now: Callable[[], datetime]
    tell: Callable[[Payment | Refund, str], None]
    payments: dict[str, Payment] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)
    saved: dict[str, Saved] = field(default_factory=dict)
    waiting: dict[str, Means] = field(default_factory=dict)
    keys: dict[tuple[str, str], Repeated] = field(default_factory=dict)
    live: set[str] = field(default_factory=set)
    receipt_numbers: int = 0

    def reset(self) -> None:
        for kept in (self.payments, self.refunds, self.receipts, self.saved, self.waiting, self.keys, self.live):
            kept.clear()

    def add(self, payment: Payment) -> None:
        while len(self.payments) >= KEPT:
            self.live.discard(oldest := next(iter(self.payments)))
            del self.payments[oldest]
        self.payments[payment.id] = payment
        self.live.add(payment.id)

    def settle(self) -> None:
        """Payments that nobody confirmed or took in time are canceled; refunds that wait come to their end."""
        now = self.now()
        for payment_id in sorted(self.live):
            payment = self.payments[payment_id]
            if payment.status == PENDING and now >= payment.expires_at:
                self.cancel(payment, "yoo_money", "expired_on_confirmation")
            elif payment.status == WAITING and payment.hold_ends_at is not None and now >= payment.hold_ends_at:
                self.cancel(payment, "yoo_money", "expired_on_capture")
        for refund in self.refunds.values():
            if refund.status == PENDING and now >= refund.created_at + REFUND_WAIT:
                refund.status = SUCCEEDED
                self.tell(refund, "refund.succeeded")

    def pay(self, payment: Payment, means: Means, *, saved: Saved | None = None) -> None:
        must(payment.status == PENDING, "Платёж уже не ждёт оплаты")
        waited = self.waiting.pop(payment.id, None)
        payment.method = saved.method if saved is not None else self._method(payment, means)
        payment.checked = waited is not None
        payment.paid_at = self.now()
        payment.rrn, payment.auth_code = str(10**11 + secrets.randbelow(9 * 10**11)), f"{secrets.randbelow(10**6):06d}"
        if payment.method.saved and saved is None:
            self.saved[payment.method.id] = Saved(method=payment.method, shop=payment.shop)
        if payment.capture:
            self.capture(payment, payment.amount)
        else:
            payment.status = WAITING
            self.tell(payment, "payment.waiting_for_capture")

    def decline(self, payment: Payment, refusal: str, means: Means | None = None) -> None:
        must(payment.status == PENDING, "Платёж уже не ждёт оплаты")
        self.waiting.pop(payment.id, None)
        if means is not None:
            payment.method = self._method(payment, means)
        self.cancel(payment, "payment_network", REASONS[refusal])

    def capture(self, payment: Payment, amount: int) -> None:
        payment.status, payment.captured, payment.captured_at = SUCCEEDED, amount, self.now()
        self.live.discard(payment.id)
        if payment.receipt is not None:
            self.register(payment.receipt, "payment", payment.id, payment.id, amount)
        self.tell(payment, "payment.succeeded")

    def cancel(self, payment: Payment, party: str, reason: str) -> None:
        payment.status, payment.party, payment.reason = CANCELED, party, reason
        self.live.discard(payment.id)
        self.waiting.pop(payment.id, None)
        self.tell(payment, "payment.canceled")

    def refund(
        self, payment: Payment, amount: int, *, description: str = "", receipt: dict[str, Any] | None = None, waits: bool = False
    ) -> Refund:
        must(payment.status == SUCCEEDED, "Вернуть можно только прошедший платёж")
        must(amount <= payment.captured - payment.refunded, "Сумма возврата больше оставшейся суммы платежа")
        status = PENDING if waits else SUCCEEDED
        made = Refund(id=new_id(), payment=payment.id, amount=amount, created_at=self.now(), description=description, status=status)
        payment.refunds.append(made)
        self.refunds[made.id] = made
        if receipt is not None:
            self.register(receipt, "refund", made.id, payment.id, amount)
        if not waits:
            self.tell(made, "refund.succeeded")
        return made

    def register(self, asked: dict[str, Any], kind: str, of: str, payment: str, amount: int) -> Receipt:
        self.receipt_numbers += 1
        made = Receipt(
            id=f"rt-{new_id()}",
            kind=kind,
            of=of,
            payment=payment,
            amount=amount,
            items=asked["items"],
            settlements=asked.get("settlements") or [],
            created_at=self.now(),
            customer=asked.get("customer") or {},
            tax_system_code=asked.get("tax_system_code"),
            number=self.receipt_numbers,
        )
        self.receipts[made.id] = made
        return made

    def _method(self, payment: Payment, means: Means) -> Method:
        kind = payment.kind or ("sbp" if means.kind == "sbp" else "bank_card")
        card = means.card if kind == "bank_card" else None
        return Method(
            kind=kind,
            id=payment.id,
            saved=payment.save,
            first6=card.number[:6] if card else None,
            last4=card.number[-4:] if card else None,
            expiry=means.expiry if card else None,
            brand=card.brand if card else None,
            phone=payment.phone,
        )


def must(right: bool, why: str) -> None:
    if not right:
        raise Stopped(why)
