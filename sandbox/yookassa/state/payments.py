"""A payment, its refunds and receipts; sums in kopecks; pure."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

PENDING, WAITING, SUCCEEDED, CANCELED = "pending", "waiting_for_capture", "succeeded", "canceled"
KINDS: Final = ("bank_card", "sbp", "sberbank", "tinkoff_bank", "yoo_money", "mobile_balance", "cash")
LIFE: Final = timedelta(hours=1)
CASH_LIFE: Final = timedelta(days=3)
HOLD: Final = {"bank_card": timedelta(days=7)}
OTHER_HOLD: Final = timedelta(hours=6)
FEE_10000: Final = {"bank_card": 350, "sbp": 40}
"""What the acquirer keeps of a payment, in ten thousandths; other methods as a card."""
REFUND_WAIT: Final = timedelta(seconds=60)


def new_id() -> str:
    made = uuid.uuid4().hex
    return f"{made[:8]}-000f-5000-{made[16:20]}-{made[20:]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How it was paid; no card number, only its first and last digits."""

    kind: str
    id: str
    saved: bool = False
    first6: str | None = None
    last4: str | None = None
    expiry: str | None = None
    brand: str | None = None
    phone: str | None = None


@dataclass(slots=True, kw_only=True)
class Saved:
    """A method that a shop may charge later; `refusal` is what will happen to its next payments."""

    method: Method
    shop: str
    refusal: str | None = None


@dataclass(slots=True, kw_only=True)
class Refund:
    id: str
    payment: str
    amount: int
    created_at: datetime
    description: str = ""
    status: str = SUCCEEDED


@dataclass(slots=True, kw_only=True)
class Receipt:
    """`kind` is payment or refund; the marks are those of a fiscal device that does not exist."""

    id: str
    kind: str
    of: str
    payment: str
    amount: int
    items: list[dict[str, Any]]
    settlements: list[dict[str, Any]]
    created_at: datetime
    customer: dict[str, Any] = field(default_factory=dict)
    tax_system_code: int | None = None
    number: int = 0


@dataclass(slots=True, kw_only=True)
class Payment:
    """`kind` is the method that the shop chose, None: the payer chooses; `confirmation` as the shop asked for it."""

    id: str
    shop: str
    amount: int
    capture: bool
    created_at: datetime
    expires_at: datetime
    description: str = ""
    kind: str | None = None
    phone: str | None = None
    confirmation: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    customer: str | None = None
    save: bool = False
    receipt: dict[str, Any] | None = None
    status: str = PENDING
    method: Method | None = None
    paid_at: datetime | None = None
    captured_at: datetime | None = None
    captured: int = 0
    party: str | None = None
    reason: str | None = None
    rrn: str | None = None
    auth_code: str | None = None
    checked: bool = False
    refunds: list[Refund] = field(default_factory=list)

    @property
    def refunded(self) -> int:
        return sum(it.amount for it in self.refunds if it.status != CANCELED)

    @property
    def income(self) -> int:
        """What reaches the shop: the fee is a whole number of kopecks, half up."""
        rate = FEE_10000.get(self.method.kind if self.method else "bank_card", FEE_10000["bank_card"])
        return self.captured - (self.captured * rate + 5000) // 10000

    @property
    def hold_ends_at(self) -> datetime | None:
        if self.paid_at is None or self.method is None:
            return None
        return self.paid_at + HOLD.get(self.method.kind, OTHER_HOLD)
