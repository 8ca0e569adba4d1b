"""Carriers that nobody has, as the office sees them: the end of the number, where it was read, how often."""

from __future__ import annotations

import datetime as dt

import msgspec

from hub.flows.views.base import View


class UnknownView(View, frozen=True, kw_only=True):
    """`number` shows its end only; `place` is where it was read last."""

    id: str
    kind: str
    number: str
    uses: int
    first_at: dt.datetime
    last_at: dt.datetime
    place: str


class UnknownList(View, frozen=True, kw_only=True):
    """The latest first."""

    zone: str
    items: tuple[UnknownView, ...]


class Found(View, frozen=True, kw_only=True):
    """`own`: of the officer's own family; another officer writes there."""

    child: str
    name: str
    class_name: str = msgspec.field(name="class")
    own: bool


class UnknownOwner(View, frozen=True, kw_only=True):
    """`items` are the pupils whose name begins as was asked, none for less than two letters."""

    zone: str
    carrier: UnknownView
    q: str
    items: tuple[Found, ...]


class ClosedCarrier(View, frozen=True, kw_only=True):
    """`token` is HMAC-SHA256 keyed with the salt, over kind, line feed and number; `state`: blocked, lost."""

    token: str
    state: str


class ClosedCarriers(View, frozen=True, kw_only=True):
    """What a door refuses by itself; whose it is stays in the hub."""

    school: str
    made_at: dt.datetime
    salt: str
    closed: tuple[ClosedCarrier, ...]
