"""The calls of a shop: an invoice is made, its state is asked, an unpaid one is canceled."""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from quart import request

from sandbox.demand_code.routes.desk import MOSCOW, DemandDesk, roubles
from sandbox.demand_code.state import LIFE, NAMES, Demand
from sandbox.demand_code.wire import hashing
from sandbox.demand_code.wire.errors import DemandError
from sandbox.paying.desk import Stopped
from sandbox.paying.shops import Shop

SUM: Final = re.compile(r"\d{1,10}(?:\.\d{1,2})?", re.ASCII)
PHONE: Final = re.compile(r"\+?7\d{10}", re.ASCII)
LEAST_KOP: Final = 1000
OK: Final = {"Code": 0, "Desc": "SUCCEEDED"}
Body = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    desk: DemandDesk
    fields: dict[str, str]

    def shop(self, names: Sequence[str]) -> Shop:
        """The hash is always right; token and Sign header are where they are sent, or where the shop wants them."""
        shop = self.desk.shops.all.get(self.fields.get("eshopId", ""))
        if shop is None:
            raise DemandError("access")
        if not hashing.right(self.fields, names, shop.secret):
            raise DemandError("hash")
        token, sign = request.headers.get("Authorization", ""), request.headers.get("Sign", "")
        if token or sign or self.desk.switches["signed_only"]:
            bearer = hmac.compare_digest(token.encode(), f"Bearer {shop.more['bearerToken']}".encode())
            if not bearer or not hmac.compare_digest(
                sign.encode(), hashing.signed(self.fields, names, shop.more["signSecretKey"]).encode()
            ):
                raise DemandError("access")
        return shop

    def demand(self) -> Demand:
        """By its code, or by the shop's own number of the order."""
        by_order = not self.fields.get("invoiceId") and bool(self.fields.get("orderId"))
        shop = self.shop(hashing.BY_ORDER if by_order else hashing.STATE)
        code = self.desk.demands.orders.get((shop.id, self.fields["orderId"]), "") if by_order else self.fields.get("invoiceId", "")
        found = self.desk.demands.all.get(code)
        if found is None or found.shop != shop.id:
            raise DemandError("unknown")
        return found

    def text(self, name: str, longest: int, *, needed: bool = False) -> str:
        found = self.fields.get(name, "")
        if len(found) > longest or (needed and not found):
            raise DemandError("field", name)
        return found

    def url(self, name: str) -> str | None:
        found = self.text(name, 1024) or None
        if found is not None and (urlsplit(found).scheme not in ("http", "https") or not urlsplit(found).hostname):
            raise DemandError("field", name)
        return found

    def told(self, shop: str, **more: Any) -> Body:
        return {"OperationState": OK, "OperationId": "", "EshopId": shop, "Result": {"State": OK, **more}}


def create(asked: Asked) -> Body:
    shop, desk = asked.shop(hashing.CREATE), asked.desk
    order = asked.text("orderId", 50, needed=True)
    if (shop.id, order) in desk.demands.orders and desk.switches["unique_orders"]:
        raise DemandError("used")
    amount = asked.fields.get("recipientAmount", "")
    if not SUM.fullmatch(amount):
        raise DemandError("amount")
    whole, _, part = amount.partition(".")
    kop = int(whole) * 100 + int(part.ljust(2, "0") or 0)
    if kop < LEAST_KOP:
        raise DemandError("amount")
    currency = asked.fields.get("recipientCurrency", "")
    if currency not in ("RUB", "TST"):
        raise DemandError("currency")
    phone = asked.fields.get("phone") or None
    if phone is not None and not PHONE.fullmatch(phone):
        raise DemandError("field", "phone")
    now = desk.sandbox.clock.now()
    it = Demand(
        code=desk.demands.new_code(),
        shop=shop.id,
        order=order,
        amount=kop,
        currency=currency,
        created_at=now,
        ends_at=_ends_at(asked, now),
        service=asked.text("serviceName", 256),
        user=asked.text("userName", 256),
        email=asked.text("email", 50),
        phone=phone,
        success_url=asked.url("successUrl"),
        back_url=asked.url("backUrl"),
        result_url=asked.url("resultUrl"),
    )
    desk.demands.add(it)
    desk.sms(it, f"Код требования {it.code}, к оплате {roubles(kop)} руб. Назовите его в салоне связи.", it.code)
    return asked.told(shop.id, InvoiceId=it.code)


def _ends_at(asked: Asked, now: datetime) -> datetime:
    given = asked.fields.get("expireDate", "")
    if not given:
        return now + LIFE
    try:
        ends = datetime.fromisoformat(given)
    except ValueError:
        raise DemandError("field", "expireDate") from None
    ends = ends if ends.tzinfo is not None else ends.replace(tzinfo=MOSCOW)
    if not now < ends <= now + LIFE:
        raise DemandError("field", "expireDate")
    return ends


def state(asked: Asked) -> Body:
    return _shown(asked, asked.demand())


def cancel(asked: Asked) -> Body:
    it = asked.demand()
    try:
        asked.desk.demands.cancel(it)
    except Stopped as error:
        raise DemandError("state") from error
    return _shown(asked, it)


def _shown(asked: Asked, it: Demand) -> Body:
    return asked.told(
        it.shop,
        InvoiceId=it.code,
        OrderId=it.order,
        PaymentStatus=int(it.status),
        PaymentState=NAMES[it.status],
        RecipientAmount={"Amount": roubles(it.amount), "CurrencyCode": it.currency},
        PaidAmount=roubles(it.paid),
        RefundedAmount=roubles(it.back),
        ExpireDate=it.ends_at.astimezone(MOSCOW).strftime("%Y-%m-%d %H:%M:%S"),
        AcceptsMoney=it.open,
    )


CALLS: Final = {"createInvoice": create, "getPaymentState": state, "cancelInvoice": cancel}
