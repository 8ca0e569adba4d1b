"""What leaves the hub: changes for apps, links of calendars, what a download holds."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Literal

import msgspec

from hub.flows.views.base import View
from hub.flows.views.diary import SourceState

Action = Literal["created", "updated", "removed"]


class DataStatus(StrEnum):
    """`snapshot`: all of it, what you had is to be replaced. `delta`: what changed. `actual`: nothing did."""

    SNAPSHOT = "snapshot"
    DELTA = "delta"
    ACTUAL = "actual"


class ChangeItem(View, frozen=True, kw_only=True):
    """`item` is the record as the lists show it now, null when it was removed; `at` is when the hub saw the change."""

    kind: str
    id: str
    action: Action
    item: msgspec.Raw | None
    at: dt.datetime


class ChangeFeed(View, frozen=True, kw_only=True):
    """`cursor` is for the next question; with `more` it is asked at once, for the rest of this answer."""

    data_status: DataStatus
    items: tuple[ChangeItem, ...]
    cursor: str
    more: bool
    sources: tuple[SourceState, ...]


class SeenChange(View, frozen=True, kw_only=True):
    """For a page: `item` is what stands there now, `before` what stood there; one of them may be null."""

    kind: str
    id: str
    action: Action
    item: msgspec.Raw | None
    before: msgspec.Raw | None
    at: dt.datetime


class CalendarMade(View, frozen=True, kw_only=True):
    """`url` is told once and kept nowhere."""

    id: str
    url: str
    created_at: dt.datetime


class CalendarView(View, frozen=True, kw_only=True):
    """`used_at`: the hour in which a calendar last asked; null before the first time."""

    id: str
    created_at: dt.datetime
    used_at: dt.datetime | None


class CalendarList(View, frozen=True, kw_only=True):
    """At most one link a person and child."""

    items: tuple[CalendarView, ...]


class Download(View, frozen=True, kw_only=True):
    """A file to take away."""

    name: str
    content_type: str
    body: bytes
