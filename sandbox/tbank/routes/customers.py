"""Customers of a shop and their cards."""

from __future__ import annotations

from typing import Any

from sandbox.tbank.routes.asked import Asked, Body
from sandbox.tbank.state.payments import Card, Customer
from sandbox.tbank.wire.errors import BankError


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
