"""What a payment object of ЮKassa means; a card's digits are not even read (RULES D4, D12)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec

from connectors.kit.answers import decode
from connectors.kit.errors import Drifted, Rejected
from connectors.kit.payment import CURRENCY, FiscalReceipt, Order, Payment, PaymentState, ReceiptAsked, Refund, card_title

MOBILE = "mobile_balance"
ORDER = "order"
"""The key of our own id in the payment's metadata."""
STATES: Mapping[str, PaymentState] = MappingProxyType(
    {
        "pending": PaymentState.PENDING,
        "waiting_for_capture": PaymentState.HELD,
        "succeeded": PaymentState.PAID,
        "canceled": PaymentState.DECLINED,
    }
)
_MONEY = re.compile(r"([0-9]{1,11})\.([0-9]{2})")


class Amount(msgspec.Struct, frozen=True, kw_only=True):
    value: str
    currency: str


class Confirmation(msgspec.Struct, frozen=True, kw_only=True):
    confirmation_url: str = ""


class KeptCard(msgspec.Struct, frozen=True, kw_only=True):
    """Of a card's digits the four last ones only (RULES D12)."""

    last4: str = ""
    card_type: str = ""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The means of payment, as far as the shop may charge it again."""

    id: str = ""
    saved: bool = False
    card: KeptCard | None = None


class Cancelled(msgspec.Struct, frozen=True, kw_only=True):
    party: str = ""
    reason: str = ""


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    status: str
    amount: Amount
    paid: bool
    refunded_amount: Amount | None = None
    confirmation: Confirmation | None = None
    metadata: dict[str, str] | None = None
    payment_method: Kept | None = None
    cancellation_details: Cancelled | None = None


class ReceiptWire(msgspec.Struct, frozen=True, kw_only=True):
    status: str
    type: str
    payment_id: str = ""
    fiscal_document_number: str = ""
    fiscal_storage_number: str = ""
    fiscal_attribute: str = ""
    registered_at: str = ""


class ReceiptList(msgspec.Struct, frozen=True, kw_only=True):
    items: tuple[ReceiptWire, ...]


class RefundWire(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    payment_id: str
    status: str
    amount: Amount


def kopecks(system: str, amount: Amount, where: str) -> int:
    found = _MONEY.fullmatch(amount.value)
    if amount.currency != CURRENCY:
        raise Drifted(system, f"{where}.currency", "not roubles")
    if found is None:
        raise Drifted(system, f"{where}.value", "not roubles with kopecks")
    return int(found[1]) * 100 + int(found[2])


def roubles(kop: int) -> dict[str, str]:
    return {"value": f"{kop // 100}.{kop % 100:02}", "currency": CURRENCY}


def payment(system: str, body: bytes, provider_id: str = "") -> Payment:
    """`paid` and `succeeded` must agree: one word alone is no success."""
    found = decode(system, body, Wire)
    if not found.id or len(found.id) > 64 or (provider_id and found.id != provider_id):
        raise Drifted(system, "$.id", "another payment")
    amount = kopecks(system, found.amount, "$.amount")
    state = STATES.get(found.status, PaymentState.PENDING)
    if state is PaymentState.PAID and not (found.paid and amount > 0):
        raise Drifted(system, "$.paid", "succeeded and not paid")
    refunded = kopecks(system, found.refunded_amount, "$.refunded_amount") if found.refunded_amount else 0
    url = found.confirmation.confirmation_url if found.confirmation else ""
    if url and not url.startswith(("https://", "http://")):
        raise Drifted(system, "$.confirmation.confirmation_url", "not an address")
    paid = amount if state is PaymentState.PAID else 0
    kept = found.payment_method
    return Payment(
        provider_id=found.id,
        order=(found.metadata or {}).get(ORDER, ""),
        state=PaymentState.REFUNDED if paid and refunded else state,
        word=found.status[:40],
        amount_kop=amount,
        held_kop=amount if state is PaymentState.HELD else 0,
        paid_kop=paid,
        refunded_kop=refunded,
        pay_url=url if state is PaymentState.PENDING else "",
        binding=kept.id if kept and kept.saved else "",
        binding_title=card_title(kept.card.card_type, kept.card.last4) if kept and kept.saved and kept.card else "",
        reason=found.cancellation_details.reason[:64] if found.cancellation_details else "",
    )


def refund(system: str, body: bytes, provider_id: str) -> Refund:
    found = decode(system, body, RefundWire)
    if found.payment_id != provider_id:
        raise Drifted(system, "$.payment_id", "another payment")
    if found.status == "canceled":
        raise Rejected(system, "refund_canceled", "ЮKassa не вернула деньги.")
    return Refund(id=found.id, amount_kop=kopecks(system, found.amount, "$.amount"), done=found.status == "succeeded")


def receipts(system: str, body: bytes, provider_id: str) -> tuple[FiscalReceipt, ...]:
    """Those of this payment that a cash register has made; the others are still on their way."""
    found = [one for one in decode(system, body, ReceiptList).items if one.status == "succeeded" and one.payment_id in ("", provider_id)]
    return tuple(
        FiscalReceipt(
            refund=one.type == "refund",
            drive=one.fiscal_storage_number[:20],
            document=one.fiscal_document_number[:20],
            sign=one.fiscal_attribute[:20],
            at=_instant(system, one.registered_at),
        )
        for one in found
    )


def _instant(system: str, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Drifted(system, "$.items.registered_at", "no time") from error
    if found.tzinfo is None:
        raise Drifted(system, "$.items.registered_at", "no offset")
    return found


def asked(order: Order, *, vat_code: int, binding: str = "") -> dict[str, Any]:
    """The request's body: the same for the same order, for a repeat with the key must not differ."""
    told: dict[str, Any] = {
        "amount": roubles(order.amount_kop),
        "capture": not order.hold,
        "description": order.description[:128],
        "metadata": {ORDER: order.id},
    }
    if binding:
        told["payment_method_id"] = binding
    elif order.method == MOBILE:
        # There is no page: the operator asks the owner of the phone by SMS.
        told["confirmation"] = {"type": "external"}
        told["payment_method_data"] = {"type": MOBILE, "phone": order.phone.reveal()}
    else:
        told["confirmation"] = {"type": "redirect", "return_url": order.return_url}
        if order.method:
            told["payment_method_data"] = {"type": order.method}
        if order.client:
            told |= {"save_payment_method": True, "merchant_customer_id": order.client}
    if order.receipt is not None:
        told["receipt"] = _receipt(order.receipt, vat_code)
    return told


def _receipt(receipt: ReceiptAsked, vat_code: int) -> dict[str, Any]:
    to = {"email": receipt.email.reveal()} if receipt.email else {"phone": receipt.phone.reveal()}
    lines = [
        {
            "description": line.text[:128],
            "quantity": "1.00",
            "amount": roubles(line.amount_kop),
            "vat_code": vat_code,
            "payment_mode": "advance",
            "payment_subject": "payment",
        }
        for line in receipt.lines
    ]
    return {"customer": to, "items": lines}
