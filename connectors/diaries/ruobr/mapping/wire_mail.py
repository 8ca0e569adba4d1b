"""Mail of the mobile API as its public clients show it."""

from __future__ import annotations

from connectors.diaries.ruobr.mapping.wire import Wire

HTML_LETTER = 2


class Row(Wire, frozen=True, kw_only=True):
    """A letter in the list; `type_id` 2 is one of the system's, in HTML, which the API cannot open."""

    id: int
    type_id: int | None = None
    subject: str | None = None
    author: str | None = None
    post_date: str
    last_msg_text: str | None = None
    clean_text: str | None = None
    read: bool | None = None


class Mail(Wire, frozen=True, kw_only=True):
    messages: list[Row]


class Said(Wire, frozen=True, kw_only=True):
    """One of the messages of a letter; the newest first."""

    author: str | None = None
    post_date: str | None = None
    text: str | None = None
    clean_text: str | None = None


class Letter(Wire, frozen=True, kw_only=True):
    id: int
    messages: list[Said]


class Opened(Wire, frozen=True, kw_only=True):
    data: Letter
