"""Questions to the support: the form, one's own question, and the desk that answers."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View


class SupportForm(View, frozen=True, kw_only=True):
    """`form` is sent back as it is, at the earliest after 3 seconds and at the latest after a day. `schools`: who else may answer."""

    form: str
    topics: dict[str, str]
    name: str
    schools: dict[str, str]


class AskedView(View, frozen=True, kw_only=True):
    """`number` is read out on the phone; `secret` opens the question and stands in no address of ours but the link that is shown.

    `masked`: a SNILS or a card's number in the text was covered before storing."""

    number: str
    secret: str
    state: str
    masked: bool
    created_at: dt.datetime


class SaidView(View, frozen=True, kw_only=True):
    """`side` is asker or desk."""

    id: str
    side: str
    at: dt.datetime
    text: str


class TicketHead(View, frozen=True, kw_only=True):
    """`state` is waiting, answered or closed."""

    number: str
    topic: str
    state: str
    created_at: dt.datetime
    updated_at: dt.datetime


class TicketHeads(View, frozen=True, kw_only=True):
    items: tuple[TicketHead, ...]


class TicketView(View, frozen=True, kw_only=True):
    """`answers` names who answers: the operator or a school."""

    number: str
    topic: str
    state: str
    created_at: dt.datetime
    updated_at: dt.datetime
    answers: str
    zone: str
    masked: bool
    messages: tuple[SaidView, ...]
    may_reply: bool


class DeskTicket(View, frozen=True, kw_only=True):
    """`blocked` is `own_family` where another has to answer."""

    number: str
    topic: str
    state: str
    created_at: dt.datetime
    updated_at: dt.datetime
    name: str
    email: str
    phone: str
    signed_in: bool
    messages: tuple[SaidView, ...]
    blocked: str | None = None


class DeskQueue(View, frozen=True, kw_only=True):
    items: tuple[TicketHead, ...]
    title: str
    zone: str
