"""The calls of a shop, each a POST of JSON signed by its Token."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from sandbox.paying.desk import Means, Stopped
from sandbox.tbank.routes import customers
from sandbox.tbank.routes.asked import Asked, Body
from sandbox.tbank.state import payments as states
from sandbox.tbank.state.payments import LIFE, Payment
from sandbox.tbank.wire.errors import ERRORS, REFUSED, BankError


def init(asked: Asked) -> Body:
    store, desk = asked.desk.store, asked.desk
    amount, order = asked.amount(), asked.text("OrderId", 36, "212", needed=True)
    known = store.of_order(asked.shop.id, order)
    if known and desk.switches["unique_orders"]:
        raise BankError("20")
    if store.settled(asked.shop.id, order):
        raise BankError("8", "заказ уже оплачен")
    pay_type, customer = asked.body.get("PayType", "O"), asked.text("CustomerKey", 36, "216") or None
    if pay_type not in ("O", "T"):
        raise BankError("203", "PayType")
    recurrent = asked.body.get("Recurrent") == "Y"
    if recurrent and customer is None:
        raise BankError("201", "CustomerKey")
    data = asked.body.get("DATA")
    if data is not None and (not isinstance(data, dict) or len(data) > 20):
        raise BankError("250")
    now = desk.sandbox.clock.now()
    it = Payment(
        id=store.number(),
        shop=asked.shop.id,
        order=order,
        amount=amount,
        two_stage=pay_type == "T",
        created_at=now,
        expires_at=_due(asked, now),
        code=secrets.token_urlsafe(6),
        description=asked.text("Description", 140, "213"),
        customer=customer,
        recurrent=recurrent,
        notify_url=asked.url("NotificationURL"),
        success_url=asked.url("SuccessURL"),
        fail_url=asked.url("FailURL"),
        data={str(name): value for name, value in (data or {}).items()},
        receipt=_receipt(asked, amount),
    )
    store.add(it)
    return asked.told(it, PaymentURL=desk.page_url(it))


def _due(asked: Asked, now: datetime) -> datetime:
    given = asked.body.get("RedirectDueDate")
    if given is None:
        return now + LIFE
    try:
        due = datetime.fromisoformat(str(given))
    except ValueError:
        raise BankError("12") from None
    if due.tzinfo is None or due <= now:
        raise BankError("12")
    return due


def _receipt(asked: Asked, amount: int) -> Body | None:
    given = asked.body.get("Receipt")
    if given is None:
        return None
    items = given.get("Items") if isinstance(given, dict) else None
    if not isinstance(items, list) or not items:
        raise BankError("309")
    if not given.get("Email") and not given.get("Phone"):
        raise BankError("329")
    if sum(it.get("Amount", 0) if isinstance(it, dict) and isinstance(it.get("Amount"), int) else 0 for it in items) != amount:
        raise BankError("308")
    return dict(given)


def state(asked: Asked) -> Body:
    it = asked.payment()
    source = {"sbp": "qrsbp", "card": "cards"}.get(it.kind or "")
    params = [{"Key": "Route", "Value": "ACQ"}, {"Key": "Source", "Value": source}] if source else []
    return asked.told(it, Success=True, ErrorCode="0", Message="OK", Params=params)


def confirm(asked: Asked) -> Body:
    it = asked.payment()
    if it.status not in states.HOLDS:
        raise BankError("8")
    amount = asked.amount(1) if asked.body.get("Amount") is not None else it.left
    if amount > it.left:
        raise BankError("330")
    asked.desk.store.confirm(it, amount)
    return asked.told(it)


def cancel(asked: Asked) -> Body:
    """The shop's own request id, sent again, gives the same answer and nothing more back."""
    it, key = asked.payment(), asked.text("ExternalRequestId", 256, "203")
    if key and key in it.given_back:
        return it.given_back[key]
    before = it.left or it.amount
    amount = asked.amount(1) if asked.body.get("Amount") is not None else before
    if it.status in states.HOLDS | states.PAID and amount > it.left:
        raise BankError("330")
    try:
        asked.desk.store.give_back(it, amount)
    except Stopped as error:
        raise BankError("4") from error
    told = asked.told(it, OriginalAmount=before, NewAmount=it.left)
    del told["Amount"]
    if key:
        told["ExternalRequestId"] = key
        it.given_back[key] = told
    return told


def charge(asked: Asked) -> Body:
    """Without the payer, by the key that a recurrent payment gave."""
    it, rebill = asked.payment(), asked.text("RebillId", 20, "235", needed=True)
    card = next((one for one in asked.desk.store.cards.values() if one.rebill == rebill and one.shop == asked.shop.id), None)
    if card is None or card.status != "A":
        raise BankError("104")
    if not it.open:
        raise BankError("8")
    if card.refusal is not None:
        asked.desk.store.decline(it, card.refusal)
        return asked.told(it, Success=False, ErrorCode=REFUSED[card.refusal])
    try:
        asked.desk.store.pay(it, Means(kind="card"), card)
    except Stopped as error:
        raise BankError("8") from error
    return asked.told(it)


def get_qr(asked: Asked) -> Body:
    it = asked.payment()
    if not it.open:
        raise BankError("8")
    it.qr = it.qr or secrets.token_hex(16).upper()
    url = f"{asked.desk.page_url(it).rpartition('/new/')[0]}/qr/{it.qr}"
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>{url}</title></svg>'
    return asked.told(it, Data=picture if asked.body.get("DataType") == "IMAGE" else url, PaymentId=int(it.id))


def qr_state(asked: Asked) -> Body:
    it = asked.payment()
    if it.kind != "sbp":
        raise BankError("3001")
    return asked.told(it, Amount=it.amount - it.left)


def sbp_test(asked: Asked) -> Body:
    """Plays the payer of an SBP code: pays, lets the time pass, or is refused."""
    it = asked.payment()
    if it.qr is None or not it.open:
        raise BankError("8")
    if asked.body.get("IsDeadlineExpired") is True:
        asked.desk.store.expire(it)
    elif asked.body.get("IsRejected") is True:
        asked.desk.store.decline(it, "general_decline")
    elif asked.desk.store.settled(asked.shop.id, it.order):
        raise BankError("8", "заказ уже оплачен")
    else:
        asked.desk.store.pay(it, Means(kind="sbp"))
    return {"Success": True, "ErrorCode": "0", "Message": "OK", "Details": "0"}


def check_order(asked: Asked) -> Body:
    order = asked.text("OrderId", 36, "212", needed=True)
    found = asked.desk.store.of_order(asked.shop.id, order)
    if not found:
        raise BankError("335")
    rows = [
        {
            "PaymentId": it.id,
            "Amount": it.amount,
            "Status": it.status,
            "RRN": it.rrn or "",
            "Success": str(it.error == "0").lower(),
            "ErrorCode": int(it.error),
            "Message": ERRORS.get(it.error, ""),
        }
        for it in found
    ]
    return {"TerminalKey": asked.shop.id, "OrderId": order, "Success": True, "ErrorCode": "0", "Message": "OK", "Payments": rows}


CALLS: Final[Mapping[str, Callable[[Asked], Body | list[Body]]]] = {
    "Init": init, "GetState": state, "Confirm": confirm, "Cancel": cancel, "Charge": charge, "GetQr": get_qr, "GetQrState": qr_state,
    "SbpPayTest": sbp_test, "CheckOrder": check_order, "AddCustomer": customers.add_customer, "GetCustomer": customers.get_customer,
    "RemoveCustomer": customers.remove_customer, "GetCardList": customers.card_list, "RemoveCard": customers.remove_card,
}  # fmt: skip
