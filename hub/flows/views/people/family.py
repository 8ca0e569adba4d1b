"""Devices, who looked, notices, links and schools."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View
from hub.flows.views.self_service.registration import WaitingView


class DeviceView(View, frozen=True, kw_only=True):
    """One signed-in browser; `system` is how it signed in, `app` marks the installed app that stays signed in for longer."""

    id: str
    label: str
    system: str
    created_at: dt.datetime
    seen_at: dt.datetime
    expires_at: dt.datetime
    current: bool
    app: bool = False


class DevicesView(View, frozen=True, kw_only=True):
    items: tuple[DeviceView, ...]


class AccessEntry(View, frozen=True, kw_only=True):
    """Who looked at or changed what; repeated reads of one page within 15 minutes are one entry with a count (RULES A13).

    Of another guardian only the `day` is told; `at` is then its first moment. `reason` is an operator's, as written.
    """

    id: str
    at: dt.datetime
    day: dt.date
    who: str
    action: str
    what: str
    count: int
    is_me: bool = False
    reason: str = ""


class AccessLogView(View, frozen=True, kw_only=True):
    items: tuple[AccessEntry, ...]
    next: str | None = None


class NoticeView(View, frozen=True, kw_only=True):
    """`kind` is stable (`sessions_ended`, `diary_needs_login` …); `text` is Russian."""

    id: str
    kind: str
    at: dt.datetime
    text: str
    href: str | None = None
    read: bool = False


class NoticeList(View, frozen=True, kw_only=True):
    items: tuple[NoticeView, ...]
    next: str | None = None


class LinkEvidence(View, frozen=True, kw_only=True):
    kind: str


class ToPick(View, frozen=True, kw_only=True):
    """A child that the account lists and nobody has named yet: the owner picks one of `candidates` (RULES A15).

    `group` is the class and school, where the diary shows no names."""

    key: str
    last_name: str
    first_name: str
    candidates: tuple[str, ...]
    group: str = ""


class LinkView(View, frozen=True, kw_only=True):
    """`person` is whose account it is; `children` are the records that a diary account is bound to.

    `waiting` goes with the states waiting_letter, waiting_application, waiting_approval, waiting_invitation and waiting_list.
    `joining`: another child can be asked for at `GET /links/{id}/joining`."""

    id: str
    system: str
    person: str
    role: str
    state: str
    evidence: LinkEvidence | None
    title: str = ""
    created_at: dt.datetime | None = None
    children: tuple[str, ...] = ()
    to_pick: tuple[ToPick, ...] = ()
    waiting: WaitingView | None = None
    joining: bool = False


class LinkList(View, frozen=True, kw_only=True):
    items: tuple[LinkView, ...]


class ExitView(View, frozen=True, kw_only=True):
    """A way out of a conflict (RULES A12)."""

    kind: str
    href: str


class IntentView(View, frozen=True, kw_only=True):
    """`state`: started, active, review, refused, failed, expired."""

    id: str
    system: str
    state: str
    reason: str | None = None
    link: str | None = None
    exits: tuple[ExitView, ...] = ()


class IntentStarted(View, frozen=True, kw_only=True):
    intent: str
    authorize_url: str


class LinkState(View, frozen=True, kw_only=True):
    """`state`: active, needs_login, needs_code, or waiting_… as of a link.

    With `needs_code` the `id` is that of the second step, `POST /links/{id}/code`, whose answer names the link."""

    id: str
    state: str


class CodeAwaited(LinkState, frozen=True, kw_only=True):
    """The system has sent a code; `sent_to` completes «Код отправлен …»."""

    sent_to: str
    tries_left: int
    expires_at: dt.datetime


class SchoolView(View, frozen=True, kw_only=True):
    ogrn: str
    inn: str
    legal_name: str
    short_name: str


class SchoolList(View, frozen=True, kw_only=True):
    items: tuple[SchoolView, ...]
