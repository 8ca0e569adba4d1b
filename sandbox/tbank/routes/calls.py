"""The calls of a shop, each a POST of JSON signed by its Token."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from sandbox.paying.desk import Means, Stopped
from sandbox.paying.shops import Shop
from sandbox.tbank.routes.desk import BankDesk
from sandbox.tbank.state import payments as states
from sandbox.tbank.state.payments import LIFE, Card, Customer, Payment
from sandbox.tbank.wire.errors import ERRORS, REFUSED, BankError

Body = dict[str, Any]
LEAST: Final = 100
MOST: Final = 10**10


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    desk: BankDesk
    shop: Shop
    body: Body

    def payment(self) -> Payment:
        given = self.body.get("PaymentId")
        if given is None or given == "":
            raise BankError("201", "PaymentId")
        if not re.fullmatch(r"\d{1,20}", str(given), re.ASCII):
            raise BankError("217")
        found = self.desk.store.payments.get(str(given))
        if found is None or found.shop != self.shop.id:
            raise BankError("255")
        return found

    def amount(self, least: int = LEAST) -> int:
        """A whole number of kopecks."""
        given = self.body.get("Amount")
        if given is None:
            raise BankError("201", "Amount")
        if isinstance(given, bool) or not isinstance(given, int | str) or not re.fullmatch(r"-?\d{1,12}", str(given), re.ASCII):
            raise BankError("247")
        if not least <= int(given) < MOST:
            raise BankError("251")
        return int(given)

    def text(self, name: str, longest: int, code: str, *, needed: bool = False) -> str:
        given = self.body.get(name)
        if given is None or given == "":
            if needed:
                raise BankError("201", name)
            return ""
        if not isinstance(given, str | int) or isinstance(given, bool) or len(str(given)) > longest:
            raise BankError(code, name)
        return str(given)

    def url(self, name: str) -> str | None:
        given = self.text(name, 2048, "203") or None
        if given is not None and (urlsplit(given).scheme not in ("http", "https") or not urlsplit(given).hostname):
            raise BankError("203", name)
        return given

    def told(self, it: Payment, **more: Any) -> Body:
        """What every answer about a payment holds."""
        right = it.error == "0"
        told = {
            "Success": right,
            "ErrorCode": it.error,
            "Message": "OK" if right else ERRORS.get(it.error, ""),
            "TerminalKey": self.shop.id,
            "Status": it.status,
            "PaymentId": it.id,
            "OrderId": it.order,
            "Amount": it.amount,
        }
        return told | more


def init(asked: Asked) -> Body:
    store, desk = asked.desk.store, asked.desk
    amount, order = asked.amount(), asked.text("OrderId", 36, "212", needed=True)
    known = store.of_order(asked.shop.id, order)
    if known and desk.switches["unique_orders"]:
        raise BankError("20")
    if any(it.status in states.PAID | states.HOLDS for it in known):
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
    asked.desk.store.pay(it, Means(kind="card"), card)
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


def _customer(asked: Asked) -> tuple[str, str]:
    return asked.shop.id, asked.text("CustomerKey", 36, "216", needed=True)


def _about(asked: Asked, **more: Any) -> Body:
    told = {"TerminalKey": asked.shop.id, "CustomerKey": asked.body["CustomerKey"], "ErrorCode": "0", "Success": True, "Message": "OK"}
    return told | {name: value for name, value in more.items() if value is not None}


def add_customer(asked: Asked) -> Body:
    key = _customer(asked)
    made = Customer(key=key[1], email=asked.text("Email", 100, "226") or None, phone=asked.text("Phone", 30, "227") or None)
    asked.desk.store.customers[key] = made
    return _about(asked)


def get_customer(asked: Asked) -> Body:
    found = asked.desk.store.customers.get(_customer(asked))
    if found is None:
        raise BankError("7")
    return _about(asked, Email=found.email, Phone=found.phone)


def remove_customer(asked: Asked) -> Body:
    if asked.desk.store.customers.pop(_customer(asked), None) is None:
        raise BankError("7")
    return _about(asked)


def _cards(asked: Asked) -> list[Card]:
    return [it for it in asked.desk.store.cards.values() if (it.shop, it.customer) == _customer(asked)]


def card_list(asked: Asked) -> list[Body]:
    return [
        {"CardId": it.id, "Pan": it.pan, "Status": it.status, "RebillId": it.rebill or "", "CardType": 0, "ExpDate": it.expiry}
        for it in _cards(asked)
    ]


def remove_card(asked: Asked) -> Body:
    card_id = asked.text("CardId", 40, "233", needed=True)
    card = next((it for it in _cards(asked) if it.id == card_id and it.status == "A"), None)
    if card is None:
        raise BankError("231")
    card.status = "D"
    return _about(asked, CardId=card.id, Status="D", CardType=0)


CALLS: Final[Mapping[str, Callable[[Asked], Body | list[Body]]]] = {
    "Init": init, "GetState": state, "Confirm": confirm, "Cancel": cancel, "Charge": charge, "GetQr": get_qr, "GetQrState": qr_state,
    "SbpPayTest": sbp_test, "CheckOrder": check_order, "AddCustomer": add_customer, "GetCustomer": get_customer,
    "RemoveCustomer": remove_customer, "GetCardList": card_list, "RemoveCard": remove_card,
}  # fmt: skip
