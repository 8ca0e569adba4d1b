"""A payment with its status, and a card kept for charges; sums in kopecks; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

NEW, SHOWN, CHECKING, HELD, CONFIRMED = "NEW", "FORM_SHOWED", "3DS_CHECKING", "AUTHORIZED", "CONFIRMED"
PART_REVERSED, REVERSED, PART_REFUNDED, REFUNDED = "PARTIAL_REVERSED", "REVERSED", "PARTIAL_REFUNDED", "REFUNDED"
CANCELED, REJECTED, AUTH_FAIL, EXPIRED = "CANCELED", "REJECTED", "AUTH_FAIL", "DEADLINE_EXPIRED"
OPEN: Final = frozenset({NEW, SHOWN, CHECKING})
HOLDS: Final = frozenset({HELD, PART_REVERSED})
PAID: Final = frozenset({CONFIRMED, PART_REFUNDED})
LIFE: Final = timedelta(hours=24)
CHECK_LIFE: Final = timedelta(hours=36)
HOLD_LIFE: Final = timedelta(days=7)


@dataclass(slots=True, kw_only=True)
class Card:
    """Of a shop's customer; `refusal` is what the bank will say to its next charges."""

    id: str
    shop: str
    customer: str
    pan: str
    expiry: str
    rebill: str | None = None
    status: str = "A"
    refusal: str | None = None


@dataclass(slots=True, kw_only=True)
class Customer:
    key: str
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    id: str
    amount: int
    at: datetime


@dataclass(slots=True, kw_only=True)
class Payment:
    """`left` is what is held or paid and not given back; `kind` is card or sbp once it is known."""

    id: str
    shop: str
    order: str
    amount: int
    two_stage: bool
    created_at: datetime
    expires_at: datetime
    code: str
    description: str = ""
    language: str = "ru"
    customer: str | None = None
    recurrent: bool = False
    notify_url: str | None = None
    success_url: str | None = None
    fail_url: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    receipt: dict[str, Any] | None = None
    status: str = NEW
    error: str = "0"
    left: int = 0
    last_back: int = 0
    confirmed: int = 0
    confirmed_at: datetime | None = None
    backs: list[Back] = field(default_factory=list)
    kind: str | None = None
    pan: str | None = None
    expiry: str | None = None
    card: str | None = None
    rebill: str | None = None
    rrn: str | None = None
    qr: str | None = None
    changed_at: datetime | None = None
    given_back: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Answers of refunds by the shop's own request id."""

    @property
    def open(self) -> bool:
        return self.status in OPEN
