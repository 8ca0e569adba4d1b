"""Why a notice came or did not, and a person's quiet hours."""

from __future__ import annotations

import datetime as dt

import msgspec

from hub.flows.views.base import View


class LogItem(View, frozen=True, kw_only=True):
    """One happening and one channel. `decision` is pending, sent, not_sent or delayed; `rule` names why, empty where it simply went.

    `price_kop` is what was taken for it, `transaction_id` the debit.
    """

    event_id: str
    source: str
    kind: str
    title: str
    at: dt.datetime
    channel: str
    decision: str
    rule: str
    text: str
    price_kop: int
    transaction_id: str | None
    next_at: dt.datetime | None
    changed_at: dt.datetime


class NoticeLog(View, frozen=True, kw_only=True):
    """Newest happening first; `next` is the place to go on from; `zone` is the school's."""

    zone: str
    items: tuple[LogItem, ...]
    next: str | None


class PushView(View, frozen=True, kw_only=True):
    """What a browser shows when a push woke it: the push itself says nothing (RULES F4)."""

    event: str
    title: str
    text: str
    href: str
    urgent: bool
    at: dt.datetime


class QuietView(View, frozen=True, kw_only=True):
    """`from` and `to` are `22:00` by the clock of `zone`; an empty zone is that of the child's school."""

    off: bool
    first: str = msgspec.field(name="from")
    last: str = msgspec.field(name="to")
    zone: str
