"""The way that is always there: the person's own page of notices, where a child may be named (RULES F1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hub.deps import Deps
from hub.flows.notices.happenings import says_of
from hub.flows.notices.kinds import Kind
from hub.flows.notices.texts import Told, line
from hub.store import notices
from hub.store.outbox import claiming
from hub.store.outbox.claiming import DELIVERED, Claimed
from identity.model import PersonId
from identity.store import persons_by_id


def write(deps: Deps, rows: Sequence[Claimed], *, now: datetime) -> None:
    """In the caller's unit; once a decision. What a story told itself stands there already."""
    children = persons_by_id(deps.keys, [PersonId(row.child) for row in rows if row.child])
    for row in rows:
        says = says_of(row.says)
        if not says.notice:
            child = children.get(PersonId(row.child))
            name = child.first_name if child else ""
            text = line(Told(kind=Kind(row.kind), at=row.at, says=says, name=name), now=now)
            notices.tell_once(
                deps.keys, about=row.decision, person=row.person, kind=row.kind, text=text, href=f"/children/{row.child}/passes", now=now
            )
        claiming.turn(row.id, DELIVERED, now=now)
