"""Chats whose class, guardians, consents or profiles changed are marked: the changes are followed along the audit chain, step by step."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hub.deps import Deps
from hub.store.school.chats import journal, members, rooms
from identity.model import PersonId
from identity.store import edges
from identity.store.school.cards import classes_of
from identity.store.trail.feed import changes_after, last_chained

CURSOR = "class_chats"
AT_ONCE = 500
FOLLOWED = (
    "guardianship.", "card.", "consent.", "profile.", "link.", "restriction.", "full_capacity", "person.", "review.", "record.",
    "school_card.", "join.", "pupil.",
)  # fmt: skip
"""What an action begins with that may let somebody into a chat or out of it. Others cost nothing but this look at their name."""


async def follow_changes(deps: Deps) -> bool:
    """One step along the chain; True while there is more. Nothing is passed over: the place is kept in the same unit as the marks."""
    now = deps.now()
    known, last = await deps.db.read(lambda: (journal.followed(CURSOR), last_chained()))
    if known is not None and known >= last:
        return False

    def unit() -> bool:
        before = journal.followed(CURSOR)
        if before is None:
            journal.follow(CURSOR, last_chained())
            return False
        found = changes_after(before, limit=AT_ONCE)
        if not found:
            return False
        people = {one.subject for one in found if one.action.startswith(FOLLOWED)}
        mark_people(people, now=now)
        journal.follow(CURSOR, found[-1].seq)
        return len(found) == AT_ONCE

    return await deps.db.write(unit)


def mark_people(people: Collection[PersonId], *, now: datetime) -> None:
    """In the caller's unit: the chats in which they are known, those of their classes, and those of the classes of their children."""
    if not people:
        return
    rooms.mark(members.chats_of(people), now=now)
    children = {edge.child for one in people for edge in edges.of_guardian(one)}
    for school, klass in set(classes_of({*people, *children}).values()):
        rooms.mark_of(school, klass, now=now)
