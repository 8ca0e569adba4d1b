"""What a device says and what the hub answers: events, verdicts, how much a device is believed. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import msgspec

MOST_EVENTS = 1000
MOST_BYTES = 1024 * 1024


class EventType(StrEnum):
    PASS = "ru.schoolhub.pass.v1"
    MEAL = "ru.schoolhub.meal.v1"
    CARD = "ru.schoolhub.card.v1"
    DEVICE = "ru.schoolhub.device.v1"


class Sign(StrEnum):
    """How a device signs, strongest first (RULES E6); in JSON as `auth`. `OFFICE` is no device: a person who signed in at the school."""

    RFC9421 = "rfc9421"
    STANDARD_WEBHOOKS = "standard_webhooks"
    BASIC = "basic"
    SERIAL = "serial"
    OFFICE = "office"

    @property
    def strong(self) -> bool:
        """Debits and urgent notices come of these only; a person's mark at the door is no debit."""
        return self in (Sign.RFC9421, Sign.STANDARD_WEBHOOKS, Sign.OFFICE)


class Verdict(StrEnum):
    """One an event (RULES E1)."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"


class Event(msgspec.Struct, frozen=True):
    """A readable event. `text` is its data as JSON, as sent but for the carrier's number, of which only the end is left.

    `id` is unique within the device's source (RULES E2); `written` is the time as the device wrote it, `at` the same moment in UTC;
    `hash` covers everything that the event says; `token` is a keyed index of the carrier's number, never the number.
    """

    index: int
    id: str
    type: EventType
    at: datetime
    written: str
    hash: bytes
    direction: str | None
    door: str | None
    carrier: str | None
    token: str | None
    text: str


class Poison(msgspec.Struct, frozen=True):
    """An event that nobody can read; it blocks nothing (RULES E1)."""

    index: int
    id: str | None
    reason: str


class Told(msgspec.Struct, frozen=True):
    """One verdict as the device hears it."""

    index: int
    id: str | None
    verdict: Verdict
    reason: str | None


class Shown(msgspec.Struct, frozen=True):
    """A carrier's number as it is kept: the keyed index under which the register knows it, and its end."""

    token: str
    tail: str


Tokens = Callable[[str, str], Shown]
"""(kind of carrier, the number as it was read). Raises ValueError for one that no register can hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """A device as the ingest needs it: registered `since`, its clock's IANA `zone`, the `secret` that it shares with the hub."""

    id: str
    school: str
    source: str
    key_id: str
    serial: str
    sign: Sign
    since: datetime
    zone: str
    revoked: bool = False
    public_key: str | None = None
    secret: str | None = field(default=None, repr=False)
    field_order: str = ""
    zone_unit: str = ""
    """A terminal's own dialect; empty is the usual one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A message that its device really sent. `skew_s` is the device's clock less ours, where it signs its time; `nonce` is to be spent."""

    sign: Sign
    skew_s: float | None = None
    nonce: str | None = None
