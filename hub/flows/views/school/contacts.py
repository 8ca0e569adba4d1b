"""The directory: schools and systems with phones, hours by their own clock, and whether somebody answers now."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View


class HoursView(View, frozen=True, kw_only=True):
    """ISO weekdays, `HH:MM` of the place's own clock."""

    days: tuple[int, ...]
    start: str
    end: str


class OpenView(View, frozen=True, kw_only=True):
    """`state` is open, closed, holiday (the usual hours say open, but it is a day off of the country) or unknown (no hours are known)."""

    state: str
    until: dt.datetime | None = None
    opens_at: dt.datetime | None = None
    holiday: str = ""


class ContactView(View, frozen=True, kw_only=True):
    """Whom to ask about `topic`; `topic_title` completes «По вопросу: …». `form` is an address where one writes."""

    id: str
    topic: str
    topic_title: str
    person: str
    phones: tuple[str, ...]
    email: str
    form: str
    hours: tuple[HoursView, ...]
    hours_text: str
    open: OpenView
    note: str = ""


class DirectoryItem(View, frozen=True, kw_only=True):
    """`kind` is school or system. `zone` is the place's own, empty where it is not known; `zone_guess`: its source names none.

    `recovery`: how one comes in again when the password is lost. `as_of` is the day of the source where that is old."""

    id: str
    kind: str
    title: str
    about: str
    site: str
    zone: str
    contacts: tuple[ContactView, ...]
    legal_name: str = ""
    recovery: str = ""
    given_by: str = ""
    zone_guess: bool = False
    as_of: dt.date | None = None
    takes_questions: bool = False


class Directory(View, frozen=True, kw_only=True):
    """`at` is the instant that «сейчас» means. `more`: further schools fit; a longer name finds them."""

    items: tuple[DirectoryItem, ...]
    at: dt.datetime
    more: bool = False


class OwnContacts(View, frozen=True, kw_only=True):
    """What a school's office keeps of itself; `topics` are the words that an entry may have."""

    items: tuple[ContactView, ...]
    school: str
    title: str
    zone: str
    topics: dict[str, str]
