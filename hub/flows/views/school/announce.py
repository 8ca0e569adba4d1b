"""Announcements of a school: as its office keeps them, and as families and pupils read them."""

from __future__ import annotations

import datetime as dt

import msgspec

from hub.flows.views.base import View


class OfficeAnnouncement(View, frozen=True, kw_only=True):
    """`class` is empty for the whole school. `state`: shown, over (its last day has gone) or withdrawn."""

    id: str
    class_name: str = msgspec.field(name="class")
    title: str
    text: str
    until: dt.date
    state: str
    author: str
    created_at: dt.datetime
    changed_at: dt.datetime | None
    may_change: bool


class OfficeAnnouncements(View, frozen=True, kw_only=True):
    """`classes`: those that the reader may write to; `whole_school`: also to everybody."""

    school_ogrn: str
    school: str
    zone: str
    today: dt.date
    items: tuple[OfficeAnnouncement, ...]
    classes: tuple[str, ...]
    whole_school: bool


class AnnouncementSource(View, frozen=True, kw_only=True):
    """`system` is always `school`: what a diary announces stands in the diary's own list."""

    system: str
    id: str
    fetched_at: dt.datetime


class SchoolAnnouncementView(View, frozen=True, kw_only=True):
    id: str
    child: str
    source: AnnouncementSource
    school: str
    class_name: str = msgspec.field(name="class")
    title: str
    text: str
    until: dt.date
    published_at: dt.datetime
    changed_at: dt.datetime | None


class SchoolAnnouncements(View, frozen=True, kw_only=True):
    """Newest first."""

    zone: str
    items: tuple[SchoolAnnouncementView, ...]
