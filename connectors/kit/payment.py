"""Payments at an acquirer: what the hub asks of it, and what it is told; the money itself never passes here (RULES D4, D11, D12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from connectors.kit.manifest import Manifest
from connectors.kit.secret import Secret

CREATE_WITHIN_S = 10.0
"""The longest that `create` takes with all its tries; the payer waits (API.md)."""
ASK_WITHIN_S = 10.0
CURRENCY = "RUB"


class PaymentState(StrEnum):
    """What came of an order. Whatever an acquirer says that is not documented is `PENDING`: only an explicit success is `PAID`."""

    PENDING = "pending"
    HELD = "held"
    """Authorised and not yet taken: `capture` or `cancel` it."""
    PART = "part"
    """Some of it was paid: `paid_kop` says how much, `demand` whether it takes the rest."""
    PAID = "paid"
    DECLINED = "declined"
    """Ended without money: refused, cancelled or expired."""
    REFUNDED = "refunded"
    """Was paid and given back, whole or in part: see `refunded_kop`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """What the payer buys, for the fiscal receipt: an advance into an account; no name of a person."""

    text: str
    amount_kop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptAsked:
    """Where the receipt goes: a mail or a phone, one of them."""

    lines: tuple[ReceiptLine, ...]
    email: Secret = field(default=Secret(""))
    phone: Secret = field(default=Secret(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be paid. `id` was stored before the first try and names this order for ever: letters, digits, `-` and `_`, up to 32.

    `client` is the opaque name under which the acquirer is asked to keep the payer's binding, empty for none. `method` is one of the
    manifest's, empty for the payer's choice; `hold` only authorises. `life_s` is how long it may be paid, where the acquirer has such.
    `phone` (eleven digits from 7) is where the acquirer writes to, or whose balance is charged; it is the same in every repeat.
    `binding` is what a `charge` of this order was asked with, so that `find` can repeat the very same request."""

    id: str
    amount_kop: int
    description: str
    return_url: str
    method: str = ""
    hold: bool = False
    client: str = ""
    receipt: ReceiptAsked | None = None
    life_s: int | None = None
    phone: Secret = field(default=Secret(""))
    binding: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiscalReceipt:
    """A receipt that a cash register made for a payment, or for money given back: drive, document and sign are its three marks."""

    refund: bool
    drive: str
    document: str
    sign: str
    at: datetime
    amount_kop: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What is paid at a counter by its code, maybe in parts. `open`: it takes money now."""

    code: str
    expires_at: datetime | None
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """An order as the acquirer holds it. `amount_kop` is what the order asks for, `paid_kop` what was really taken so far.

    `word` is the acquirer's own word for the state, `reason` its code of a decline. `pay_url` is where the payer pays, empty where it
    was lost with an answer. `refunded_kop` is None where something was given back and the acquirer does not say how much. `binding`
    names a card or account that the payer let it keep, `binding_title` says its system and four last digits; no number of a card comes
    here. `demand` where it is paid by a code at a counter."""

    provider_id: str
    order: str
    state: PaymentState
    word: str
    amount_kop: int
    held_kop: int = 0
    paid_kop: int = 0
    refunded_kop: int | None = 0
    pay_url: str = ""
    binding: str = field(default="", repr=False)
    binding_title: str = field(default="", repr=False)
    reason: str = ""
    demand: Demand | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """`done` only where the acquirer said so; else it is under way, and the payment's `refunded_kop` tells later."""

    id: str
    amount_kop: int
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A payer's kept card or account. `title` is its system and four last digits: never more of a card's number (RULES D12)."""

    id: str = field(repr=False)
    title: str = ""


class Signature(StrEnum):
    """What a notice's signature says. `NONE`: this acquirer or this shop has none; the notice is a hint like the others."""

    GOOD = "good"
    BAD = "bad"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """A call to the hub, as it came. `address` is the caller's, where a configured proxy or the socket tells it."""

    method: str
    query: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Something may have happened to this payment: never more, so the status is asked for. One of the two ids may be empty.

    `receipt` is told where the acquirer tells of receipts by its signed notices alone."""

    provider_id: str
    order: str
    word: str
    signature: Signature
    receipt: FiscalReceipt | None = None


class NotAsked(Exception):
    """A notification that is not in the acquirer's format and names nothing."""


class NoticeReader(Protocol):
    """The `server` module's part: pure, asks nobody. `answer` is what the acquirer must get so that it does not tell again."""

    answer: bytes

    def read(self, notification: Notification) -> Hint:
        """Raises `NotAsked`. A bad signature is no error here: the caller decides what a hint of such is worth."""
        ...


@runtime_checkable
class PaymentPort(Protocol):
    """An acquirer. Errors: the eight. `manifest.methods` are its ways to pay.

    `create` is asked once for an order: the connector itself tries again only where the acquirer's uniqueness of the order's id, or its
    idempotency key, makes one payment of it. After `TimedOut` or `Unavailable` nothing is known: ask `find`; `NotFound` there means that
    the order never came to be. `Rejected("order_differs")` where the acquirer holds another amount under this id.

    `capture`, `cancel` and `refund` are safe to repeat, one after the other. An amount in another currency than roubles, or one that is no
    whole number of kopecks, is `Drifted`."""

    manifest: Manifest
    name: str

    async def create(self, order: Order) -> Payment: ...

    async def status(self, provider_id: str) -> Payment: ...

    async def find(self, order: Order) -> Payment:
        """What came of an order whose answer was lost; within a day of `create`. May make it, where that is how the acquirer finds."""
        ...

    async def capture(self, provider_id: str, amount_kop: int) -> Payment: ...

    async def cancel(self, provider_id: str) -> Payment:
        """Lets go of what was held, or of an order that nobody paid."""
        ...

    async def refund(self, provider_id: str, amount_kop: int, *, before_kop: int) -> Refund:
        """`before_kop` is what was given back earlier: by it a repeat after a lost answer is known from a second refund."""
        ...

    async def charge(self, order: Order, binding: str) -> Payment:
        """Charges a kept binding without the payer: `create` and the charge in one, safe to repeat likewise."""
        ...

    async def bindings(self, client: str) -> tuple[Binding, ...]:
        """`Rejected("cannot")` where the acquirer lists none: then a payment's own `binding` is all there is."""
        ...

    async def unbind(self, client: str, binding: str) -> None: ...


@runtime_checkable
class FiscalPort(Protocol):
    """An acquirer that can be asked for the receipts of a payment; the eight errors. None yet is an empty answer."""

    async def receipts(self, provider_id: str) -> tuple[FiscalReceipt, ...]: ...


def card_title(brand: str, masked: str) -> str:
    """What a person knows a kept card by: its system and four last digits, whatever more the acquirer told."""
    letters = "".join(letter for letter in brand if letter.isalpha() or letter in " -")[:20].strip() or "Карта"
    tail = masked.strip()[-4:]
    return f"{letters} ··{tail}" if len(tail) == 4 and tail.isascii() and tail.isdigit() else letters
