"""T-Bank as the payer's page and the control calls see it, and its notices to shops."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Final

from sandbox import gosuslugi_page as pages
from sandbox.outbound import Answered
from sandbox.paying.desk import Invoice, Means
from sandbox.paying.notices import Message, Notice, Notices
from sandbox.paying.register import REFUNDS, Look, Row, fee
from sandbox.paying.shops import Shop, Shops, demo_key
from sandbox.system import Sandbox
from sandbox.tbank.state import payments as states
from sandbox.tbank.state.payments import Payment
from sandbox.tbank.state.store import Store
from sandbox.tbank.wire.errors import ERRORS
from sandbox.tbank.wire.token import signed

ID: Final = "tbank"
TITLE: Final = "Т-Банк: приём платежей"
RECEIPT: Final = "RECEIPT"
EVENTS: Final[tuple[str, ...]] = (
    states.HELD, states.CONFIRMED, states.PART_REVERSED, states.REVERSED, states.CANCELED, states.PART_REFUNDED, states.REFUNDED,
    states.REJECTED, states.EXPIRED, RECEIPT,
)  # fmt: skip
WAITS: Final = (timedelta(hours=1),) * 24 + (timedelta(days=1),) * 30
LOOK: Final = Look(
    encoding="utf-8",
    separator=",",
    at="%Y-%m-%dT%H:%M:%S",
    lines=("TerminalKey,OrderId,PaymentId,Date,Amount,Fee,Type",),
    columns=("1700000000000DEMO", "{order}", "{id}", "{at}", "{sum}", "{fee}", "{way}"),
    totals=("TOTAL", "", "{count}", "", "{sum}", "{fee}", ""),
)
FEE_10000: Final = {"sbp": 40}
CARD_10000: Final = 229
SWITCHES: Final = {"unique_orders": False, "blocked": False}
DONE: Final = states.HOLDS | states.PAID | {states.REVERSED, states.REFUNDED}
RESULTS: Final = {states.CONFIRMED: "Оплачено", states.HELD: "Деньги удержаны", states.CANCELED: "Магазин отменил платёж"}


def received(found: Answered) -> bool:
    """HTTP 200 and the word itself."""
    return found.status == 200 and found.body == b"OK"


class BankDesk:
    """One store, its terminals and what they are told."""

    title = TITLE
    events = EVENTS
    parts = False
    look = LOOK

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.shops = Shops(sandbox.merchants, ID, ("TerminalKey", "Password"), Shop(id="1700000000000DEMO", secret=demo_key(ID)))
        self.notices = Notices(sandbox.outbound, sandbox.clock.now, waits=WAITS, accepted=received)
        self.store = Store(now=sandbox.clock.now, tell=self._tell)
        self.switches = dict(SWITCHES)

    def reset(self) -> None:
        self.store.reset()
        self.notices.reset()
        self.switches = dict(SWITCHES)

    def settle(self) -> None:
        self.store.settle()
        self.notices.retry()

    def page_url(self, it: Payment) -> str:
        return f"{self.sandbox.base_url()}{pages.own_base(ID)}/new/{it.code}"

    def orders(self) -> list[dict[str, Any]]:
        return [self.order(payment_id) for payment_id in self.store.payments]

    def order(self, order_id: str) -> dict[str, Any]:
        it = self.store.payments[order_id]
        return {
            "id": it.id,
            "number": it.order,
            "shop": it.shop,
            "status": it.status,
            "amount_kop": it.amount,
            "left_kop": it.left,
            "created_at": it.created_at.isoformat(),
        }

    def invoice(self, order_id: str) -> Invoice | None:
        it = self.store.payments.get(order_id)
        if it is None:
            return None
        return Invoice(
            id=it.id,
            number=it.order,
            shop=self.shops.all[it.shop].title,
            amount_kop=it.amount,
            text=it.description,
            open=it.open,
            result=RESULTS.get(it.status, f"Не оплачено: {ERRORS.get(it.error, 'время вышло').lower()}"),
            back=self.back(it),
            waits_for=self.store.waiting.get(it.id),
        )

    def back(self, it: Payment) -> str | None:
        """The shop may ask for values in its own addresses."""
        url = it.success_url if it.status in DONE else it.fail_url
        told = {
            "Success": str(it.status in DONE).lower(),
            "ErrorCode": it.error,
            "OrderId": it.order,
            "PaymentId": it.id,
            "Amount": str(it.amount),
        }
        for name, value in told.items():
            url = url.replace(f"${{{name}}}", value) if url else url
        return url

    def ask_code(self, order_id: str, means: Means) -> None:
        self.store.ask_code(self.store.payments[order_id], means)

    def pay(self, order_id: str, means: Means) -> None:
        self.store.pay(self.store.payments[order_id], means)

    def decline(self, order_id: str, refusal: str, means: Means | None = None) -> None:
        self.store.decline(self.store.payments[order_id], refusal, means)

    def refund(self, order_id: str, amount_kop: int | None) -> None:
        it = self.store.payments[order_id]
        self.store.give_back(it, amount_kop or it.left)

    def register(self, kind: str) -> list[Row]:
        rows = []
        for it in self.store.payments.values():
            way = it.kind or ""
            if kind == REFUNDS:
                rows += [Row(id=back.id, order=it.order, at=back.at, amount_kop=back.amount, way=way) for back in it.backs]
            elif it.confirmed_at is not None:
                kept = fee(it.confirmed, FEE_10000.get(way, CARD_10000))
                rows.append(Row(id=it.id, order=it.order, at=it.confirmed_at, amount_kop=it.confirmed, fee_kop=kept, way=way))
        return rows

    def message(self, order_id: str, event: str | None, tamper: str | None) -> tuple[str, Message]:
        it = self.store.payments[order_id]
        status = event or (states.CONFIRMED if tamper == "status" else it.status)
        return status, self._message(it, status, tamper)

    def _tell(self, it: Payment, status: str) -> None:
        for told in (status, RECEIPT) if status == states.CONFIRMED and it.receipt is not None else (status,):
            self.notices.put(Notice(order=it.id, event=told, at=self.sandbox.clock.now(), message=self._message(it, told)))

    def _message(self, it: Payment, status: str, tamper: str | None = None) -> Message:
        shop = self.shops.all[it.shop]
        told = self._receipt(it) if status == RECEIPT else self._told(it, status)
        if tamper == "status":
            told |= {"Success": True, "ErrorCode": "0"}
        elif tamper == "amount":
            told["Amount"] = 100 * it.amount
        told = signed(told, shop.secret)
        if tamper == "signature":
            told["Token"] = str(told["Token"])[::-1]
        content = json.dumps(told, ensure_ascii=False).encode()
        return Message(url=it.notify_url or self.shops.notify_url(shop), content=content, headers={"Content-Type": "application/json"})

    def _told(self, it: Payment, status: str) -> dict[str, Any]:
        """The amount of a refund's notice is what went back."""
        good = status not in (states.REJECTED, states.EXPIRED)
        back = {states.PART_REFUNDED, states.REFUNDED, states.PART_REVERSED, states.REVERSED}
        told: dict[str, Any] = {
            "TerminalKey": it.shop,
            "OrderId": it.order,
            "Success": good,
            "Status": status,
            "PaymentId": int(it.id),
            "ErrorCode": "0" if good else it.error,
            "Amount": it.last_back if status in back and it.last_back else (it.left or it.amount),
        }
        if it.card is not None:
            told["CardId"] = int(it.card)
        if it.pan is not None:
            told |= {"Pan": it.pan, "ExpDate": it.expiry}
        if it.rebill is not None:
            told["RebillId"] = int(it.rebill)
        return told | ({"Data": it.data} if it.data else {})

    def _receipt(self, it: Payment) -> dict[str, Any]:
        """Fiscal marks of a device that does not exist."""
        number = int(it.id) % 100_000
        return {
            "TerminalKey": it.shop,
            "OrderId": it.order,
            "Success": True,
            "Status": RECEIPT,
            "PaymentId": int(it.id),
            "ErrorCode": "0",
            "Amount": it.left or it.amount,
            "FiscalNumber": number % 100,
            "ShiftNumber": 1,
            "ReceiptDatetime": self.sandbox.clock.now().isoformat(timespec="seconds"),
            "FnNumber": "9999078900000000",
            "EcrRegNumber": "0000000000000000",
            "FiscalDocumentNumber": number,
            "FiscalDocumentAttribute": number * 2654435761 % 2**32,
            "Receipt": it.receipt,
            "Type": "Income",
        }
