"""The record of an everything-of-mine export: what it holds, and what it leaves out on purpose."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from hub.flows.views.base import View
from hub.flows.views.people.notices import QuietView
from hub.flows.views.self_service.my_money import MyMoney

FORMAT = "school-hub.mine/1"


class MySession(View, frozen=True, kw_only=True):
    """A sign-in on a device; no address was ever kept."""

    label: str
    system: str
    created_at: dt.datetime
    seen_at: dt.datetime
    expires_at: dt.datetime
    app: bool


class MyNotice(View, frozen=True, kw_only=True):
    kind: str
    at: dt.datetime
    text: str


class MyTold(View, frozen=True, kw_only=True):
    """One happening and one channel: told or not, and by which rule."""

    child: str
    kind: str
    event: str
    at: dt.datetime
    channel: str
    decision: str
    rule: str
    price_kop: int


class MySaid(View, frozen=True, kw_only=True):
    """One word of a talk; `mine` where this person wrote it."""

    at: dt.datetime
    mine: bool
    text: str


class MyTalk(View, frozen=True, kw_only=True):
    """An appeal to the school (`child` is set) or a question to the support, with what was said."""

    child: str | None
    kind: str
    state: str
    created_at: dt.datetime
    messages: tuple[MySaid, ...]


class MyAbsence(View, frozen=True, kw_only=True):
    """What this person told a school: `kind` and `reason` as typed, `answer` the school's words."""

    child: str
    first_day: dt.date
    last_day: dt.date
    lessons: tuple[int, ...]
    kind: str
    reason: str
    state: str
    answer: str


class MyJoin(View, frozen=True, kw_only=True):
    """An own application to join a school; `requests` are kind, state and the school's words, where it gave any."""

    child: str
    school: str
    school_year: str
    class_name: str
    role: str
    state: str
    submitted_at: dt.datetime
    requests: tuple[tuple[str, str, str], ...]


class MyContact(View, frozen=True, kw_only=True):
    """`told_by` is the system that vouches for it, empty where it was confirmed here; `dead`: nobody is reached there."""

    kind: str
    value: str
    told_by: str
    dead: bool


class MyBrowser(View, frozen=True, kw_only=True):
    """A browser that takes pushes."""

    label: str
    since: dt.datetime


class MySettings(View, frozen=True, kw_only=True):
    """`reached_by`: the ways by which messages go to the person now."""

    date_format: str
    time_format: str
    phone: str
    email: str
    region: str
    contacts: tuple[MyContact, ...] = ()
    reached_by: tuple[str, ...] = ()
    browsers: tuple[MyBrowser, ...] = ()


class MyCopy(View, frozen=True, kw_only=True):
    """One block of a diary as it was last seen: `items` are the records of the JSON interface."""

    datum: str
    block: str
    fetched_at: dt.datetime | None
    items: tuple[msgspec.Raw, ...]


class MyCalendar(View, frozen=True, kw_only=True):
    """A link that I made to a child's timetable; its address is kept nowhere."""

    child: str
    created_at: dt.datetime
    used_at: dt.datetime | None


class MyChange(View, frozen=True, kw_only=True):
    """What the hub noted when a diary changed: which records of which block, in what way."""

    datum: str
    block: str
    at: dt.datetime
    created: int
    updated: int
    removed: int


class MyDiary(View, frozen=True, kw_only=True):
    """An account that I opened, without its password or tokens. `cut`: there were more blocks than one file holds."""

    system: str
    title: str
    state: str
    copies: tuple[MyCopy, ...]
    changes: tuple[MyChange, ...] = ()
    cut: bool = False


class MyPass(View, frozen=True, kw_only=True):
    """What a door or a till saw of the child: the device's time, ours, how it signed, and what it said."""

    kind: str
    at: dt.datetime
    received_at: dt.datetime
    direction: str | None
    door: str | None
    auth: str
    data: dict[str, Any]


class MyCard(View, frozen=True, kw_only=True):
    """A card or a bracelet of the child; of its number the end only."""

    kind: str
    number: str
    state: str
    since: dt.datetime
    until: dt.datetime | None


class MyPhoto(View, frozen=True, kw_only=True):
    """The photo for the guard; `picture` in base64."""

    kind: str
    at: dt.datetime
    picture: str


class MyChild(View, frozen=True, kw_only=True):
    """A child whom I may see. `record` is what the hub holds of the child and may tell me; `why_not` says why it does not."""

    id: str
    first_name: str
    nickname: str
    record: dict[str, Any] | None
    diaries: tuple[MyDiary, ...]
    passes: tuple[MyPass, ...] = ()
    cards: tuple[MyCard, ...] = ()
    photo: MyPhoto | None = None
    why_not: str | None = None


class MyText(View, frozen=True, kw_only=True):
    """A text to the own phone. A PIN's words are gone once it left; `phone` too once it arrived or was given up."""

    kind: str
    at: dt.datetime
    state: str
    phone: str
    text: str


class MineView(View, frozen=True, kw_only=True):
    """`me` holds names, contacts, sign-ins, edges, consents and who looked, `money` contracts, rows and own
    payments. Other people's contacts, payments, messages and devices,
    passwords, tokens and keys are in none of it (RULES A5b)."""

    format: str
    made_at: dt.datetime
    me: dict[str, Any]
    settings: MySettings
    sessions: tuple[MySession, ...]
    notices: tuple[MyNotice, ...]
    told: tuple[MyTold, ...]
    quiet_hours: QuietView
    texts: tuple[MyText, ...]
    absences: tuple[MyAbsence, ...]
    talks: tuple[MyTalk, ...]
    joins: tuple[MyJoin, ...]
    children: tuple[MyChild, ...]
    calendars: tuple[MyCalendar, ...]
    money: MyMoney
    left_out: tuple[str, ...]
