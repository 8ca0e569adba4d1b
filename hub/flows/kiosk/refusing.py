"""What a kiosk hears when something is not done: a stable code, and what its screen may add (docs/wire/kiosk.md)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Code(StrEnum):
    UNSIGNED = "unsigned"
    CLOCK = "clock"
    REPLAY = "replay"
    MALFORMED = "malformed"
    UNKNOWN_REQUEST = "unknown_request"
    UNKNOWN_CARD = "unknown_card"
    UNKNOWN_CONTRACT = "unknown_contract"
    BLOCKED_CARD = "blocked_card"
    WRONG_PIN = "wrong_pin"
    PAUSED = "paused"
    TOO_MANY = "too_many"
    SESSION_OVER = "session_over"
    NOT_AGREED = "not_agreed"
    BAD_PHONE = "bad_phone"
    OFFER_CHANGED = "offer_changed"
    CONSENT_CHANGED = "consent_changed"
    NOT_OPEN = "not_open"
    PRICE_CHANGED = "price_changed"
    NO_FUNDS = "no_funds"
    ORDER_DIFFERS = "order_differs"
    TOO_MANY_CARDS = "too_many_cards"
    WEAK_DEVICE = "weak_device"
    LATER = "later"


class KioskRefused(Exception):
    """Nothing was done. `after_s` is when it is worth asking again."""

    def __init__(self, code: Code, *, after_s: float | None = None, **more: Any) -> None:
        super().__init__(code.value)
        self.code = code
        self.after_s = after_s
        self.more = more
