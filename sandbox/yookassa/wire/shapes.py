"""Payments, refunds and receipts as JSON objects."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sandbox.yookassa.state.payments import CANCELED, PENDING, SUCCEEDED, WAITING, Method, Payment, Receipt, Refund

GATEWAY: Final = "100700"
BRANDS: Final = {"VISA": "Visa", "MASTERCARD": "MasterCard", "MIR": "Mir"}
TITLES: Final = {
    "sbp": "SBP",
    "sberbank": "SberPay",
    "tinkoff_bank": "T-Pay",
    "yoo_money": "YooMoney wallet",
    "mobile_balance": "Mobile",
    "cash": "Cash",
}
UNREFUNDABLE: Final = frozenset({"mobile_balance", "cash"})


def money(kop: int) -> dict[str, str]:
    return {"value": f"{kop // 100}.{kop % 100:02d}", "currency": "RUB"}


def instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def payment(it: Payment, confirmation_url: str) -> dict[str, Any]:
    told: dict[str, Any] = {"id": it.id, "status": it.status, "amount": money(it.captured or it.amount)}
    if it.status == SUCCEEDED:
        told["income_amount"] = money(it.income)
    if it.description:
        told["description"] = it.description
    told["recipient"] = {"account_id": it.shop, "gateway_id": GATEWAY}
    if it.method is not None:
        told["payment_method"] = method(it.method)
    elif it.kind is not None:
        told["payment_method"] = method(Method(kind=it.kind, id=it.id, saved=False, phone=it.phone))
    if it.captured_at is not None:
        told["captured_at"] = instant(it.captured_at)
    told["created_at"] = instant(it.created_at)
    if it.status == WAITING and it.hold_ends_at is not None:
        told["expires_at"] = instant(it.hold_ends_at)
    if it.status == PENDING and it.confirmation:
        told["confirmation"] = _confirmation(it, confirmation_url)
    told |= {
        "test": True,
        "paid": it.status in (WAITING, SUCCEEDED),
        "refundable": it.status == SUCCEEDED and it.method is not None and it.method.kind not in UNREFUNDABLE and it.refunded < it.captured,
        "metadata": it.metadata,
    }
    if it.refunded:
        told["refunded_amount"] = money(it.refunded)
    if it.status == CANCELED:
        told["cancellation_details"] = {"party": it.party, "reason": it.reason}
    if it.rrn is not None:
        told["authorization_details"] = {"rrn": it.rrn, "auth_code": it.auth_code, "three_d_secure": {"applied": it.checked}}
    if it.receipt is not None:
        told["receipt_registration"] = {SUCCEEDED: "succeeded", CANCELED: "canceled"}.get(it.status, "pending")
    if it.customer is not None:
        told["merchant_customer_id"] = it.customer
    return told


def _confirmation(it: Payment, url: str) -> dict[str, Any]:
    kind = it.confirmation["type"]
    told: dict[str, Any] = {"type": kind}
    if kind in ("redirect", "mobile_application"):
        if it.confirmation.get("return_url"):
            told["return_url"] = it.confirmation["return_url"]
        told["confirmation_url"] = url
    elif kind == "embedded":
        told["confirmation_token"] = f"ct-{it.id}"
    elif kind == "qr":
        told["confirmation_data"] = url
    return told


def method(it: Method) -> dict[str, Any]:
    told: dict[str, Any] = {"type": it.kind, "id": it.id, "saved": it.saved, "status": "active" if it.saved else "inactive"}
    if it.last4 is not None and it.expiry is not None:
        told["title"] = f"Bank card *{it.last4}"
        told["card"] = {
            "first6": it.first6,
            "last4": it.last4,
            "expiry_year": it.expiry[:4],
            "expiry_month": it.expiry[4:],
            "card_type": BRANDS.get(it.brand or "", "Unknown"),
            "issuer_country": "RU",
            "issuer_name": "TEST BANK",
        }
    elif it.kind in TITLES:
        told["title"] = TITLES[it.kind]
    if it.phone is not None:
        told["phone"] = it.phone
    return told


def refund(it: Refund) -> dict[str, Any]:
    told = {
        "id": it.id,
        "payment_id": it.payment,
        "status": it.status,
        "created_at": instant(it.created_at),
        "amount": money(it.amount),
    }
    return told | ({"description": it.description} if it.description else {})


def receipt(it: Receipt) -> dict[str, Any]:
    """The sandbox's fiscal marks: numbers, but of no device."""
    told: dict[str, Any] = {
        "id": it.id,
        "type": it.kind,
        "payment_id": it.payment,
        "status": "succeeded",
        "fiscal_document_number": str(it.number),
        "fiscal_storage_number": "9999078900000000",
        "fiscal_attribute": f"{it.number * 2654435761 % 2**32:010d}",
        "registered_at": instant(it.created_at),
        "fiscal_provider_id": it.id.removeprefix("rt-"),
        "items": it.items,
        "settlements": it.settlements or [{"type": "cashless", "amount": money(it.amount)}],
    }
    if it.kind == "refund":
        told["refund_id"] = it.of
    if it.tax_system_code is not None:
        told["tax_system_code"] = it.tax_system_code
    return told
