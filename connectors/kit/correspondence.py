"""Messages between families and teachers, as a diary with correspondence offers them (facts/diaries.md 2, `Message`)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from connectors.kit.diary import Attachment, DiaryChild, Origin, Record
from connectors.kit.ports import Access, DiaryPort
from connectors.kit.record import Original


class Folder(StrEnum):
    INBOX = "inbox"
    SENT = "sent"


class MessageHead(Record, frozen=True, kw_only=True):
    """One line of a folder. `unread` is the source's word; listing changes nothing there (RULES C3)."""

    origin: Origin
    subject: str
    sender: str
    sent_at: datetime | None = None
    recipients: tuple[str, ...] = ()
    preview: str = ""
    unread: bool | None = None
    has_files: bool = False


class Message(Record, frozen=True, kw_only=True):
    """A whole message. `text` is plain text, made of the source's HTML by `plain_text` where it sends that (C8)."""

    head: MessageHead
    text: str
    attachments: tuple[Attachment, ...] = ()
    may_reply: bool = True
    raw: Original | None = None


class MessagePage(Record, frozen=True, kw_only=True):
    """One page of a folder, newest first; `total` and `next_page` are None where the source tells none."""

    heads: tuple[MessageHead, ...]
    total: int | None = None
    next_page: int | None = None


class Recipient(Record, frozen=True, kw_only=True):
    """Whom the family may write to: `key` is for `send`, `role` as the source words it («классный руководитель»)."""

    key: str
    name: str
    role: str = ""
    is_class_teacher: bool = False


class Letter(Record, frozen=True, kw_only=True):
    """What a parent wrote: a new letter to `recipients` (their keys), or an answer to the message `reply_to`."""

    subject: str
    text: str
    recipients: tuple[str, ...] = ()
    reply_to: str | None = None


@runtime_checkable
class MessagePort(DiaryPort, Protocol):
    """A diary with correspondence. Errors: the eight; `Rejected` where this account may not write.

    `messages` and `recipients` change nothing at the source. `message` opens one, which the source may note as read.
    `send` is asked once and never repeated: after `TimedOut` nobody knows whether it arrived.
    It returns the source's id of the letter, or ""."""

    async def messages(self, access: Access, child: DiaryChild, folder: Folder, *, page: int = 1) -> MessagePage: ...

    async def message(self, access: Access, child: DiaryChild, id: str) -> Message: ...

    async def recipients(self, access: Access, child: DiaryChild) -> tuple[Recipient, ...]: ...

    async def send(self, access: Access, child: DiaryChild, letter: Letter) -> str: ...


@runtime_checkable
class HomeworkDonePort(DiaryPort, Protocol):
    """A diary where the family marks homework as done; `homework` is the source's id of it. Repeating it is harmless."""

    async def set_done(self, access: Access, child: DiaryChild, homework: str, *, done: bool) -> None: ...
