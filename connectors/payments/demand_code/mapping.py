"""Hashes of calls and notices, and what the state of an invoice means (facts/payments-and-ledger.md 1e; RULES D4)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

import msgspec

from connectors.kit.answers import decode, text_of
from connectors.kit.errors import Drifted
from connectors.kit.payment import CURRENCY, Demand, Payment, PaymentState

MOSCOW = ZoneInfo("Europe/Moscow")
TIME = "%Y-%m-%d %H:%M:%S"
CODE = re.compile(r"[0-9]{10}")
ENCODINGS = ("utf-8", "cp1251")
CREATE = (
    "eshopId", "orderId", "serviceName", "recipientAmount", "recipientCurrency", "userName", "email", "successUrl", "failUrl", "backUrl",
    "resultUrl", "expireDate", "holdMode", "preference",
)  # fmt: skip
BY_CODE = ("eshopId", "invoiceId")
BY_ORDER = ("eshopId", "orderId")
NOTICE = (
    "eshopId", "orderId", "serviceName", "eshopAccount", "recipientAmount", "recipientCurrency", "paymentStatus", "userName", "userEmail",
    "paymentData",
)  # fmt: skip
STATES: Mapping[int, PaymentState] = MappingProxyType(
    {
        3: PaymentState.PENDING,
        4: PaymentState.DECLINED,
        5: PaymentState.PAID,
        6: PaymentState.HELD,
        7: PaymentState.PART,
    }
)
_MONEY = re.compile(r"([0-9]{1,11})(?:\.([0-9]{1,2}))?")


class Money(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    amount: msgspec.Raw
    currency_code: str


class Made(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    invoice_id: msgspec.Raw


class MadeAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    result: Made


class Invoice(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    invoice_id: msgspec.Raw
    order_id: str
    payment_status: int
    recipient_amount: Money
    paid_amount: msgspec.Raw
    refunded_amount: msgspec.Raw = msgspec.Raw(b"null")
    expire_date: str = ""
    accepts_money: bool


class InvoiceAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    result: Invoice


def joined(fields: Mapping[str, str], names: Sequence[str], secret: str) -> str:
    """Values by two colons, absent ones empty, the secret last."""
    return "::".join([*(fields.get(name, "") for name in names), secret])


def md5(fields: Mapping[str, str], names: Sequence[str], secret: str, encoding: str = "utf-8") -> str:
    return hashlib.md5(joined(fields, names, secret).encode(encoding, "replace")).hexdigest()  # noqa: S324 - the protocol's own


def sha256(fields: Mapping[str, str], names: Sequence[str], secret: str) -> str:
    """For the header Sign."""
    return hashlib.sha256(joined(fields, names, secret).encode()).hexdigest()


def roubles(kop: int) -> str:
    return f"{kop // 100}.{kop % 100:02}"


def kopecks(system: str, value: msgspec.Raw, where: str) -> int:
    found = _MONEY.fullmatch(text_of(system, value, where) or "0")
    if found is None:
        raise Drifted(system, where, "not roubles with kopecks")
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def code_of(system: str, value: msgspec.Raw) -> str:
    code = text_of(system, value, "$.Result.InvoiceId")
    if not CODE.fullmatch(code):
        raise Drifted(system, "$.Result.InvoiceId", "not ten digits")
    return code


def moscow(at: datetime) -> str:
    return at.astimezone(MOSCOW).strftime(TIME)


def made(system: str, body: bytes, *, order: str, amount_kop: int, expires_at: datetime | None) -> Payment:
    code = code_of(system, decode(system, body, MadeAnswer).result.invoice_id)
    return Payment(
        provider_id=code,
        order=order,
        state=PaymentState.PENDING,
        word="3",
        amount_kop=amount_kop,
        demand=Demand(code=code, expires_at=expires_at, open=True),
    )


def state(system: str, body: bytes, *, code: str = "", order: str = "") -> Payment:
    """The invoice as the service holds it. An answer about another one than the asked is none."""
    found = decode(system, body, InvoiceAnswer).result
    held = code_of(system, found.invoice_id)
    if (code and held != code) or (order and found.order_id != order):
        raise Drifted(system, "$.Result.InvoiceId" if code else "$.Result.OrderId", "another invoice")
    if found.recipient_amount.currency_code != CURRENCY:
        raise Drifted(system, "$.Result.RecipientAmount.CurrencyCode", "not roubles")
    amount = kopecks(system, found.recipient_amount.amount, "$.Result.RecipientAmount.Amount")
    paid = kopecks(system, found.paid_amount, "$.Result.PaidAmount")
    back: int | None = kopecks(system, found.refunded_amount, "$.Result.RefundedAmount")
    meant = STATES.get(found.payment_status, PaymentState.PENDING)
    if meant is PaymentState.DECLINED and paid and not back:
        back = None
    if (meant is PaymentState.PAID and paid < amount) or (meant is PaymentState.PART and not paid) or paid < (back or 0) or amount == 0:
        raise Drifted(system, "$.Result.PaidAmount", "does not fit the state")
    return Payment(
        provider_id=held,
        order=found.order_id,
        state=PaymentState.REFUNDED if paid and back != 0 else meant,
        word=str(found.payment_status)[:40],
        amount_kop=amount,
        held_kop=amount if meant is PaymentState.HELD else 0,
        paid_kop=0 if meant is PaymentState.HELD else paid,
        refunded_kop=back,
        reason="canceled" if meant is PaymentState.DECLINED else "",
        demand=Demand(code=held, expires_at=_time(system, found.expire_date), open=found.accepts_money),
    )


def _time(system: str, text: str) -> datetime | None:
    """Moscow's time; the service writes no zone."""
    if not text:
        return None
    try:
        return datetime.strptime(text, TIME).replace(tzinfo=MOSCOW).astimezone(UTC)
    except ValueError as error:
        raise Drifted(system, "$.Result.ExpireDate", "not a time") from error
