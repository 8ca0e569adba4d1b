"""Hashes of requests and notices: values joined by two colons, the secret last; MD5, and SHA-256 for the Sign header."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Final

CREATE: Final = (
    "eshopId", "orderId", "serviceName", "recipientAmount", "recipientCurrency", "userName", "email", "successUrl", "failUrl", "backUrl",
    "resultUrl", "expireDate", "holdMode", "preference",
)  # fmt: skip
STATE: Final = ("eshopId", "invoiceId")
BY_ORDER: Final = ("eshopId", "orderId")
NOTICE: Final = (
    "eshopId", "orderId", "serviceName", "eshopAccount", "recipientAmount", "recipientCurrency", "paymentStatus", "userName", "userEmail",
    "paymentData",
)  # fmt: skip


def joined(fields: Mapping[str, str], names: Sequence[str], secret: str) -> str:
    return "::".join([*(fields.get(name, "") for name in names), secret])


def md5(fields: Mapping[str, str], names: Sequence[str], secret: str, encoding: str = "utf-8") -> str:
    return hashlib.md5(joined(fields, names, secret).encode(encoding, "replace")).hexdigest()  # noqa: S324 - the protocol's own


def right(fields: Mapping[str, str], names: Sequence[str], secret: str) -> bool:
    """Both encodings that public clients use are taken."""
    given = fields.get("hash", "").lower().encode()
    return any(hmac.compare_digest(md5(fields, names, secret, encoding).encode(), given) for encoding in ("utf-8", "cp1251"))


def signed(fields: Mapping[str, str], names: Sequence[str], secret: str) -> str:
    return hashlib.sha256(joined(fields, names, secret).encode()).hexdigest()
