"""Whose letters these are: only the accounts that the visitor opened, of a child that the visitor may see (RULES A15)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connectors.kit.correspondence import MessageHead, MessagePort
from connectors.kit.errors import AuthExpired, ConnectorError
from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import refusal
from hub.flows.show_diary.week import zone_of
from hub.flows.views.diary import Freshness
from hub.flows.views.written.correspondence import BoxView, HeadView
from hub.flows.words import title_of
from hub.store.diaries import diary_links
from hub.store.diaries.diary_links import Link, LinkState
from hub.store.sessions import Visitor
from identity.family.child_login import CHILD_LOGIN
from identity.guardianship import Right
from identity.model import PersonId
from identity.store import person, view_right

BETWEEN = "\x1f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A linked account whose diary has correspondence."""

    link: Link
    port: MessagePort
    title: str
    zone: str

    def view(self, error: ConnectorError | None = None) -> BoxView:
        known = error.code if error else AuthExpired.code if self.link.state is LinkState.NEEDS_LOGIN else None
        state = Freshness.FRESH if known is None else Freshness.NEEDS_LOGIN if known == AuthExpired.code else Freshness.SILENT
        says = error.text if error else ""
        return BoxView(source=self.link.id, system=self.link.system, title=self.title, state=state, error=known, says=says, zone=self.zone)


async def boxes_of(deps: Deps, visitor: Visitor, child: str) -> Sequence[Box]:
    """Refused as every page of this child is. A lender's account and a child's own login open no letters."""
    now, who, whom = deps.now(), PersonId(visitor.person), PersonId(child)

    def unit() -> tuple[Right, Sequence[Box]]:
        right = view_right(deps.keys, who, whom, now=now)
        own = right.allowed and visitor.system != CHILD_LOGIN
        return right, own_boxes(deps, visitor.person, child) if own else ()

    right, boxes = await deps.db.read(unit)
    if not right.allowed:
        raise refusal(right)
    return boxes


def own_boxes(deps: Deps, owner: str, child: str) -> Sequence[Box]:
    """In the caller's unit: the accounts with correspondence that this person opened and that show this child."""
    ports: Mapping[str, object] = deps.diaries
    pupil = person(deps.keys, PersonId(child))
    found = []
    for link in diary_links.of_child(owner, child):
        port = ports.get(link.system)
        if isinstance(port, MessagePort) and pupil is not None:
            seen = diary_links.pupil(deps.keys, link.id, child)
            zone = zone_of(pupil, [seen] if seen else [])
            found.append(Box(link=link, port=port, title=title_of(deps.diaries, link.system), zone=zone))
    return found


def chosen(boxes: Sequence[Box], source: str | None) -> Box:
    """The named box, else the first; a foreign one and one that does not exist are the same 404."""
    for box in boxes:
        if source in (None, "", box.link.id):
            return box
    raise Refused(Reason.NOT_FOUND)


def message_id(box: Box, source_id: str) -> str:
    """Names a letter in addresses: the account and the diary's own id."""
    return base64.urlsafe_b64encode(f"{box.link.id}{BETWEEN}{source_id}".encode()).decode().rstrip("=")


def found_in(boxes: Sequence[Box], message: str) -> tuple[Box, str]:
    try:
        link, between, source_id = base64.urlsafe_b64decode(message.encode() + b"=" * (-len(message) % 4)).decode().partition(BETWEEN)
    except (binascii.Error, UnicodeError, ValueError) as error:
        raise Refused(Reason.NOT_FOUND) from error
    if not between or not link or not source_id:
        raise Refused(Reason.NOT_FOUND)
    return chosen(boxes, link), source_id


def head_view(box: Box, head: MessageHead) -> HeadView:
    return HeadView(
        id=message_id(box, head.origin.id),
        system=box.link.system,
        subject=head.subject,
        sender=head.sender,
        sent_at=head.sent_at,
        recipients=head.recipients,
        preview=head.preview,
        unread=head.unread,
        has_files=head.has_files,
    )
