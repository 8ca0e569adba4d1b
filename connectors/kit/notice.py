"""A gateway of text messages: what the hub asks of it, and how far a message has come; who it is for never goes into a log."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

from connectors.kit.errors import RateLimited
from connectors.kit.manifest import Manifest
from connectors.kit.secret import Secret

SEND_WITHIN_S = 10.0
ASK_WITHIN_S = 10.0
MOST_PARTS = 8
"""The shortest of the gateways' own limits."""
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("\f^{}\\[~]|€")


class TextState(StrEnum):
    """How far a message has come. A word that is not documented is `UNKNOWN`: it is asked about again, never taken for an end."""

    QUEUED = "queued"
    """The gateway has it."""
    SENT = "sent"
    """The operator has it."""
    DELIVERED = "delivered"
    FAILED = "failed"
    """It will not arrive any more."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`id` was stored before the first try and names this message for ever: up to 32 letters, digits, `-` and `_`. `phone` is E.164."""

    id: str
    phone: Secret
    text: Secret = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentText:
    """A message as the gateway holds it. `word` is its own word or number for the state; a cost is None where it does not say.

    `reason` is its code of a failure."""

    gateway_id: str
    state: TextState
    word: str
    parts: int | None = None
    cost_kop: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    parts: int
    cost_kop: int


class SameAgain(RateLimited):
    """The gateway takes this text to this number for a repeat and did not send it: another text, or later."""


@runtime_checkable
class TextGateway(Protocol):
    """Errors: the eight. `Rejected`: this message will never go, `reason` says why; `AccessDenied`: the gateway sends nothing for us
    now (no money there); `RateLimited`, `Unavailable` from a pause: nothing was sent.

    `send` is asked once and never repeated by the connector: a second one may make a second message, whatever its id. After `TimedOut`,
    `Unavailable` or `Drifted` nothing is known: `find` tells, where `finds`; `NotFound` there means that it never came to be."""

    manifest: Manifest
    name: str
    finds: bool
    """Whether a message is found by our own id after its answer was lost."""

    async def send(self, message: Message) -> SentText: ...

    async def find(self, message: Message) -> SentText:
        """What came of a message whose answer was lost; `Rejected("cannot")` where the gateway knows its own ids only."""
        ...

    async def status(self, message: Message, gateway_id: str) -> SentText: ...

    async def price(self, message: Message) -> Price:
        """Sends nothing."""
        ...

    async def balance(self) -> int:
        """What is left at the gateway, in kopecks."""
        ...


def parts_of(text: str) -> int:
    """How many messages the operators count: 160 signs of the GSM alphabet or 70 others, 153 and 67 where there are several."""
    if all(sign in _GSM or sign in _GSM_TWICE for sign in text):
        length, one, many = len(text) + sum(sign in _GSM_TWICE for sign in text), 160, 153
    else:
        length, one, many = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= one else -(-length // many)
