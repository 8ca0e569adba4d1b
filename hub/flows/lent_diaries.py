"""Whose opened diaries a lent view shows: the giver's, and for a child's own login those of the guardian who made it (RULES A5b, A15)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from connectors.kit.diary import DiaryChild
from hub.deps import Deps
from hub.store.diaries import diary_links
from hub.store.diaries.diary_links import Link
from hub.store.sessions import Visitor
from identity.family.child_login import CHILD_LOGIN
from identity.guardianship import Right
from identity.model import PersonId
from identity.store import ChildView
from identity.store.family.child_logins import lender_of

Linked = tuple[Link, str | None, DiaryChild | None]


def lender(deps: Deps, visitor: Visitor, child: str, right: Right) -> PersonId | None:
    """Inside the caller's unit: somebody else than the visitor, or nobody."""
    found = right.lender
    if found is None and right.is_self and visitor.system == CHILD_LOGIN:
        found = lender_of(deps.keys, PersonId(child), now=deps.now())
    return None if found == visitor.person else found


def links_for(deps: Deps, visitor: Visitor, child: str, right: Right) -> Sequence[Link]:
    """The own accounts that show the child, then the lender's."""
    own, other = diary_links.of_child(visitor.person, child), lender(deps, visitor, child, right)
    return [*own, *(diary_links.of_child(other, child) if other else ())]


def lent_to(deps: Deps, visitor: Visitor, children: Iterable[ChildView]) -> list[Linked]:
    """What lenders opened, of the lent children only."""
    found: list[Linked] = []
    for view in children:
        other = lender(deps, visitor, view.person.id, view.right) if view.right.allowed else None
        if other is not None:
            found.extend(row for row in diary_links.of_person(deps.keys, other) if row[1] == view.person.id)
    return found
