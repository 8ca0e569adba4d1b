"""What an order's record at the gateway means, and its receipts; of a card the four last digits only (RULES D4, D11, D12)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from connectors.kit.answers import decode
from connectors.kit.errors import Drifted
from connectors.kit.payment import Binding, FiscalReceipt, Payment, PaymentState, ReceiptAsked, card_title

MOSCOW = ZoneInfo("Europe/Moscow")
"""Times without an offset are Moscow's there."""
AT = "%d.%m.%Y %H:%M:%S"
ADVANCE, PAYMENT = "3", "10"
"""Tags 1214 and 1212: an advance, a payment."""
DELIVERED: Mapping[int, bool] = MappingProxyType({1: False, 4: True})
"""Whether a receipt with this state is a refund's; a receipt in another state is still on its way, or did not come to be."""
ROUBLE = frozenset({"", "643", "810", "RUB", "RUR"})
"""810 is the old code that papers of Alfa still have; no code means the shop's own currency."""
STATES: Mapping[int, PaymentState] = MappingProxyType(
    {
        0: PaymentState.PENDING,
        1: PaymentState.HELD,
        2: PaymentState.PAID,
        3: PaymentState.DECLINED,
        4: PaymentState.REFUNDED,
        5: PaymentState.PENDING,
        6: PaymentState.DECLINED,
    }
)


class Registered(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    order_id: str
    form_url: str


class Named(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    name: str
    value: str | None = None


class Amounts(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    approved_amount: int = 0
    deposited_amount: int = 0
    refunded_amount: int = 0


class Bound(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    binding_id: str = ""


class Status(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """As much of `getOrderStatusExtended` as is needed: neither the card nor its holder."""

    order_number: str
    order_status: int
    amount: int
    currency: int | str | None = None
    action_code: int | None = None
    attributes: tuple[Named, ...] = ()
    payment_amount_info: Amounts | None = None
    binding_info: Bound | None = None


class SbpCode(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    payload: str


class OneBinding(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    binding_id: str
    payment_system: str | None = None
    masked_pan: str | None = None


class Bindings(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    bindings: tuple[OneBinding, ...] = ()


class OneReceipt(msgspec.Struct, frozen=True, kw_only=True):
    status: int = msgspec.field(name="receiptStatus", default=-1)
    fn_number: str | int | None = None
    fiscal_document_number: str | int | None = None
    fiscal_document_attribute: str | int | None = None
    receipt_datetime: str | int | None = None
    amount_total: int | float | str | None = None


class Receipts(msgspec.Struct, frozen=True, kw_only=True):
    receipt: tuple[OneReceipt, ...] = ()


def registered(system: str, body: bytes, *, order: str, amount_kop: int) -> Payment:
    found = decode(system, body, Registered)
    if not found.form_url.startswith(("https://", "http://")):
        raise Drifted(system, "$.formUrl", "not an address")
    return Payment(
        provider_id=_id(system, found.order_id),
        order=order,
        state=PaymentState.PENDING,
        word="0",
        amount_kop=amount_kop,
        pay_url=found.form_url,
    )


def status(system: str, body: bytes, *, provider_id: str = "", order: str = "") -> Payment:
    """The order as the gateway holds it. An answer about another order than the asked one is none."""
    found = decode(system, body, Status)
    md_order = next((one.value or "" for one in found.attributes if one.name == "mdOrder"), provider_id)
    if (provider_id and md_order != provider_id) or (order and found.order_number != order):
        raise Drifted(system, "$.attributes" if provider_id else "$.orderNumber", "another order")
    if str(found.currency or "") not in ROUBLE:
        raise Drifted(system, "$.currency", "not roubles")
    amounts = found.payment_amount_info
    state = STATES.get(found.order_status, PaymentState.PENDING)
    paid = 0
    if state in (PaymentState.PAID, PaymentState.REFUNDED):
        paid = found.amount if amounts is None else amounts.deposited_amount
    refunded = amounts.refunded_amount if amounts else paid if state is PaymentState.REFUNDED else 0
    if min(found.amount, paid, refunded) < 0 or (state is PaymentState.PAID and paid == 0):
        raise Drifted(system, "$.paymentAmountInfo", "paid nothing")
    held = (amounts.approved_amount if amounts else found.amount) if state is PaymentState.HELD else 0
    return Payment(
        provider_id=_id(system, md_order),
        order=found.order_number,
        state=state,
        word=str(found.order_status),
        amount_kop=found.amount,
        held_kop=held,
        paid_kop=paid,
        refunded_kop=refunded,
        binding=found.binding_info.binding_id if found.binding_info else "",
        reason=str(found.action_code) if state is PaymentState.DECLINED and found.action_code is not None else "",
    )


def bindings(system: str, body: bytes) -> tuple[Binding, ...]:
    """Of the card only its payment system and four last digits are kept (RULES D12)."""
    return tuple(
        Binding(id=one.binding_id, title=card_title(one.payment_system or "", one.masked_pan or ""))
        for one in decode(system, body, Bindings).bindings
    )


def sbp_link(system: str, body: bytes) -> str:
    """What the payer's bank opens, from a tap or as a picture."""
    link = decode(system, body, SbpCode).payload
    if not link.startswith(("https://", "http://")):
        raise Drifted(system, "$.payload", "not an address")
    return link


def _id(system: str, text: str) -> str:
    if not text or len(text) > 64 or not text.isascii() or not text.isprintable():
        raise Drifted(system, "$.orderId", "not an id")
    return text


def bundle(asked: ReceiptAsked, *, tax: int) -> str:
    """`orderBundle`, as JSON inside the form."""
    to = {"email": asked.email.reveal()} if asked.email else {"phone": asked.phone.reveal()}
    items = [_item(place, line.text, line.amount_kop, tax) for place, line in enumerate(asked.lines, start=1)]
    return msgspec.json.encode({"customerDetails": to, "cartItems": {"items": items}}).decode()


def _item(place: int, text: str, amount_kop: int, tax: int) -> dict[str, Any]:
    marks = [{"name": "paymentMethod", "value": ADVANCE}, {"name": "paymentObject", "value": PAYMENT}]
    return {
        "positionId": str(place),
        "name": text[:100],
        "quantity": {"value": 1, "measure": "шт."},
        "itemAmount": amount_kop,
        "itemPrice": amount_kop,
        "itemCode": f"top-up-{place}",
        "tax": {"taxType": tax},
        "itemAttributes": {"attributes": marks},
    }


def receipts(system: str, body: bytes) -> tuple[FiscalReceipt, ...]:
    found = decode(system, body, Receipts).receipt
    return tuple(_one(system, one, refund=DELIVERED[one.status]) for one in found if one.status in DELIVERED)


def _one(system: str, one: OneReceipt, *, refund: bool) -> FiscalReceipt:
    marks = [str(mark or "") for mark in (one.fn_number, one.fiscal_document_number, one.fiscal_document_attribute)]
    if not all(mark.isascii() and mark.isdigit() and len(mark) <= 20 for mark in marks):
        raise Drifted(system, "$.receipt", "no fiscal marks")
    return FiscalReceipt(refund=refund, drive=marks[0], document=marks[1], sign=marks[2], at=_at(system, one.receipt_datetime))


def _at(system: str, given: str | int | None) -> datetime:
    try:
        if isinstance(given, int):
            return datetime.fromtimestamp(given / 1000, MOSCOW)
        return datetime.strptime(given or "", AT).replace(tzinfo=MOSCOW)
    except (ValueError, OverflowError, OSError) as error:
        raise Drifted(system, "$.receipt.receipt_datetime", "no time") from error
