"""Letters of NetSchool: HTML of anybody's making, and whom the family may write to (RULES C8)."""

from __future__ import annotations

import html
from collections.abc import Collection, Mapping, Sequence

from connectors.diaries.netschool.mapping import wire_mail as wire
from connectors.diaries.netschool.mapping.frame import Frame
from connectors.kit.correspondence import Folder, Message, MessageHead, MessagePage, Recipient
from connectors.kit.diary import Attachment
from connectors.kit.plain_text import plain_text

CLASS_TEACHERS = 3
ROLES: Mapping[int, str] = {CLASS_TEACHERS: "классный руководитель", 1: "администрация", 2: "завуч", 4: "учитель"}
"""The register's groups of recipients, in the order in which a person's role is taken; 7 are classmates, who are not asked for."""


def page(frame: Frame, found: wire.Register, unread: Collection[int], folder: Folder, *, number: int, size: int) -> MessagePage:
    heads = [
        MessageHead(
            origin=frame.origin(row.id),
            subject=plain_text(row.subject),
            sender=plain_text(row.author),
            sent_at=frame.moment(row.sent, f"$.rows[{index}].sent") if row.sent else None,
            recipients=_names(row.to_names),
            unread=row.id in unread if folder is Folder.INBOX else None,
        )
        for index, row in enumerate(found.rows)
    ]
    more = bool(heads) and number * size < found.total_items
    return MessagePage(heads=tuple(heads), total=found.total_items, next_page=number + 1 if more else None)


def letter(frame: Frame, found: wire.Letter) -> Message:
    """Files need the session of the account, so only their names are told."""
    files = tuple(Attachment(name=plain_text(one.name) or "файл", url="") for one in found.file_attachments or ())
    head = MessageHead(
        origin=frame.origin(found.id),
        subject=plain_text(found.subject),
        sender=plain_text(found.author.name) if found.author else "",
        sent_at=frame.moment(found.sent, "$.sent") if found.sent else None,
        recipients=_names(found.to_names),
        has_files=bool(files),
    )
    own = (found.mail_box or "").casefold() not in ("", "inbox")
    return Message(head=head, text=plain_text(found.text), attachments=files, may_reply=not found.no_reply and not own)


def recipients(groups: Mapping[int, Sequence[wire.Addressee]]) -> tuple[Recipient, ...]:
    """Each once, class teachers first. Which of several class teachers is the child's the register does not say."""
    alone = len(groups.get(CLASS_TEACHERS, ())) == 1
    known: dict[str, Recipient] = {}
    for group, role in ROLES.items():
        for one in groups.get(group, ()):
            key = str(one.id)
            is_master = group == CLASS_TEACHERS and alone
            known.setdefault(key, Recipient(key=key, name=plain_text(one.name), role=role, is_class_teacher=is_master))
    return tuple(known.values())


def as_html(text: str) -> str:
    """What a person typed, in a text that the reader's page takes for HTML."""
    return html.escape(text, quote=False).replace("\r\n", "\n").replace("\n", "<br>")


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name for part in (text or "").split(",") if (name := plain_text(part)))
