"""Appeals to a school: the family's journal and the school's own."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View


class AboutView(View, frozen=True, kw_only=True):
    """The datum that the appeal is about; `href` is the family's page of it."""

    kind: str
    id: str
    title: str
    href: str


class AppealMessageView(View, frozen=True, kw_only=True):
    """`side` is family or school."""

    id: str
    side: str
    by: str
    at: dt.datetime
    text: str


class AppealHead(View, frozen=True, kw_only=True):
    """`state`: sent, taken, answered, closed, withdrawn. `due_at`: until then the school answers; `overdue`: it has not."""

    id: str
    child: str
    first_name: str
    kind: str
    kind_title: str
    about: AboutView | None
    state: str
    created_at: dt.datetime
    updated_at: dt.datetime
    due_at: dt.datetime
    overdue: bool


class AppealView(AppealHead, frozen=True, kw_only=True):
    """`zone` is the school's."""

    school: str
    zone: str
    messages: tuple[AppealMessageView, ...]
    may_reply: bool
    may_withdraw: bool
    may_close: bool


class AppealList(View, frozen=True, kw_only=True):
    items: tuple[AppealHead, ...]


class AppealForm(View, frozen=True, kw_only=True):
    """`days`: by kind, the working days that the school has. `why_not`: why this person cannot write one."""

    child: str
    first_name: str
    form: str
    kinds: dict[str, str]
    days: dict[str, int]
    school: str
    why_not: str = ""


class OfficeAppealHead(View, frozen=True, kw_only=True):
    """`may`: what this officer may do with it (take, answer); `blocked` is `own_family` for an own child."""

    id: str
    child: str
    last_name: str
    first_name: str
    class_name: str
    author: str
    kind: str
    kind_title: str
    about: AboutView | None
    state: str
    created_at: dt.datetime
    updated_at: dt.datetime
    due_at: dt.datetime
    overdue: bool
    may: tuple[str, ...] = ()
    blocked: str | None = None


class OfficeAppeal(OfficeAppealHead, frozen=True, kw_only=True):
    zone: str
    messages: tuple[AppealMessageView, ...]


class OfficeAppeals(View, frozen=True, kw_only=True):
    """`class_name` is set for a class teacher, who sees the own class alone; `kinds` are the words of the filter."""

    items: tuple[OfficeAppealHead, ...]
    school: str
    zone: str
    class_name: str
    kinds: dict[str, str]
