"""The invoices as control calls see them, and notices to shops."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sandbox.demand_code.state import CANCELED, CREATED, NAMES, PAID, PART, Demand, Desk
from sandbox.demand_code.wire import hashing
from sandbox.inbox import Letter
from sandbox.outbound import Answered
from sandbox.paying.desk import Invoice, Means
from sandbox.paying.notices import Message, Notice, Notices
from sandbox.paying.register import REFUNDS, Look, Row
from sandbox.paying.shops import Shop, Shops, demo_key
from sandbox.system import Sandbox

ID: Final = "demand_code"
PREFIX: Final = "demand"
TITLE: Final = "Оплата в салонах связи по коду"
MOSCOW: Final = ZoneInfo("Europe/Moscow")
EVENTS: Final[tuple[str, ...]] = (CREATED, CANCELED, PAID, PART)
WAITS: Final = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 180, 720, 1440))
LOOK: Final = Look(
    encoding="cp866",
    separator="|",
    columns=("{id}", "{part}", "{order}", "{at}", "{sum}", "{fee}", "{way}"),
    totals=("ИТОГО", "{count}", "", "", "{sum}", "{fee}", ""),
)
PLACE: Final = "Салон связи 12, Барнаул"
SWITCHES: Final = {"cp1251": False, "unique_orders": True, "signed_only": False}
ACCOUNT: Final = "4356091274"


def received(found: Answered) -> bool:
    """HTTP 200 and two letters, nothing after them."""
    return found.status == 200 and found.body == b"OK"


def roubles(kop: int) -> str:
    return f"{kop // 100}.{kop % 100:02d}"


class DemandDesk:
    """One store, its shops and what they are told; the control calls know it by /_sandbox/demand and /_sandbox/demand_code."""

    title = TITLE
    events = EVENTS
    parts = True
    look = LOOK

    def __init__(self, sandbox: Sandbox) -> None:
        more = {"signSecretKey": demo_key("demand sign"), "bearerToken": demo_key("demand bearer")}
        self.sandbox = sandbox
        self.shops = Shops(sandbox.merchants, PREFIX, ("eshopId", "secretKey"), Shop(id="465932", secret=demo_key(PREFIX), more=more))
        self.notices = Notices(sandbox.outbound, sandbox.clock.now, waits=WAITS, accepted=received)
        self.demands = Desk(now=sandbox.clock.now, tell=self._tell)
        self.switches = dict(SWITCHES)

    def reset(self) -> None:
        self.demands.reset()
        self.notices.reset()
        self.switches = dict(SWITCHES)

    def settle(self) -> None:
        self.demands.settle()
        self.notices.retry()

    def orders(self) -> list[dict[str, Any]]:
        return [self.order(code) for code in self.demands.all]

    def order(self, order_id: str) -> dict[str, Any]:
        it = self.demands.all[order_id]
        return {
            "id": it.code,
            "number": it.order,
            "shop": it.shop,
            "status": it.status,
            "state": NAMES[it.status],
            "amount_kop": it.amount,
            "paid_kop": it.paid,
            "back_kop": it.back,
            "ends_at": it.ends_at.isoformat(),
            "created_at": it.created_at.isoformat(),
        }

    def invoice(self, order_id: str) -> Invoice | None:
        """Not paid on a page, but at a counter."""
        _ = order_id
        return None

    def ask_code(self, order_id: str, means: Means) -> None:
        """Nothing is asked at a counter."""

    def pay(self, order_id: str, means: Means) -> None:
        self.demands.pay(self.demands.all[order_id], means.amount_kop)

    def decline(self, order_id: str, refusal: str, means: Means | None = None) -> None:
        """A payer who does not come is an invoice that the shop gives up."""
        _ = refusal, means
        self.demands.cancel(self.demands.all[order_id])

    def refund(self, order_id: str, amount_kop: int | None) -> None:
        self.demands.give_back(self.demands.all[order_id], amount_kop)

    def register(self, kind: str) -> list[Row]:
        return [
            Row(id=it.code, order=it.order, at=given.at, amount_kop=given.amount, way=PLACE, part=number)
            for it in self.demands.all.values()
            for number, given in enumerate(it.backs if kind == REFUNDS else it.parts, start=1)
        ]

    def message(self, order_id: str, event: str | None, tamper: str | None) -> tuple[str, Message]:
        it = self.demands.all[order_id]
        status = event or (PAID if tamper == "status" else it.status)
        return status, self._message(it, status, tamper)

    def sms(self, it: Demand, text: str, code: str | None = None) -> None:
        if it.phone is not None:
            self.sandbox.inbox.put(Letter(kind="sms", system=PREFIX, to=it.phone, text=text, at=self.sandbox.clock.now(), code=code))

    def _tell(self, it: Demand, status: str) -> None:
        if status in (PAID, PART):
            rest = "" if status == PAID else f", осталось {roubles(it.left)} руб."
            self.sms(it, f"По коду {it.code} принято {roubles(it.paid)} руб.{rest}")
        self.notices.put(Notice(order=it.code, event=status, at=self.sandbox.clock.now(), message=self._message(it, status)))

    def _message(self, it: Demand, status: str, tamper: str | None = None) -> Message:
        shop = self.shops.all[it.shop]
        encoding = "cp1251" if self.switches["cp1251"] else "utf-8"
        told = {
            "eshopId": it.shop,
            "paymentId": it.code,
            "orderId": it.order,
            "eshopAccount": ACCOUNT,
            "serviceName": it.service,
            "recipientAmount": roubles(it.amount * (100 if tamper == "amount" else 1)),
            "recipientCurrency": it.currency,
            "paymentStatus": status,
            "userName": it.user,
            "userEmail": it.email,
            "paymentData": (it.paid_at or self.sandbox.clock.now()).astimezone(MOSCOW).strftime("%Y-%m-%d %H:%M:%S"),
            "paidAmount": roubles(it.paid),
        }
        made = hashing.md5(told, hashing.NOTICE, shop.secret, encoding)
        told["hash"] = made[::-1] if tamper == "signature" else made
        headers = {"Content-Type": f"application/x-www-form-urlencoded; charset={encoding}"}
        content = urlencode(told, encoding=encoding, errors="replace").encode()
        return Message(url=it.result_url or self.shops.notify_url(shop), content=content, headers=headers)
