"""The gateway as the payer's page and the control calls see it, and its callbacks to shops."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from sandbox.paying.desk import Invoice, Means, Stopped
from sandbox.paying.notices import Message, Notice, Notices
from sandbox.paying.register import REFUNDS, Look, Row, fee
from sandbox.paying.shops import Shop, Shops, demo_key
from sandbox.rbs.routes.operations import back
from sandbox.rbs.state.gateway import Gateway
from sandbox.rbs.state.orders import CHECKING, STATES, Order
from sandbox.rbs.wire.errors import RbsError, action_text
from sandbox.rbs.wire.signing import ALIAS, Seal, by_hmac
from sandbox.system import Sandbox

ID: Final = "rbs"
TITLE: Final = "Банк: приём платежей"
EVENTS: Final[tuple[str, ...]] = ("approved", "deposited", "reversed", "refunded", "declinedByTimeout", "declined", "bindingCreated")
WAITS: Final = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 300, 900, 3600, 3600))
LOOK: Final = Look(
    decimal=",",
    lines=("Номер заказа;Идентификатор;Дата;Сумма;Комиссия;К перечислению;Способ",),
    columns=("{order}", "{id}", "{at}", "{sum}", "{fee}", "{transferred}", "{way}"),
    totals=("Итого", "{count}", "", "{sum}", "{fee}", "{transferred}", ""),
)
FEE_10000: Final = {"SBP": 70}
CARD_10000: Final = 180
SWITCHES: Final = {"rsa": False, "unsigned": False, "callback_get": False, "modern_errors": False, "sign_alias": False}


class RbsDesk:
    """One store, its shops and what they are told."""

    title = TITLE
    events = EVENTS
    parts = False
    look = LOOK

    def __init__(self, sandbox: Sandbox) -> None:
        demo = Shop(
            id="schoolhub-api", secret=demo_key(ID), more={"token": demo_key("rbs token"), "callbackToken": demo_key("rbs callback")}
        )
        self.sandbox = sandbox
        self.shops = Shops(sandbox.merchants, ID, ("userName", "password"), demo)
        self.notices = Notices(sandbox.outbound, sandbox.clock.now, waits=WAITS)
        self.gateway = Gateway(sandbox.clock.now, self._tell)
        self.switches = dict(SWITCHES)
        self.seal = Seal()

    def reset(self) -> None:
        self.gateway.reset()
        self.notices.reset()
        self.switches = dict(SWITCHES)

    def settle(self) -> None:
        self.gateway.settle()
        self.notices.retry()

    def orders(self) -> list[dict[str, Any]]:
        return [self.order(order_id) for order_id in self.gateway.orders]

    def order(self, order_id: str) -> dict[str, Any]:
        it = self.gateway.orders[order_id]
        return {
            "id": it.id,
            "number": it.number,
            "shop": it.shop,
            "status": it.status,
            "state": STATES[it.status],
            "amount_kop": it.amount,
            "deposited_kop": it.deposited,
            "refunded_kop": it.refunded,
            "created_at": it.created_at.isoformat(),
        }

    def invoice(self, order_id: str) -> Invoice | None:
        it = self.gateway.orders.get(order_id)
        if it is None:
            return None
        result = "Оплачено" if it.action == 0 else f"Не оплачено: {action_text(it.action, 'ru').lower()}"
        return Invoice(
            id=it.id,
            number=it.number,
            shop=self.shops.all[it.shop].title,
            amount_kop=it.amount,
            text=it.description,
            open=it.open,
            result=result,
            back=back(it),
            waits_for=self.gateway.checking.get(it.id) if it.status == CHECKING else None,
        )

    def ask_code(self, order_id: str, means: Means) -> None:
        self._do(lambda order: self.gateway.ask_code(order, means), order_id)

    def pay(self, order_id: str, means: Means) -> None:
        self._do(lambda order: self.gateway.pay(order, means), order_id)

    def decline(self, order_id: str, refusal: str, means: Means | None = None) -> None:
        self._do(lambda order: self.gateway.decline(order, refusal, means), order_id)

    def refund(self, order_id: str, amount_kop: int | None) -> None:
        self._do(lambda order: self.gateway.refund(order, amount_kop or 0), order_id)

    def register(self, kind: str) -> list[Row]:
        rows = []
        for it in self.gateway.orders.values():
            way = it.paid.kind if it.paid is not None else ""
            if kind == REFUNDS:
                rows += [Row(id=back.reference, order=it.number, at=back.at, amount_kop=back.amount, way=way) for back in it.refunds]
            elif it.deposited_at is not None and it.deposited:
                kept = fee(it.deposited, FEE_10000.get(way, CARD_10000))
                rows.append(Row(id=it.id, order=it.number, at=it.deposited_at, amount_kop=it.deposited, fee_kop=kept, way=way))
        return rows

    def message(self, order_id: str, event: str | None, tamper: str | None) -> tuple[str, Message]:
        order = self.gateway.orders[order_id]
        operation, success = (
            event or order.last_operation,
            order.last_success if event in (None, order.last_operation) else order.action == 0,
        )
        if tamper == "status":
            operation, success = event or "deposited", True
        return operation, self._callback(order, operation, success=success, tamper=tamper)

    def _do(self, change: Callable[[Order], None], order_id: str) -> None:
        try:
            change(self.gateway.orders[order_id])
        except RbsError as error:
            raise Stopped(error.text("ru")) from error

    def _tell(self, order: Order, operation: str, success: bool) -> None:
        message = self._callback(order, operation, success=success)
        self.notices.put(Notice(order=order.id, event=operation, at=self.sandbox.clock.now(), message=message))

    def _callback(self, order: Order, operation: str, *, success: bool, tamper: str | None = None) -> Message:
        shop = self.shops.all[order.shop]
        amount = order.refunds[-1].amount if operation == "refunded" and order.refunds else order.deposited or order.amount
        told = {
            "mdOrder": order.id,
            "orderNumber": order.number,
            "operation": operation,
            "status": "1" if success else "0",
            "amount": str(amount * 100 if tamper == "amount" else amount),
        }
        if not self.switches["unsigned"]:
            signed = self.seal.by_key(told) if self.switches["rsa"] else by_hmac(told, shop.more["callbackToken"])
            told["checksum"] = signed[::-1] if tamper == "signature" else signed
            if self.switches["sign_alias"]:
                told["sign_alias"] = ALIAS
        url = order.callback_url or self.shops.notify_url(shop)
        return Message(url=url, method="GET", query=told) if self.switches["callback_get"] else Message(url=url, form=told)
