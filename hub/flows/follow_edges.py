"""What follows from a changed guardianship: who hears of it, and what access ends with it (RULES A5, A15)."""

from __future__ import annotations

from collections.abc import Iterable

from hub.deps import Deps
from hub.flows.words import names_of
from hub.store import diary_copies, diary_links, notices
from identity.guardianship import Change
from identity.store import EdgeChange, person


def follow_edges(deps: Deps, changes: Iterable[EdgeChange]) -> None:
    """In the caller's unit: other guardians and the pupil hear of a new edge; an ended one destroys the access given for this child."""
    for change in changes:
        if change.change is Change.ENDED:
            for gone in diary_links.unbind(change.edge.guardian, change.edge.child):
                diary_copies.forget(gone, child=change.edge.child)
        if not change.tell:
            continue
        child, guardian = person(deps.keys, change.edge.child), person(deps.keys, change.edge.guardian)
        text = f"{names_of(guardian)} теперь видит записи: {names_of(child)}. Если вы не знаете этого человека, сообщите об этом."
        for told in change.tell:
            notices.tell(deps.keys, person=told, kind="guardian_added", text=text, href="/family", now=deps.now())
