"""What happened to a child during the days, each with its source and how far it is believed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hub.flows.views.base import View


class Provenance(View, frozen=True, kw_only=True):
    """`auth` is how the device signed; `confirmed` whether that is enough for money and urgent notices; `skew_s`: its clock less ours."""

    auth: str
    confirmed: bool
    device: str
    skew_s: float | None


class TimelineItem(View, frozen=True, kw_only=True):
    """`at` is the device's time, `received_at` ours; `repeats` are further reads of one pass within five seconds; `data` as sent.

    `suspect`: its device was revoked, and this stands after the moment from which it is not believed.
    """

    event_id: str
    kind: str
    at: dt.datetime
    received_at: dt.datetime
    received_late: bool
    suspect: bool
    direction: str | None
    door: str | None
    repeats: int
    data: dict[str, Any]
    provenance: Provenance


class Timeline(View, frozen=True, kw_only=True):
    """Oldest first; `next` is the place to go on from; `zone` is the school's, `start` and `end` its days."""

    zone: str
    start: dt.date
    end: dt.date
    items: tuple[TimelineItem, ...]
    next: str | None
