"""Answers of the REST calls about an order."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sandbox.rbs.state.orders import DECLINED, MOSCOW, STATES, Binding, Order
from sandbox.rbs.wire.errors import SUCCESS, action_text

CURRENCY = "643"
TERMINAL = "111113"


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def words(language: str) -> str:
    return "en" if language.lower() == "en" else "ru"


def plain(order: Order, binding: Binding | None, language: str) -> dict[str, Any]:
    """getOrderStatus: names with capitals."""
    paid = order.paid
    found: dict[str, Any] = {
        "depositAmount": order.deposited,
        "currency": CURRENCY,
        "authCode": 2,
        "ErrorCode": "2" if order.status == DECLINED else "0",
        "ErrorMessage": action_text(order.action, language) if order.status == DECLINED else SUCCESS[language],
        "OrderStatus": order.status,
        "OrderNumber": order.number,
        "Amount": order.amount,
    }
    if paid is not None and paid.masked is not None:
        found |= {"Pan": paid.masked, "expiration": paid.expiry, "cardholderName": paid.holder, "Ip": paid.ip}
    if order.approval is not None:
        found["approvalCode"] = order.approval
    if binding is not None:
        found |= {"clientId": binding.client, "bindingId": binding.id}
    return found


def extended(order: Order, binding: Binding | None, language: str) -> dict[str, Any]:
    """getOrderStatusExtended."""
    found: dict[str, Any] = {
        "errorCode": "0",
        "errorMessage": SUCCESS[language],
        "orderNumber": order.number,
        "orderStatus": order.status,
        "actionCode": order.action,
        "actionCodeDescription": action_text(order.action, language) if order.action else "",
        "amount": order.amount,
        "currency": CURRENCY,
        "date": ms(order.created_at),
        "orderDescription": order.description,
        "merchantOrderParams": [{"name": name, "value": value} for name, value in order.params.items()],
        "transactionAttributes": [],
        "attributes": [{"name": "mdOrder", "value": order.id}],
        "terminalId": TERMINAL,
        "paymentAmountInfo": amounts(order),
    }
    paid = order.paid
    if paid is not None and paid.masked is not None:
        card = {"maskedPan": paid.masked, "pan": paid.masked, "expiration": paid.expiry, "cardholderName": paid.holder}
        found["cardAuthInfo"] = {
            **card,
            "approvalCode": order.approval or "",
            "paymentSystem": paid.brand,
            "secureAuthInfo": {"eci": 5 if paid.kind == "CARD" else 7},
        }
        found["bankInfo"] = {"bankName": "TEST CARD", "bankCountryCode": "RU", "bankCountryName": "Россия"}
    if paid is not None:
        found |= {"ip": paid.ip, "paymentWay": {"SBP": "SBP_C2B", "BINDING": "CARD_BINDING"}.get(paid.kind, "CARD")}
    if order.paid_at is not None:
        found |= {"authDateTime": ms(order.paid_at), "authRefNum": order.reference}
    if binding is not None:
        found["bindingInfo"] = {"clientId": binding.client, "bindingId": binding.id}
    if order.refunds:
        found["refundedDate"] = ms(order.refunds[-1].at)
        found["refunds"] = [
            {"date": ms(it.at), "amount": it.amount, "actionCode": "0", "referenceNumber": it.reference} for it in order.refunds
        ]
    return found


def amounts(order: Order) -> dict[str, Any]:
    """What went back is told apart; it does not lessen what was deposited."""
    return {
        "paymentState": STATES[order.status],
        "approvedAmount": order.approved,
        "depositedAmount": order.deposited,
        "refundedAmount": order.refunded,
        "feeAmount": 0,
    }


def binding_row(binding: Binding) -> dict[str, Any]:
    return {
        "bindingId": binding.id,
        "maskedPan": binding.masked,
        "expiryDate": binding.expiry,
        "clientId": binding.client,
        "paymentWay": "CARD",
        "paymentSystem": binding.brand,
    }


def receipts(order: Order) -> dict[str, Any]:
    """Marks of a cash register that does not exist: one receipt of the payment, one of each refund; 1 and 4 are delivered."""
    made: list[dict[str, Any]] = []
    if order.bundle and order.paid_at is not None and (order.deposited or order.refunds):
        made.append(_receipt(order, 1, order.paid_at, order.deposited, 0))
        made += [_receipt(order, 4, it.at, it.amount, place) for place, it in enumerate(order.refunds, start=1)]
    return {"ecr_registration_number": "0000000000000000", "receipt": made}


def _receipt(order: Order, state: int, at: datetime, amount: int, place: int) -> dict[str, Any]:
    number = int(order.id.replace("-", "")[:6], 16) + place
    return {
        "receiptStatus": state,
        "uuid": f"{order.id}-{place}",
        "shift_number": 1,
        "fiscal_receipt_number": number % 1000,
        "receipt_datetime": at.astimezone(MOSCOW).strftime("%d.%m.%Y %H:%M:%S"),
        "fn_number": "9999078900000000",
        "fiscal_document_number": number,
        "fiscal_document_attribute": number * 2654435761 % 2**32,
        "amount_total": f"{amount // 100}.{amount % 100:02}",
    }
