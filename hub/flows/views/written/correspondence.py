"""Messages of a child's diaries: whose box, one line of a folder, a whole letter, whom one may write to, what became of a letter."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from hub.flows.views.base import View
from hub.flows.views.diary import Freshness


class BoxView(View, frozen=True, kw_only=True):
    """One diary account with correspondence. `error` is one of the eight; `says` the diary's own words, where it has some."""

    source: str
    system: str
    title: str
    state: Freshness
    error: str | None = None
    says: str = ""
    zone: str = "Europe/Moscow"


class HeadView(View, frozen=True, kw_only=True):
    """`unread` is the diary's word, null where it tells none; listing changes nothing there."""

    id: str
    system: str
    subject: str
    sender: str
    sent_at: dt.datetime | None
    recipients: tuple[str, ...] = ()
    preview: str = ""
    unread: bool | None = None
    has_files: bool = False


class MessageList(View, frozen=True, kw_only=True):
    """One folder of one box, newest first. `sources` are all boxes of this child, `source` the one shown; none: nothing to show."""

    folder: str
    source: str | None
    items: tuple[HeadView, ...]
    sources: tuple[BoxView, ...]
    total: int | None = None
    next: str | None = None


class FileView(View, frozen=True, kw_only=True):
    """`url` is empty where the file opens in the diary only."""

    name: str
    url: str


class DraftView(View, frozen=True, kw_only=True):
    """What was typed and has not surely gone."""

    subject: str
    text: str
    recipients: tuple[str, ...]
    unknown: bool


class MessageView(View, frozen=True, kw_only=True):
    """`draft` is an answer that was typed and did not surely go."""

    head: HeadView
    text: str
    files: tuple[FileView, ...]
    may_reply: bool
    source: BoxView
    draft: DraftView | None = None


class RecipientView(View, frozen=True, kw_only=True):
    key: str
    name: str
    role: str
    is_class_teacher: bool


class RecipientList(View, frozen=True, kw_only=True):
    """Empty `items`: this diary is for reading. `form` names the letter that is begun now: the same one is sent once."""

    items: tuple[RecipientView, ...]
    source: BoxView
    form: str
    draft: DraftView | None = None


class Outcome(StrEnum):
    """`UNKNOWN`: the diary did not answer in time; the letter may have arrived."""

    SENT = "sent"
    UNKNOWN = "unknown"


class LetterView(View, frozen=True, kw_only=True):
    state: Outcome
    system: str
    title: str
    source: str
