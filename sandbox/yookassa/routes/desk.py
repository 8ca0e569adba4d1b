"""YooKassa as the payer's page and the control calls see it, and its notices to shops."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Final

from sandbox import gosuslugi_page as pages
from sandbox.inbox import Letter
from sandbox.paying.desk import Invoice, Means
from sandbox.paying.notices import Message, Notice, Notices
from sandbox.paying.register import REFUNDS, Look, Row
from sandbox.paying.shops import Shop, Shops, demo_key
from sandbox.system import Sandbox
from sandbox.yookassa.state.payments import PENDING, SUCCEEDED, WAITING, Payment, Refund
from sandbox.yookassa.state.store import Store, must
from sandbox.yookassa.wire import shapes

ID: Final = "yookassa"
TITLE: Final = "ЮKassa"
EVENTS: Final[tuple[str, ...]] = ("payment.waiting_for_capture", "payment.succeeded", "payment.canceled", "refund.succeeded")
WAITS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 30, 60, 120, 240, 480, 480))
"""Until about a day has passed."""
LOOK: Final = Look(
    encoding="utf-8-sig",
    at="%Y-%m-%d %H:%M:%S",
    lines=(
        "Реестр платежей",
        "Магазин;100500;School Hub",
        "Идентификатор платежа;Дата;Сумма;Валюта;Комиссия;К перечислению;Способ оплаты;Номер заказа",
    ),
    columns=("{id}", "{at}", "{sum}", "RUB", "{fee}", "{transferred}", "{way}", "{order}"),
    totals=("Итого", "{count}", "{sum}", "RUB", "{fee}", "{transferred}", "", ""),
)
SWITCHES: Final = {"refunds_wait": False, "no_answer": False}
RESULTS: Final = {WAITING: "Деньги удержаны", SUCCEEDED: "Оплачено"}
ELSEWHERE: Final = {"X-Forwarded-For": "203.0.113.7"}
"""Notices carry no signature: a forged one comes from an address that is not the acquirer's."""


class YooDesk:
    """One store, its shops and what they are told."""

    title = TITLE
    events = EVENTS
    parts = False
    look = LOOK

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.shops = Shops(sandbox.merchants, ID, ("shop_id", "secret_key"), Shop(id="100500", secret=demo_key(ID)))
        self.notices = Notices(sandbox.outbound, sandbox.clock.now, waits=WAITS)
        self.store = Store(now=sandbox.clock.now, tell=self._tell)
        self.switches = dict(SWITCHES)

    def reset(self) -> None:
        self.store.reset()
        self.notices.reset()
        self.switches = dict(SWITCHES)

    def settle(self) -> None:
        self.store.settle()
        self.notices.retry()

    def page_url(self, payment: Payment) -> str:
        return f"{self.sandbox.base_url()}{pages.own_base(ID)}/checkout/payments/v2/contract?orderId={payment.id}"

    def shown(self, payment: Payment) -> dict[str, Any]:
        return shapes.payment(payment, self.page_url(payment))

    def orders(self) -> list[dict[str, Any]]:
        return [self.order(payment_id) for payment_id in self.store.payments]

    def order(self, order_id: str) -> dict[str, Any]:
        it = self.store.payments[order_id]
        return {
            "id": it.id,
            "shop": it.shop,
            "status": it.status,
            "amount_kop": it.amount,
            "captured_kop": it.captured,
            "refunded_kop": it.refunded,
            "metadata": it.metadata,
            "created_at": it.created_at.isoformat(),
        }

    def invoice(self, order_id: str) -> Invoice | None:
        it = self.store.payments.get(order_id)
        if it is None:
            return None
        return Invoice(
            id=it.id,
            number=it.id[:8],
            shop=self.shops.all[it.shop].title,
            amount_kop=it.amount,
            text=it.description,
            open=it.status == PENDING,
            result=RESULTS.get(it.status, f"Платёж отменён: {it.reason}"),
            back=it.confirmation.get("return_url"),
            kinds={"bank_card": ("card",), None: ("card", "sbp")}.get(it.kind, ("sbp",)),
            waits_for=self.store.waiting.get(it.id),
        )

    def ask_code(self, order_id: str, means: Means) -> None:
        must(self.store.payments[order_id].status == PENDING, "Платёж уже не ждёт оплаты")
        self.store.waiting[order_id] = means

    def pay(self, order_id: str, means: Means) -> None:
        self.store.pay(self.store.payments[order_id], means)

    def decline(self, order_id: str, refusal: str, means: Means | None = None) -> None:
        self.store.decline(self.store.payments[order_id], refusal, means)

    def refund(self, order_id: str, amount_kop: int | None) -> None:
        payment = self.store.payments[order_id]
        self.store.refund(payment, amount_kop or payment.captured - payment.refunded)

    def register(self, kind: str) -> list[Row]:
        rows = []
        for it in self.store.payments.values():
            way, order = it.method.kind if it.method else "", next(iter(it.metadata.values()), "")
            if kind == REFUNDS:
                rows += [Row(id=back.id, order=order, at=back.created_at, amount_kop=back.amount, way=way) for back in it.refunds]
            elif it.captured_at is not None:
                kept = it.captured - it.income
                rows.append(Row(id=it.id, order=order, at=it.captured_at, amount_kop=it.captured, fee_kop=kept, way=way))
        return rows

    def send_code(self, payment: Payment) -> None:
        """Cash: the payer gets a code for the terminals."""
        code = str(10**9 * 3 + int(payment.id[:8], 16) % 10**9)
        text = f"ЮKassa: код платежа {code}, к оплате {shapes.money(payment.amount)['value']} руб. Назовите его в терминале или кассе."
        letter = Letter(kind="sms", system=ID, to=payment.phone or "", text=text, at=self.sandbox.clock.now(), code=code)
        self.sandbox.inbox.put(letter)

    def message(self, order_id: str, event: str | None, tamper: str | None) -> tuple[str, Message]:
        payment = self.store.payments[order_id]
        if event is None:
            last = {PENDING: "payment.succeeded", WAITING: EVENTS[0], SUCCEEDED: EVENTS[1]}.get(payment.status, EVENTS[2])
            event = "payment.succeeded" if tamper == "status" else "refund.succeeded" if payment.refunds else last
        told: Payment | Refund = payment.refunds[-1] if event.startswith("refund") and payment.refunds else payment
        return event, self._message(told, event, tamper)

    def _tell(self, it: Payment | Refund, event: str) -> None:
        order = it.id if isinstance(it, Payment) else it.payment
        self.notices.put(Notice(order=order, event=event, at=self.sandbox.clock.now(), message=self._message(it, event)))

    def _message(self, it: Payment | Refund, event: str, tamper: str | None = None) -> Message:
        payment = it if isinstance(it, Payment) else self.store.payments[it.payment]
        told = self.shown(it) if isinstance(it, Payment) else shapes.refund(it)
        if tamper == "status":
            told |= {"status": SUCCEEDED, "paid": True}
        elif tamper == "amount":
            told["amount"] = shapes.money(100 * it.amount)
        headers = {"Content-Type": "application/json", **(ELSEWHERE if tamper == "signature" else {})}
        content = json.dumps({"type": "notification", "event": event, "object": told}, ensure_ascii=False).encode()
        return Message(url=self.shops.notify_url(self.shops.all[payment.shop]), content=content, headers=headers)
