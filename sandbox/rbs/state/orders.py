"""An order of the gateway and a saved card; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

REGISTERED, HELD, DEPOSITED, REVERSED, REFUNDED, CHECKING, DECLINED = range(7)
STATES: Final = {
    REGISTERED: "CREATED", HELD: "APPROVED", DEPOSITED: "DEPOSITED", REVERSED: "REVERSED",
    REFUNDED: "REFUNDED", CHECKING: "CREATED", DECLINED: "DECLINED",
}  # fmt: skip
MOSCOW: Final = ZoneInfo("Europe/Moscow")
HOLD_LIFE: Final = timedelta(days=7)


@dataclass(slots=True, kw_only=True)
class Binding:
    """A saved card of a shop's client; `refusal` is what the bank will say to its next payments."""

    id: str
    shop: str
    client: str
    masked: str
    expiry: str
    brand: str
    active: bool = True
    refusal: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """How it was paid or tried; no card number, only the mask."""

    kind: str
    masked: str | None = None
    expiry: str | None = None
    holder: str | None = None
    brand: str | None = None
    ip: str = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    amount: int
    at: datetime
    reference: str


@dataclass(slots=True, kw_only=True)
class Order:
    """`status` as getOrderStatusExtended tells it; sums in kopecks; `bundle`: the shop sent what its cash register is to print."""

    id: str
    shop: str
    number: str
    amount: int
    two_stage: bool
    return_url: str
    fail_url: str
    created_at: datetime
    expires_at: datetime
    description: str = ""
    language: str = "ru"
    client: str | None = None
    callback_url: str | None = None
    params: dict[str, str] = field(default_factory=dict)
    status: int = REGISTERED
    action: int = -100
    approved: int = 0
    deposited: int = 0
    paid: Paid | None = None
    paid_at: datetime | None = None
    deposited_at: datetime | None = None
    approval: str | None = None
    reference: str | None = None
    binding: str | None = None
    qr: str | None = None
    refunds: list[Refund] = field(default_factory=list)
    bundle: bool = False
    last_operation: str = "deposited"
    last_success: bool = False

    @property
    def refunded(self) -> int:
        return sum(it.amount for it in self.refunds)

    @property
    def open(self) -> bool:
        return self.status in (REGISTERED, CHECKING)

    def may_reverse(self, now: datetime) -> bool:
        """A hold always; what was deposited until the bank's day ends, and only whole."""
        if self.status == HELD:
            return True
        same_day = self.paid_at is not None and self.paid_at.astimezone(MOSCOW).date() == now.astimezone(MOSCOW).date()
        return self.status == DEPOSITED and same_day

    @property
    def first_operation(self) -> str:
        return "approved" if self.two_stage else "deposited"
