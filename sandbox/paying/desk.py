"""What the page for the payer and the control calls ask of each played acquirer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.paying.cards import Card
from sandbox.paying.notices import Message, Notices
from sandbox.paying.register import Look, Row
from sandbox.paying.shops import Shops


class Stopped(ValueError):
    """The order is not in a state in which this can be done; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """How the payer pays; `holder` and `expiry` (YYYYMM) as they were typed; `amount_kop` less than all."""

    kind: str
    card: Card | None = None
    holder: str = "CARDHOLDER NAME"
    expiry: str = "203012"
    ip: str = "127.0.0.1"
    amount_kop: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An order as the payer sees it; `back` is where the browser goes when it is over, `kinds` are card and sbp."""

    id: str
    number: str
    shop: str
    amount_kop: int
    text: str
    open: bool
    result: str
    back: str | None
    kinds: tuple[str, ...] = ("card", "sbp")
    waits_for: Means | None = None


class Desk(Protocol):
    """`events` are the acquirer's own names of its notices; `parts`: an order may be paid in parts."""

    title: str
    shops: Shops
    notices: Notices
    events: tuple[str, ...]
    parts: bool
    look: Look

    def settle(self) -> None:
        """What time changed meanwhile; called before each answer."""

    def orders(self) -> list[dict[str, Any]]: ...

    def order(self, order_id: str) -> dict[str, Any]:
        """Raises `KeyError`."""

    def invoice(self, order_id: str) -> Invoice | None: ...

    def ask_code(self, order_id: str, means: Means) -> None: ...

    def pay(self, order_id: str, means: Means) -> None: ...

    def decline(self, order_id: str, refusal: str, means: Means | None = None) -> None: ...

    def refund(self, order_id: str, amount_kop: int | None) -> None: ...

    def register(self, kind: str) -> list[Row]:
        """All payments that ever came through, or all refunds."""
        ...

    def message(self, order_id: str, event: str | None, tamper: str | None) -> tuple[str, Message]:
        """The event's name, the last one where none is given, and the notice of it."""
