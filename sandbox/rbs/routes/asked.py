"""One call of a shop, by REST or by SOAP: its parameters as text, checked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from sandbox.paying.shops import Shop
from sandbox.rbs.state.gateway import Gateway
from sandbox.rbs.state.orders import MOSCOW, Binding, Order
from sandbox.rbs.wire.errors import RbsError
from sandbox.rbs.wire.shapes import words

SESSION_S: Final = 1200
LONGEST_S: Final = 365 * 24 * 3600
LARGEST: Final = 10**12
CURRENCIES: Final = frozenset({"", "643", "810"})
NUMBER: Final = re.compile(r"[\w.,:;/\\#№%+=@!*() -]{1,32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`page_url` makes the address of an order's payment page."""

    gateway: Gateway
    shop: Shop
    fields: Mapping[str, str]
    now: datetime
    base: str

    @property
    def language(self) -> str:
        return words(self.fields.get("language", ""))

    def text(self, name: str, longest: int = 512) -> str:
        found = self.fields.get(name, "")
        if len(found) > longest:
            raise RbsError("value")
        return found

    def amount(self, name: str = "amount", *, least: int = 1) -> int:
        """Kopecks: digits only, so that no fraction and no sign slips in."""
        text = self.fields.get(name, "")
        if not text:
            raise RbsError("amount_empty")
        if not re.fullmatch(r"\d{1,12}", text, re.ASCII) or not least <= int(text) < LARGEST:
            raise RbsError("amount_wrong")
        return int(text)

    def order(self, *, number_too: bool = False, name: str = "orderId") -> Order:
        order_id, number = self.fields.get(name, ""), self.fields.get("orderNumber", "") if number_too else ""
        if not order_id and not number:
            raise RbsError("id_expected" if number_too else "order_empty")
        found = self.gateway.of_shop(self.shop.id, order_id) if order_id else self.gateway.by_number(self.shop.id, number)
        if found is None:
            raise RbsError("order_unknown" if order_id else "number_unknown")
        return found

    def binding(self) -> Binding:
        found = self.gateway.bindings.get(self.fields.get("bindingId", ""))
        if found is None or found.shop != self.shop.id:
            raise RbsError("binding_unknown")
        return found

    def number(self) -> str:
        found = self.fields.get("orderNumber", "")
        if not found:
            raise RbsError("number_empty")
        if not NUMBER.fullmatch(found):
            raise RbsError("value")
        return found

    def url(self, name: str, *, needed: bool = False) -> str:
        found = self.text(name)
        if not found and needed:
            raise RbsError("url_empty")
        if found and (urlsplit(found).scheme not in ("http", "https") or not urlsplit(found).hostname):
            raise RbsError("value")
        return found

    def ends_at(self) -> datetime:
        """`expirationDate`, Moscow time where it names no other, goes before `sessionTimeoutSecs`."""
        until = self.fields.get("expirationDate", "")
        if until:
            try:
                given = datetime.fromisoformat(until)
            except ValueError:
                raise RbsError("value") from None
            ends = given if given.tzinfo is not None else given.replace(tzinfo=MOSCOW)
            if ends <= self.now:
                raise RbsError("value")
            return ends
        text = self.fields.get("sessionTimeoutSecs") or str(SESSION_S)
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not 1 <= int(text) <= LONGEST_S:
            raise RbsError("value")
        return self.now + timedelta(seconds=int(text))

    def params(self) -> dict[str, str]:
        """`jsonParams`: an object of texts."""
        text = self.fields.get("jsonParams", "")
        if not text:
            return {}
        try:
            found: Any = json.loads(text)
        except ValueError:
            raise RbsError("value") from None
        if not isinstance(found, dict) or len(found) > 50:
            raise RbsError("value")
        return {str(name)[:255]: str(value)[:1024] for name, value in found.items()}

    def bundle(self, amount: int) -> bool:
        """`orderBundle`: positions that add up to the order's amount, and where the receipt goes."""
        text = self.fields.get("orderBundle", "")
        if not text:
            return False
        try:
            found: Any = json.loads(text)
            items = found["cartItems"]["items"]
            to, sums = found.get("customerDetails") or {}, [item["itemAmount"] for item in items]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise RbsError("value") from None
        if not items or not all(type(one) is int and one > 0 for one in sums) or sum(sums) != amount:
            raise RbsError("value")
        if not (to.get("email") or to.get("phone")):
            raise RbsError("value")
        return True
