"""The family reads its letters: a folder, one letter when it is opened, and whom it may write to. Nothing of it is stored here.

The diary keeps letters and stays the only place where they are: a copy would outlive what the school or the family deletes there,
and reading ahead would mark letters as read (RULES C3)."""

from __future__ import annotations

import secrets
from typing import TypeVar

from connectors.kit.correspondence import Folder, MessagePage
from connectors.kit.errors import ConnectorError
from hub.deps import Deps
from hub.flows.correspondence.boxes import boxes_of, chosen, found_in, head_view
from hub.flows.cursors import NOT_OURS, from_cursor, number_in, to_cursor
from hub.flows.reach_diary import live, reach
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import note_reading
from hub.flows.views.written.correspondence import DraftView, FileView, MessageList, MessageView, RecipientList, RecipientView
from hub.store.sessions import Visitor
from hub.store.written import letters
from hub.store.written.letters import LetterState

MOST_PAGES = 10_000
T = TypeVar("T")


async def list_messages(
    deps: Deps, visitor: Visitor, child: str, *, folder: str = "inbox", source: str | None = None, cursor: str | None = None
) -> MessageList:
    """One page of a folder; a diary that does not answer is named, with nothing shown of it."""
    if folder not in set(Folder):
        raise Refused(Reason.MALFORMED, "Папка называется inbox или sent.")
    boxes = await boxes_of(deps, visitor, child)
    if not boxes and source is None:
        return MessageList(folder=folder, source=None, items=(), sources=())
    box, number = chosen(boxes, source), _number(cursor)
    await note_reading(deps, visitor, child, "messages")
    found, error = MessagePage(heads=()), None
    try:
        found = await live(
            reach(deps, box.port, box.link.id, child, lambda access, pupil: box.port.messages(access, pupil, Folder(folder), page=number))
        )
    except ConnectorError as refused:
        error = refused
    return MessageList(
        folder=folder,
        source=box.link.id,
        items=tuple(head_view(box, head) for head in found.heads),
        sources=tuple(one.view(error if one is box else None) for one in boxes),
        total=found.total,
        next=to_cursor(str(found.next_page)) if found.next_page else None,
    )


async def open_message(deps: Deps, visitor: Visitor, child: str, message: str) -> MessageView:
    """The parent opens it, and the diary notes it as read: that is what opening means there too."""
    box, source_id = found_in(await boxes_of(deps, visitor, child), message)
    await note_reading(deps, visitor, child, "messages.opened")
    found = await live(reach(deps, box.port, box.link.id, child, lambda access, pupil: box.port.message(access, pupil, source_id)))
    return MessageView(
        head=head_view(box, found.head),
        text=found.text,
        files=tuple(FileView(name=one.name, url=one.url if one.url.startswith("https://") else "") for one in found.attachments),
        may_reply=found.may_reply,
        source=box.view(),
        draft=await unsent(deps, visitor, child, box.link.id, reply_to=source_id),
    )


async def list_recipients(deps: Deps, visitor: Visitor, child: str, *, source: str | None = None) -> RecipientList:
    """The class teacher first. With what was typed before and did not surely go."""
    boxes = await boxes_of(deps, visitor, child)
    box = chosen(boxes, source)
    people = await live(reach(deps, box.port, box.link.id, child, box.port.recipients))
    kept = await unsent(deps, visitor, child, box.link.id)
    return RecipientList(
        items=tuple(
            RecipientView(key=one.key, name=one.name, role=one.role, is_class_teacher=one.is_class_teacher)
            for one in sorted(people, key=lambda one: not one.is_class_teacher)
        ),
        source=box.view(),
        form=new_form(),
        draft=kept,
    )


async def unsent(deps: Deps, visitor: Visitor, child: str, link: str, *, reply_to: str | None = None) -> DraftView | None:
    now = deps.now()
    kept = await deps.db.read(lambda: letters.unsent(deps.keys, person=visitor.person, child=child, link=link, reply_to=reply_to, now=now))
    if kept is None or kept.body is None:
        return None
    unknown = kept.state is LetterState.UNKNOWN
    return DraftView(subject=kept.body.subject, text=kept.body.text, recipients=kept.body.recipients, unknown=unknown)


def new_form() -> str:
    return secrets.token_urlsafe(16)


def _number(cursor: str | None) -> int:
    if not cursor:
        return 1
    number = number_in(from_cursor(cursor))
    if not 1 <= number <= MOST_PAGES:
        raise Refused(Reason.MALFORMED, NOT_OURS)
    return number
