"""What a shop sent, checked field by field; the first wrong one is named by its path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit

from sandbox.yookassa.state.payments import KINDS
from sandbox.yookassa.wire.errors import YooError, invalid

SUM: Final = re.compile(r"\d{1,10}(\.\d{1,2})?", re.ASCII)
CONFIRMATIONS: Final = ("redirect", "embedded", "qr", "external", "mobile_application")
PHONE: Final = re.compile(r"7\d{10}", re.ASCII)
QUANTITY: Final = re.compile(r"\d{1,8}(\.\d{1,6})?", re.ASCII)


def kopecks(given: Any, path: str = "amount") -> int:
    """Text of roubles with a dot and at most two places, more than nothing."""
    if not isinstance(given, dict):
        raise invalid(path, "Amount is missing or is not an object")
    value = given.get("value")
    if not isinstance(value, str) or not SUM.fullmatch(value):
        raise invalid(f"{path}.value", "Incorrect amount value")
    if given.get("currency") != "RUB":
        raise invalid(f"{path}.currency", "Incorrect currency of payment. The value should be RUB")
    found = int(Decimal(value) * 100)
    if found < 1:
        raise invalid(f"{path}.value", "Amount value must be greater than zero")
    return found


def text(given: Mapping[str, Any], name: str, longest: int) -> str:
    value = given.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest:
        raise invalid(name, f"The value must be a string of up to {longest} characters")
    return value


def flag(given: Mapping[str, Any], name: str) -> bool:
    value = given.get(name)
    if value not in (None, True, False):
        raise invalid(name, "The value must be true or false")
    return value is True


def confirmation(given: Any) -> dict[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, dict) or given.get("type") not in CONFIRMATIONS:
        raise invalid("confirmation.type", f"The value must be one of: {', '.join(CONFIRMATIONS)}")
    url = given.get("return_url")
    if given["type"] in ("redirect", "mobile_application") or url is not None:
        parts = urlsplit(url) if isinstance(url, str) and len(url) <= 2048 else None
        if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
            raise invalid("confirmation.return_url", "Incorrect return_url")
    return {"type": given["type"], "return_url": url}


def method(given: Any) -> tuple[str | None, str | None]:
    """The kind and the payer's phone; what is sent of a card's number is refused: this shop has no PCI DSS."""
    if given is None:
        return None, None
    if not isinstance(given, dict) or given.get("type") not in KINDS:
        raise invalid("payment_method_data.type", "Payment method is not available or unknown")
    if "card" in given:
        raise YooError("forbidden", "Card data may be sent by shops with PCI DSS only", "payment_method_data.card")
    phone = given.get("phone")
    needed = given["type"] in ("mobile_balance", "cash")
    if (needed or phone is not None) and not (isinstance(phone, str) and PHONE.fullmatch(phone)):
        raise invalid("payment_method_data.phone", "Incorrect phone, ITU-T E.164 without plus is expected")
    return given["type"], phone


def metadata(given: Any) -> dict[str, str]:
    if given is None:
        return {}
    if not isinstance(given, dict) or len(given) > 16:
        raise invalid("metadata", "Up to 16 pairs are allowed")
    for name, value in given.items():
        if len(name) > 32 or not isinstance(value, str) or len(value) > 512:
            raise invalid(f"metadata.{name}"[:100], "Keys up to 32 and values up to 512 characters")
    return dict(given)


def receipt(given: Any, amount: int | None) -> dict[str, Any] | None:
    """The items' sum has to be the payment's."""
    if given is None:
        return None
    if not isinstance(given, dict):
        raise invalid("receipt", "Receipt is not an object")
    customer = given.get("customer") or {}
    if not isinstance(customer, dict) or not (customer.get("email") or customer.get("phone") or given.get("email") or given.get("phone")):
        raise invalid("receipt.customer", "Email or phone is expected")
    items = given.get("items")
    if not isinstance(items, list) or not 1 <= len(items) <= 100:
        raise invalid("receipt.items", "From 1 to 100 items are expected")
    total = sum(_item(item, f"receipt.items[{at}]") for at, item in enumerate(items))
    if amount is not None and total != amount * 10**6:
        raise invalid("receipt", "Receipt amount doesn't match payment amount")
    return dict(given)


def _item(item: Any, path: str) -> int:
    """The item's sum in millionths of a kopeck, so that parts of a thing add up exactly."""
    if not isinstance(item, dict) or not isinstance(item.get("description"), str) or not 1 <= len(item["description"]) <= 128:
        raise invalid(f"{path}.description", "From 1 to 128 characters are expected")
    if item.get("vat_code") not in range(1, 13):
        raise invalid(f"{path}.vat_code", "Incorrect vat_code")
    quantity = str(item.get("quantity"))
    if not QUANTITY.fullmatch(quantity):
        raise invalid(f"{path}.quantity", "Incorrect quantity")
    return int(Decimal(quantity) * 10**6) * kopecks(item.get("amount"), f"{path}.amount")
