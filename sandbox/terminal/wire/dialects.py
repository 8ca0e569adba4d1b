"""A request of each dialect: OSMP, and the three variants of the bank (facts of public handlers; docs/wire/terminal.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

MOSCOW: Final = ZoneInfo("Europe/Moscow")
DIALECTS: Final = ("osmp", "sber2", "sber_upper", "sber_old")
FORM: Final = "FORM"
WAYS: Final = ("GET", "POST", FORM)
COMMANDS: Final = ("check", "pay", "status", "cancel")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """As the payer typed it: `sum` is text, so that a wrong one can be sent too; `more` are further parameters."""

    dialect: str
    account: str
    sum: str
    txn_id: str
    at: datetime
    pay_type: str | None = None
    more: Mapping[str, str] | None = None


def parameters(payment: Payment, command: str) -> dict[str, str]:
    at = payment.at.astimezone(MOSCOW)
    if payment.dialect == "sber_upper":
        asked = {"ACTION": "payment" if command == "pay" else command, "ACCOUNT": payment.account, "AMOUNT": payment.sum}
        if command == "pay":
            asked |= {"PAY_ID": payment.txn_id, "PAY_DATE": at.strftime("%d.%m.%Y_%H:%M:%S")}
    elif payment.dialect == "sber_old":
        asked = {"action": "payment" if command == "pay" else command, "number": payment.account, "amount": payment.sum}
        if command != "check":
            asked["receipt"] = payment.txn_id
        if command == "pay":
            asked["date"] = at.strftime("%Y-%m-%dT%H:%M:%S")
    else:
        asked = {"command": command, "txn_id": payment.txn_id, "account": payment.account, "sum": payment.sum}
        if command == "pay":
            asked["txn_date"] = at.strftime("%Y%m%d%H%M%S")
    if payment.pay_type is not None:
        asked["pay_type"] = payment.pay_type
    return asked | dict(payment.more or {})


def hashed(asked: Mapping[str, str], secret: str) -> str:
    """Protocol 2: MD5 over the parameters by name, then the secret."""
    text = "&".join([*(f"{name}={asked[name]}" for name in sorted(asked) if name != "hash"), f"secret={secret}"])
    return hashlib.md5(text.encode()).hexdigest()  # noqa: S324 - the protocol's own


def method(payment: Payment, command: str) -> str:
    """The bank's second protocol pays by POST with an empty body."""
    return "POST" if payment.dialect == "sber2" and command == "pay" else "GET"
