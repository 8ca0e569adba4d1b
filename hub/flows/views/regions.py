"""Regions and the diaries that work there on a day."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View


class PhoneView(View, frozen=True, kw_only=True):
    number: str
    about: str


class OfferView(View, frozen=True, kw_only=True):
    """A system of the region: `connected` when it can be connected here; `logins` are then those that work here, Gosuslugi first.

    `role`: region, schools (some schools), front (another door to the same marks). `data` are the kinds of API.md.
    `own_login` completes «Вход …» where the password is the family's own and not the school's.
    `steps` lead there, in order.
    `registers`: who has no account gets one from here; `recovers`: the system's letter about a password is asked for from here."""

    system: str
    title: str
    role: str
    connected: bool
    logins: tuple[str, ...]
    data: tuple[str, ...]
    hosts: tuple[str, ...]
    since: dt.date | None
    until: dt.date | None
    site: str
    note: str
    given_by: str
    without: str
    recovery: str
    phones: tuple[PhoneView, ...]
    own_login: str = ""
    steps: tuple[str, ...] = ()
    registers: bool = False
    recovers: bool = False


class RegionHead(View, frozen=True, kw_only=True):
    """`systems` are the names of what works there today."""

    code: str
    name: str
    zone: str
    systems: tuple[str, ...]


class RegionList(View, frozen=True, kw_only=True):
    """`chosen` is the asker's own region."""

    items: tuple[RegionHead, ...]
    chosen: str | None = None


class RegionView(View, frozen=True, kw_only=True):
    """What works on `day`, what starts soon, and what ended lately."""

    code: str
    name: str
    zone: str
    note: str
    day: dt.date
    systems: tuple[OfferView, ...]
    coming: tuple[OfferView, ...]
    gone: tuple[OfferView, ...]
