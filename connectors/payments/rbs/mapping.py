"""What an order's record at the gateway means; card fields are not even read (RULES D4, D12)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from connectors.kit.answers import decode
from connectors.kit.errors import Drifted
from connectors.kit.payment import Binding, Payment, PaymentState

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


class Bindings(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    bindings: tuple[OneBinding, ...] = ()


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
    """Of the card only its payment system is shown: the masked number stays at the bank (RULES D12)."""
    return tuple(Binding(id=one.binding_id, title=(one.payment_system or "")[:40]) for one in decode(system, body, Bindings).bindings)


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
