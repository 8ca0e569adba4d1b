"""Settings, terms of keeping, leaving: what a person sees of the own account."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View


class ContactView(View, frozen=True, kw_only=True):
    """A phone or e-mail as `source` told it; `masked` shows its end only. Only a verified one can be used."""

    id: str
    kind: str
    masked: str
    source: str
    verified: bool
    used: bool


class ChildSetting(View, frozen=True, kw_only=True):
    """`nickname` is the only name that goes into an SMS or push; `zone` is the IANA zone of the child's school."""

    id: str
    first_name: str
    nickname: str
    zone: str


class SettingsView(View, frozen=True, kw_only=True):
    """`zone` is the person's own; the child's pages use the zone of the child's school."""

    date_format: str
    time_format: str
    zone: str
    children: tuple[ChildSetting, ...]
    contacts: tuple[ContactView, ...]


class KeptView(View, frozen=True, kw_only=True):
    """`days` or `hours`, whichever says it shorter; `since` tells what it counts from."""

    what: str
    days: int = 0
    hours: int = 0
    since: str = ""


class RetentionView(View, frozen=True, kw_only=True):
    items: tuple[KeptView, ...]
    by_law: tuple[KeptView, ...]


class GoesView(View, frozen=True, kw_only=True):
    """One kind of thing that an erasure takes, and how many there are."""

    what: str
    count: int


class StaysView(View, frozen=True, kw_only=True):
    """What stays, and why."""

    what: str
    why: str


class LeaveView(View, frozen=True, kw_only=True):
    """`blocked` is a sentence where leaving has to wait; `confirm` is the word to be typed."""

    goes: tuple[GoesView, ...]
    stays: tuple[StaysView, ...]
    confirm: str
    fresh: bool
    blocked: str | None = None
    blocked_until: dt.datetime | None = None


class StayView(View, frozen=True, kw_only=True):
    """The session of the installed app after its owner asked to stay."""

    id: str
    label: str
    expires_at: dt.datetime
