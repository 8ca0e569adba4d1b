"""The calls of a shop: payments, refunds, receipts, its own settings."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from sandbox.paying.desk import Means, Stopped
from sandbox.paying.shops import Shop
from sandbox.yookassa.routes.desk import YooDesk
from sandbox.yookassa.state.payments import CANCELED, CASH_LIFE, KINDS, LIFE, PENDING, SUCCEEDED, WAITING, Payment, Receipt, Refund, new_id
from sandbox.yookassa.state.store import REASONS
from sandbox.yookassa.wire import reading, shapes
from sandbox.yookassa.wire.errors import YooError, invalid, no_such

LIMIT: Final = 100
Body = dict[str, Any]
Row = TypeVar("Row", Payment, Refund, Receipt)
BOUNDS: Final[Mapping[str, Callable[[datetime, datetime], bool]]] = {
    "created_at.gte": operator.ge, "created_at.gt": operator.gt, "created_at.lte": operator.le, "created_at.lt": operator.lt,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One authenticated call: `body` of POST, `query` of GET."""

    desk: YooDesk
    shop: Shop
    body: Body
    query: dict[str, str]

    def payment(self, payment_id: str) -> Payment:
        found = self.desk.store.payments.get(payment_id)
        if found is None or found.shop != self.shop.id:
            raise no_such("payment")
        return found


def create(asked: Asked) -> Body:
    given, store = asked.body, asked.desk.store
    amount = reading.kopecks(given.get("amount"))
    kind, phone = reading.method(given.get("payment_method_data"))
    saved = store.saved.get(str(given["payment_method_id"])) if given.get("payment_method_id") is not None else None
    if given.get("payment_method_id") is not None and (saved is None or saved.shop != asked.shop.id):
        raise invalid("payment_method_id", "Payment method doesn't exist or is not saved")
    confirmation = reading.confirmation(given.get("confirmation"))
    if saved is None and not confirmation and kind not in ("cash", "mobile_balance"):
        raise invalid("confirmation", "Confirmation is expected for this payment method")
    now = asked.desk.sandbox.clock.now()
    payment = Payment(
        id=new_id(),
        shop=asked.shop.id,
        amount=amount,
        capture=reading.flag(given, "capture"),
        created_at=now,
        expires_at=now + (CASH_LIFE if kind == "cash" else LIFE),
        description=reading.text(given, "description", 128),
        kind=saved.method.kind if saved else kind,
        phone=phone,
        confirmation={} if saved else confirmation,
        metadata=reading.metadata(given.get("metadata")),
        customer=reading.text(given, "merchant_customer_id", 200) or None,
        save=reading.flag(given, "save_payment_method"),
        receipt=reading.receipt(given.get("receipt"), amount),
    )
    store.add(payment)
    if payment.kind == "cash":
        asked.desk.send_code(payment)
    if saved is not None and saved.refusal is not None:
        payment.method = saved.method
        store.cancel(payment, "payment_network", REASONS.get(saved.refusal, saved.refusal))
    elif saved is not None:
        store.pay(payment, Means(kind="card"), saved=saved)
    return asked.desk.shown(payment)


def show(asked: Asked, payment_id: str) -> Body:
    return asked.desk.shown(asked.payment(payment_id))


def capture(asked: Asked, payment_id: str) -> Body:
    """Less than was held gives the rest back."""
    payment = asked.payment(payment_id)
    if payment.status != WAITING:
        raise YooError("invalid_request", f"Payment in the {payment.status} status can't be captured")
    amount = reading.kopecks(asked.body["amount"]) if asked.body.get("amount") is not None else payment.amount
    if amount > payment.amount:
        raise invalid("amount.value", "Capture amount is greater than the payment amount")
    payment.receipt = reading.receipt(asked.body.get("receipt"), amount) or payment.receipt
    asked.desk.store.capture(payment, amount)
    return asked.desk.shown(payment)


def cancel(asked: Asked, payment_id: str) -> Body:
    payment = asked.payment(payment_id)
    if payment.status != WAITING:
        raise YooError("invalid_request", f"Payment in the {payment.status} status can't be canceled")
    asked.desk.store.cancel(payment, "merchant", "canceled_by_merchant")
    return asked.desk.shown(payment)


def payments(asked: Asked) -> Body:
    own = [it for it in asked.desk.store.payments.values() if it.shop == asked.shop.id]
    return _listed(asked, own, (PENDING, WAITING, SUCCEEDED, CANCELED), asked.desk.shown)


def create_refund(asked: Asked) -> Body:
    payment = asked.payment(str(asked.body.get("payment_id") or ""))
    amount = reading.kopecks(asked.body.get("amount"))
    receipt = reading.receipt(asked.body.get("receipt"), amount)
    if payment.status == SUCCEEDED and amount > payment.captured - payment.refunded:
        raise invalid("amount.value", "Refund amount is greater than the amount that is left of the payment")
    try:
        made = asked.desk.store.refund(
            payment,
            amount,
            description=reading.text(asked.body, "description", 250),
            receipt=receipt,
            waits=asked.desk.switches["refunds_wait"],
        )
    except Stopped as error:
        raise invalid("payment_id", "Only a succeeded payment can be refunded") from error
    return shapes.refund(made)


def show_refund(asked: Asked, refund_id: str) -> Body:
    found = asked.desk.store.refunds.get(refund_id)
    if found is None or asked.desk.store.payments[found.payment].shop != asked.shop.id:
        raise no_such("refund")
    return shapes.refund(found)


def refunds(asked: Asked) -> Body:
    store, wanted = asked.desk.store, asked.query.get("payment_id")
    own = [it for it in store.refunds.values() if store.payments[it.payment].shop == asked.shop.id and wanted in (None, it.payment)]
    return _listed(asked, own, (PENDING, SUCCEEDED, CANCELED), shapes.refund)


def create_receipt(asked: Asked) -> Body:
    """A receipt apart from its payment, for shops that send it later."""
    given = asked.body
    payment = asked.payment(str(given.get("payment_id") or ""))
    if given.get("type") not in ("payment", "refund"):
        raise invalid("type", "The value must be payment or refund")
    checked = reading.receipt(given, None)
    if checked is None or payment.status != SUCCEEDED:
        raise invalid("payment_id", "Receipt needs a succeeded payment")
    of = str(given.get("refund_id") or payment.id)
    return shapes.receipt(asked.desk.store.register(checked, given["type"], of, payment.id, payment.captured))


def show_receipt(asked: Asked, receipt_id: str) -> Body:
    found = asked.desk.store.receipts.get(receipt_id)
    if found is None or asked.desk.store.payments[found.payment].shop != asked.shop.id:
        raise no_such("receipt")
    return shapes.receipt(found)


def receipts(asked: Asked) -> Body:
    store, of, by = asked.desk.store, asked.query.get("payment_id"), asked.query.get("refund_id")
    own = [
        it
        for it in store.receipts.values()
        if store.payments[it.payment].shop == asked.shop.id and of in (None, it.payment) and by in (None, it.of)
    ]
    return _listed(asked, own, ("succeeded",), shapes.receipt)


def me(asked: Asked) -> Body:
    told = {"account_id": asked.shop.id, "status": "enabled", "test": True, "fiscalization_enabled": True, "payment_methods": list(KINDS)}
    return told | {"fiscalization": {"enabled": True, "provider": "sandbox"}}


def webhooks(asked: Asked) -> Body:
    """Basic shops set their one address in the cabinet; the sandbox's control call does that."""
    _ = asked
    raise YooError("forbidden", "Webhooks are managed with an OAuth token only", "Authorization")


def _listed(asked: Asked, rows: Sequence[Row], states: tuple[str, ...], shape: Callable[[Row], Body]) -> Body:
    """Newest first; `cursor` is the id of the last one shown."""
    query = asked.query
    limit = query.get("limit", "10")
    if not (limit.isascii() and limit.isdecimal() and 1 <= int(limit) <= LIMIT):
        raise invalid("limit", f"The value must be from 1 to {LIMIT}")
    status = query.get("status")
    if status is not None and status not in states:
        raise invalid("status", f"The value must be one of: {', '.join(states)}")
    found = [it for it in reversed(rows) if status in (None, getattr(it, "status", "succeeded")) and _in_time(query, it.created_at)]
    if query.get("cursor") is not None:
        at = next((at for at, it in enumerate(found) if it.id == query["cursor"]), None)
        if at is None:
            raise invalid("cursor", "Incorrect cursor")
        found = found[at + 1 :]
    told: Body = {"type": "list", "items": [shape(it) for it in found[: int(limit)]]}
    return told | ({"next_cursor": found[int(limit) - 1].id} if len(found) > int(limit) else {})


def _in_time(query: Mapping[str, str], at: datetime) -> bool:
    for name, fits in BOUNDS.items():
        if name in query:
            try:
                bound = datetime.fromisoformat(query[name])
            except ValueError:
                raise invalid(name, "Incorrect date, ISO 8601 is expected") from None
            if bound.tzinfo is None or not fits(at, bound):
                return False
    return True
