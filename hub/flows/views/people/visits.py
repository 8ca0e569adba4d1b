"""«Проходная»: days of a child with the visits of each, and what is to be doubted of them (F012, F013)."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View
from hub.flows.views.people.day import Presence
from hub.flows.views.people.joint import Contradiction


class PassView(View, frozen=True, kw_only=True):
    """One read; `place` is the device's, `reason` why nobody was let through, `offline`: kept by the device without a connection."""

    id: str
    at: dt.datetime
    direction: str | None
    door: str | None
    place: str
    received_at: dt.datetime
    received_late: bool
    confirmed: bool
    auth: str
    suspect: bool
    offline: bool
    by_name: bool
    reason: str


class VisitRow(View, frozen=True, kw_only=True):
    """`came` or `left` is null where no reader saw it; `minutes` between them; `more` are further reads."""

    came: PassView | None
    left: PassView | None
    minutes: int | None
    guessed: bool
    more: tuple[PassView, ...]


class VisitDay(View, frozen=True, kw_only=True):
    """A day by the school's clock; `denied` are reads that let nobody in."""

    date: dt.date
    school_day: bool
    visits: tuple[VisitRow, ...]
    denied: tuple[PassView, ...]
    contradictions: tuple[Contradiction, ...] = ()


class VisitsView(View, frozen=True, kw_only=True):
    """Newest day first, days with a pass or a word only; `date` is set where one day was asked for. `presence` is today's."""

    zone: str
    start: dt.date
    end: dt.date
    today: dt.date
    date: dt.date | None
    presence: Presence
    heard_at: dt.datetime | None
    silent_since: dt.datetime | None
    cut: bool
    days: tuple[VisitDay, ...]
