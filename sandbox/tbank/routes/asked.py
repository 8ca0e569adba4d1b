"""One signed call of a shop: its fields, checked; a wrong one is named by the bank's code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from sandbox.paying.shops import Shop
from sandbox.tbank.routes.desk import BankDesk
from sandbox.tbank.state.payments import Payment
from sandbox.tbank.wire.errors import ERRORS, BankError

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
