"""Mail of NetSchool as its public clients show it; a key without default must be there."""

from __future__ import annotations

import msgspec

from connectors.diaries.netschool.mapping.wire import Wire


class Row(Wire, frozen=True, kw_only=True):
    id: int
    author: str | None = None
    subject: str | None = None
    sent: str | None = None
    to_names: str | None = None


class Register(Wire, frozen=True, kw_only=True):
    rows: list[Row]
    total_items: int


class Author(Wire, frozen=True, kw_only=True):
    name: str | None = None


class File(Wire, frozen=True, kw_only=True):
    id: int | str | None = None
    name: str | None = None


class Letter(Wire, frozen=True, kw_only=True):
    """`text` is HTML; a letter without `noReply` may be answered."""

    id: int
    subject: str | None = None
    text: str | None = None
    sent: str | None = None
    author: Author | None = None
    to_names: str | None = None
    read: bool | None = None
    mail_box: str | None = None
    no_reply: bool = False
    file_attachments: list[File] | None = None


class Addressee(Wire, frozen=True, kw_only=True):
    id: str | int
    name: str | None = None


class Draft(Wire, frozen=True, kw_only=True):
    """What an answer begins with: to whom, and under which subject."""

    subject: str | None = None
    to: list[Addressee]


class Sent(Wire, frozen=True, kw_only=True):
    message_id: int | str | None = msgspec.field(name="messageId", default=None)
