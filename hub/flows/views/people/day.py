"""A child's day on the home page: came, left, eaten, paid, and whether the doors speak at all."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from hub.flows.views.base import View
from hub.flows.views.people.joint import Contradiction


class Presence(StrEnum):
    """`NOT_YET`: the doors speak and the child passed none; `SILENT`: they do not, so that nothing follows; `FREE`: no school that day."""

    IN = "in"
    OUT = "out"
    NOT_YET = "not_yet"
    SILENT = "silent"
    FREE = "free"
    NO_CARD = "no_card"
    NO_DOORS = "no_doors"


class EatenView(View, frozen=True, kw_only=True):
    """`paid`: the account's name, empty while nothing was debited."""

    at: dt.datetime
    title: str
    amount_kop: int
    paid: str


class DayCard(View, frozen=True, kw_only=True):
    """`at` is of the last pass, `place` its door; `heard_at` is when a door spoke last, `silent_since` a silent one's last word."""

    child: str
    zone: str
    presence: Presence
    at: dt.datetime | None
    place: str
    received_late: bool
    confirmed: bool
    suspect: bool
    heard_at: dt.datetime | None
    silent_since: dt.datetime | None
    eaten: tuple[EatenView, ...]
    eaten_kop: int
    meal_account: str | None
    meal_kop: int | None
    contradictions: tuple[Contradiction, ...] = ()
