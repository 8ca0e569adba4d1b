"""The Token of T-Bank's calls, and what its answers mean; of a card the four last digits only (RULES D4, D12)."""

from __future__ import annotations

import hashlib
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
STATES: Mapping[str, PaymentState] = MappingProxyType(
    {
        "AUTHORIZED": PaymentState.HELD,
        "CONFIRMED": PaymentState.PAID,
        "REFUNDED": PaymentState.REFUNDED,
        "PARTIAL_REFUNDED": PaymentState.REFUNDED,
        "CANCELED": PaymentState.DECLINED,
        "REJECTED": PaymentState.DECLINED,
        "REVERSED": PaymentState.DECLINED,
        "DEADLINE_EXPIRED": PaymentState.DECLINED,
        "ATTEMPTS_EXPIRED": PaymentState.DECLINED,
    }
)
"""What is not here is under way: NEW, FORM_SHOWED, AUTHORIZING, 3DS_CHECKING, CONFIRMING, REFUNDING … AUTH_FAIL may be tried again."""


class Made(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    status: str
    payment_id: str
    order_id: str
    amount: int
    payment_url: str = msgspec.field(name="PaymentURL", default="")


class State(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    status: str
    payment_id: str
    order_id: str
    amount: int


class SbpCode(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    data: str


class Given(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    status: str
    payment_id: str
    original_amount: int
    new_amount: int


class OneTry(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    payment_id: str
    status: str
    amount: int | None = None


class Tries(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    order_id: str
    payments: tuple[OneTry, ...] = ()


class Card(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    card_id: str
    status: str
    rebill_id: str | None = None
    pan: str = ""


def token(fields: Mapping[str, Any], password: str) -> str:
    """SHA-256 of the values of the root fields, without nested ones and the Token, with the password, by name; `true` in small letters."""
    plain = {name: value for name, value in fields.items() if name != "Token" and not isinstance(value, dict | list) and value is not None}
    plain["Password"] = password
    return hashlib.sha256("".join(_written(plain[name]) for name in sorted(plain)).encode()).hexdigest()


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def made(system: str, body: bytes) -> Payment:
    found = decode(system, body, Made)
    if not found.payment_url.startswith(("https://", "http://")):
        raise Drifted(system, "$.PaymentURL", "not an address")
    return _payment(system, found.status, found.payment_id, found.order_id, found.amount, found.payment_url)


def state(system: str, body: bytes, provider_id: str) -> Payment:
    found = decode(system, body, State)
    if found.payment_id != provider_id:
        raise Drifted(system, "$.PaymentId", "another payment")
    return _payment(system, found.status, found.payment_id, found.order_id, found.amount)


def _payment(system: str, word: str, provider_id: str, order: str, amount_kop: int, url: str = "") -> Payment:
    state = STATES.get(word, PaymentState.PENDING)
    if not provider_id or len(provider_id) > 64 or amount_kop <= 0:
        raise Drifted(system, "$.Amount" if provider_id else "$.PaymentId", "no payment")
    refunded: int | None = amount_kop if word == "REFUNDED" else None if state is PaymentState.REFUNDED else 0
    return Payment(
        provider_id=provider_id,
        order=order,
        state=state,
        word=word[:40],
        amount_kop=amount_kop,
        held_kop=amount_kop if state is PaymentState.HELD else 0,
        paid_kop=amount_kop if state in (PaymentState.PAID, PaymentState.REFUNDED) else 0,
        refunded_kop=refunded,
        pay_url=url,
        reason=word if state is PaymentState.DECLINED else "",
    )


def sbp_link(system: str, body: bytes) -> str:
    """What the payer's bank opens, from a tap or as a picture."""
    link = decode(system, body, SbpCode).data
    if not link.startswith(("https://", "http://")):
        raise Drifted(system, "$.Data", "not an address")
    return link


def best_try(system: str, body: bytes, order: str) -> str:
    """One order may have several payments there: the one that was paid, else the last."""
    found = decode(system, body, Tries)
    if found.order_id != order or not found.payments:
        raise Drifted(system, "$.OrderId", "another order")
    rank = [PaymentState.DECLINED, PaymentState.PENDING, PaymentState.HELD, PaymentState.REFUNDED, PaymentState.PAID]
    placed = [(rank.index(STATES.get(one.status, PaymentState.PENDING)), place) for place, one in enumerate(found.payments)]
    return found.payments[max(placed)[1]].payment_id


def given_back(system: str, body: bytes, provider_id: str) -> Given:
    found = decode(system, body, Given)
    if found.payment_id != provider_id:
        raise Drifted(system, "$.PaymentId", "another payment")
    return found


def cards(system: str, body: bytes) -> tuple[tuple[str, Binding], ...]:
    """Card ids, each with what it can be charged by."""
    found = decode(system, body, tuple[Card, ...])
    return tuple(
        (one.card_id, Binding(id=one.rebill_id, title=card_title("Карта", one.pan))) for one in found if one.rebill_id and one.status == "A"
    )


def receipt(asked: ReceiptAsked, *, taxation: str, tax: str) -> dict[str, Any]:
    """What the bank's cash register is told to print: an advance."""
    to = {"Email": asked.email.reveal()} if asked.email else {"Phone": f"+{asked.phone.reveal()}"}
    items = [
        {
            "Name": line.text[:128],
            "Price": line.amount_kop,
            "Quantity": 1,
            "Amount": line.amount_kop,
            "Tax": tax,
            "PaymentMethod": "advance",
            "PaymentObject": "payment",
        }
        for line in asked.lines
    ]
    return {**to, "Taxation": taxation, "Items": items}


def printed(fields: Mapping[str, Any]) -> FiscalReceipt | None:
    """The marks in a notice of the kind RECEIPT; None where they are not whole."""
    marks = [str(fields.get(name) or "") for name in ("FnNumber", "FiscalDocumentNumber", "FiscalDocumentAttribute")]
    if not all(mark.isascii() and mark.isdigit() and len(mark) <= 20 for mark in marks):
        return None
    try:
        at = datetime.fromisoformat(str(fields.get("ReceiptDatetime") or ""))
    except ValueError:
        return None
    aware = at if at.tzinfo is not None else at.replace(tzinfo=MOSCOW)
    refund = str(fields.get("Type") or "") == "IncomeReturn"
    return FiscalReceipt(refund=refund, drive=marks[0], document=marks[1], sign=marks[2], at=aware)
