"""What a shop may ask of its orders; the same for REST and SOAP."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from sandbox.paying.cards import find
from sandbox.paying.desk import Means
from sandbox.rbs.routes.asked import CURRENCIES, Asked
from sandbox.rbs.state.orders import MOSCOW, STATES, Order
from sandbox.rbs.wire import shapes
from sandbox.rbs.wire.errors import REFUSED, SUCCESS, RbsError, action_text

Result = dict[str, Any]
PAGE_LIMIT: Final = 200


def register(asked: Asked, *, two_stage: bool = False) -> Result:
    """Succeeds without any error code."""
    number, amount = asked.number(), asked.amount()
    if asked.fields.get("currency", "") not in CURRENCIES:
        raise RbsError("currency")
    return_url = asked.url("returnUrl", needed=True)
    binding = asked.binding() if asked.fields.get("bindingId") else None
    order = Order(
        id=str(uuid.uuid4()),
        shop=asked.shop.id,
        number=number,
        amount=amount,
        two_stage=two_stage,
        return_url=return_url,
        fail_url=asked.url("failUrl") or return_url,
        created_at=asked.now,
        expires_at=asked.ends_at(),
        description=asked.text("description", 1024),
        language=asked.language,
        client=asked.text("clientId", 255) or None,
        callback_url=asked.url("dynamicCallbackUrl") or None,
        params=asked.params(),
        bundle=asked.bundle(amount),
        binding=None if binding is None else binding.id,
    )
    asked.gateway.add(order)
    return {"orderId": order.id, "formUrl": page_url(asked, order)}


def page_url(asked: Asked, order: Order) -> str:
    return f"{asked.base}/payment/merchants/{quote(asked.shop.id, safe='')}/payment_{order.language}.html?mdOrder={order.id}"


def register_pre_auth(asked: Asked) -> Result:
    return register(asked, two_stage=True)


def done(asked: Asked) -> Result:
    return {"errorCode": "0", "errorMessage": SUCCESS[asked.language]}


def status(asked: Asked) -> Result:
    order = asked.order(number_too=True)
    return shapes.plain(order, asked.gateway.bindings.get(order.binding or ""), asked.language)


def extended(asked: Asked) -> Result:
    order = asked.order(number_too=True)
    return shapes.extended(order, asked.gateway.bindings.get(order.binding or ""), asked.language)


def deposit(asked: Asked) -> Result:
    order = asked.order()
    asked.gateway.deposit(order, asked.amount(least=0))
    return done(asked)


def reverse(asked: Asked) -> Result:
    asked.gateway.reverse(asked.order())
    return done(asked)


def refund(asked: Asked) -> Result:
    order = asked.order()
    asked.gateway.refund(order, asked.amount(least=0))
    return done(asked)


def decline(asked: Asked) -> Result:
    asked.gateway.decline_unpaid(asked.order(number_too=True))
    return done(asked)


def bindings(asked: Asked) -> Result:
    client = asked.fields.get("clientId", "")
    if not client:
        raise RbsError("client_expected")
    found = [it for it in asked.gateway.bindings.values() if (it.shop, it.client, it.active) == (asked.shop.id, client, True)]
    if not found:
        raise RbsError("no_bindings")
    return {**done(asked), "bindings": [shapes.binding_row(it) for it in found]}


def bind(asked: Asked) -> Result:
    binding = asked.binding()
    if binding.active:
        raise RbsError("binding_active")
    binding.active = True
    return done(asked)


def unbind(asked: Asked) -> Result:
    binding = asked.binding()
    if not binding.active:
        raise RbsError("binding_inactive")
    binding.active = False
    return done(asked)


def extend(asked: Asked) -> Result:
    binding = asked.binding()
    expiry = asked.fields.get("newExpiry", "")
    if not re.fullmatch(r"20\d\d(0[1-9]|1[0-2])", expiry, re.ASCII):
        raise RbsError("expiry_wrong")
    binding.expiry = expiry
    return done(asked)


def pay_by_binding(asked: Asked) -> Result:
    """Without the payer: no code is asked; a refusal of the bank is no error of the call."""
    order, binding = asked.order(name="mdOrder"), asked.binding()
    if not binding.active or (order.client not in (None, binding.client)):
        raise RbsError("binding_unknown")
    means = Means(kind="card", ip=asked.fields.get("ip") or "127.0.0.1")
    if binding.refusal is not None:
        asked.gateway.decline(order, binding.refusal)
        return {"errorCode": 2, "errorMessage": action_text(REFUSED[binding.refusal], asked.language), "redirect": back(order)}
    asked.gateway.pay(order, means, binding)
    return {"redirect": back(order), "info": "Ваш платёж обработан, происходит переадресация...", "errorCode": 0}


def back(order: Order) -> str:
    """Where the payer's browser goes when it is over."""
    url = order.return_url if order.action == 0 or order.open else order.fail_url
    return f"{url}{'&' if '?' in url else '?'}orderId={order.id}&lang={order.language}"


def enrolled(asked: Asked) -> Result:
    """Of test cards only: a shop without PCI DSS has no other number to ask about."""
    card = find(asked.fields.get("pan", ""))
    if card is None:
        raise RbsError("value")
    return {
        **done(asked),
        "isEnrolled": card.checked,
        "emitterName": "TEST CARD",
        "emitterCountryCode": "RU",
        "enrolled": "NY"[card.checked],
    }


def last_orders(asked: Asked) -> Result:
    """Times are Moscow's, YYYYMMDDHHmmss."""
    try:
        start, end = (datetime.strptime(asked.fields.get(name, ""), "%Y%m%d%H%M%S").replace(tzinfo=MOSCOW) for name in ("from", "to"))
    except ValueError:
        raise RbsError("value") from None
    states = {it for it in asked.fields.get("transactionStates", "").split(",") if it}
    if states - set(STATES.values()):
        raise RbsError("value")
    page, size = (asked.fields.get(name) or default for name, default in (("page", "0"), ("size", "100")))
    if not (page.isascii() and page.isdecimal() and size.isascii() and size.isdecimal() and 1 <= int(size) <= PAGE_LIMIT):
        raise RbsError("value")
    found = [
        it
        for it in asked.gateway.orders.values()
        if it.shop == asked.shop.id and start <= it.created_at <= end and (not states or STATES[it.status] in states)
    ]
    shown = found[int(page) * int(size) : (int(page) + 1) * int(size)]
    rows = [shapes.extended(it, asked.gateway.bindings.get(it.binding or ""), asked.language) for it in shown]
    return {**done(asked), "orderStatuses": rows, "totalCount": len(found), "page": int(page), "pageSize": int(size)}


def sbp_code(asked: Asked) -> Result:
    order = asked.order(name="mdOrder")
    if not order.open:
        raise RbsError("state")
    order.qr = order.qr or uuid.uuid4().hex.upper()
    return {**done(asked), "qrId": order.qr, "payload": f"{asked.base}/payment/sbp/{order.qr}", "qrStatus": "STARTED"}


def sbp_status(asked: Asked) -> Result:
    order = asked.order(name="mdOrder")
    if order.qr is None or asked.fields.get("qrId") not in (None, "", order.qr):
        raise RbsError("order_unknown")
    paid = order.paid is not None and order.paid.kind == "SBP" and order.action == 0
    state = "ACCEPTED" if paid else "STARTED" if order.open else "REJECTED"
    return {**done(asked), "qrType": "DYNAMIC", "qrId": order.qr, "qrStatus": state, "transactionState": STATES[order.status]}


def add_params(asked: Asked) -> Result:
    asked.order().params.update(asked.params())
    return done(asked)


def receipts(asked: Asked) -> Result:
    """None while nothing is paid, or where the shop sent no bundle."""
    order = asked.order(number_too=True)
    return {**done(asked), "orderId": order.id, "orderNumber": order.number, "daemonCode": "sandbox", **shapes.receipts(order)}


def forbidden(asked: Asked) -> Result:
    """Card numbers at the shop's side: only for shops with PCI DSS, and the hub is none."""
    _ = asked
    raise RbsError("access")


REST: Final[Mapping[str, Callable[[Asked], Result]]] = {
    "register": register, "registerPreAuth": register_pre_auth, "getOrderStatus": status, "getOrderStatusExtended": extended,
    "deposit": deposit, "reverse": reverse, "refund": refund, "decline": decline, "getBindings": bindings, "bindCard": bind,
    "unBindCard": unbind, "unbindCard": unbind, "extendBinding": extend, "paymentOrderBinding": pay_by_binding,
    "getReceiptStatus": receipts, "verifyEnrollment": enrolled, "getLastOrdersForMerchants": last_orders, "addParams": add_params,
    "paymentorder": forbidden, "paymentOrder": forbidden,
    "finish3dsPayment": forbidden, "sbp/c2b/qr/dynamic/get": sbp_code, "sbp/c2b/qr/status": sbp_status,
}  # fmt: skip
