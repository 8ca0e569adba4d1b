"""Messages and whom the family may write to: teachers and the school's staff, never other families (RULES C5, C8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from connectors.diaries.eljur.mapping import wire_mail as wire
from connectors.diaries.eljur.mapping.frame import Frame
from connectors.kit.answers import text_of
from connectors.kit.correspondence import Message, MessageHead, MessagePage, Recipient
from connectors.kit.diary import Attachment
from connectors.kit.local_time import iso_moment
from connectors.kit.plain_text import https_url, plain_text

_FAMILIES = ("ученик", "родител", "законн", "student", "pupil", "parent")
MOST_DEPTH = 5
T = TypeVar("T")


def page(frame: Frame, found: wire.Folder, *, number: int, size: int) -> MessagePage:
    lines = _values(found.messages)
    told = text_of(frame.system, found.total, "$.total")
    total = int(told) if told.isdigit() else None
    more = number * size < total if total is not None else len(lines) == size
    return MessagePage(
        heads=tuple(_head(frame, line, f"$.messages[{index}]") for index, line in enumerate(lines)),
        total=total,
        next_page=number + 1 if more and lines else None,
    )


def whole(frame: Frame, found: wire.Whole, *, base: str, own: str) -> Message:
    """An own letter is not answered to oneself."""
    author = text_of(frame.system, found.user_from.name, "$.message.user_from.name") if found.user_from else ""
    files = _values(found.files)
    return Message(
        head=_head(frame, found, "$.message"),
        text=plain_text(found.text if found.text is not None else found.short_text),
        attachments=tuple(Attachment(name=plain_text(one.filename) or "файл", url=https_url(one.link, base=base)) for one in files),
        may_reply=bool(author) and author != own,
    )


def _head(frame: Frame, line: wire.Line, where: str) -> MessageHead:
    id_ = text_of(frame.system, line.id, f"{where}.id")
    files = _values(line.files) if isinstance(line, wire.Whole) else ()
    return MessageHead(
        origin=frame.origin(id_),
        subject=plain_text(line.subject),
        sender=_name(line.user_from),
        sent_at=iso_moment(frame.system, line.date, frame.zone, f"{where}.date") if ":" in line.date else None,
        recipients=tuple(name for one in _values(line.user_to) if (name := _name(one))),
        preview=plain_text(line.short_text),
        unread=None if line.unread is None else bool(line.unread),
        has_files=bool(line.with_files) or bool(files),
    )


def recipients(frame: Frame, found: wire.Receivers, rules: wire.Rules, *, group: str) -> tuple[Recipient, ...]:
    """Each once, the class teacher first; groups of pupils and parents are left out."""
    master = _class_teacher(frame, rules, group)
    known: dict[str, Recipient] = {}
    for title, user in _staff(_values(found.groups), 0):
        key = text_of(frame.system, user.name, "$.groups.users.name")
        if key and key not in known:
            is_master = key == master
            role = "классный руководитель" if is_master else plain_text(user.info) or title
            known[key] = Recipient(key=key, name=_name(user), role=role, is_class_teacher=is_master)
    return tuple(sorted(known.values(), key=lambda one: (not one.is_class_teacher, one.name, one.key)))


def _staff(groups: Sequence[wire.Group], depth: int) -> Iterator[tuple[str, wire.User]]:
    for one in groups:
        words = f"{one.key or ''} {one.name or ''}".casefold()
        if any(stem in words for stem in _FAMILIES) or depth > MOST_DEPTH:
            continue
        for user in _values(one.users):
            yield plain_text(one.name), user
        yield from _staff(_values(one.subgroups), depth + 1)


def _class_teacher(frame: Frame, rules: wire.Rules, group: str) -> str:
    """Of the child's class; where the account names one class only, of that."""
    groups = rules.relations.groups
    listed = list(groups.items()) if isinstance(groups, Mapping) else [("", one) for one in groups or ()]
    mine = [one for key, one in listed if group and group in (key, one.name)] or ([one for _, one in listed] if len(listed) == 1 else [])
    return text_of(frame.system, mine[0].hometeacher_id, "$.relations.groups.hometeacher_id") if mine else ""


def _name(user: wire.User | None) -> str:
    if user is None:
        return ""
    return " ".join(part for part in (plain_text(user.lastname), plain_text(user.firstname), plain_text(user.middlename)) if part)


def _values(found: Mapping[str, T] | Sequence[T] | None) -> Sequence[T]:
    return list(found.values()) if isinstance(found, Mapping) else list(found or ())
