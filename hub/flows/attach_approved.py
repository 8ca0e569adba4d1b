"""The worker attaches what two officers signed, once the 24 hours of notice are over (RULES A3, B5)."""

from __future__ import annotations

from dataclasses import dataclass

from hub.deps import Deps
from hub.flows.follow_edges import follow_edges
from hub.flows.office.deciding.stored import attach_approved
from identity.model import ActorKind, PersonId
from identity.store import person
from identity.store.school.cards import settle_cards
from identity.store.school.desk import due_cards
from identity.store.school.reviews import ReviewState, close_review, due_reviews
from identity.store.trail import access

BATCH = 100


@dataclass(slots=True)
class Cards:
    """Goes through all of them part by part, so that one whose name differs holds up nobody behind it."""

    deps: Deps
    _after: str = ""

    async def batch(self) -> bool:
        self._after = await attach_cards(self.deps, after=self._after)
        return bool(self._after)


async def attach_cards(deps: Deps, *, after: str = "") -> str:
    """One bounded part of the cards that work by now; where to go on, empty at the end. Repeating it is harmless."""
    now = deps.now()

    # Read apart: most cards wait for people who never came, and looking for the others holds no writer up.
    people, rest = await deps.db.read(lambda: due_cards(now=now, after=after, limit=BATCH))

    def unit() -> None:
        for one in people:
            who = person(deps.keys, one)
            changes = settle_cards(deps.keys, who, now=now) if who else ()
            for change in changes:
                access.record_edge(change.edge, change.change, now=now)
            follow_edges(deps, changes)

    if people:
        await deps.db.write(unit)
    return rest


async def attach_announced(deps: Deps) -> bool:
    """One bounded part of the guardians whom the school announced; True when there may be more."""
    now = deps.now()

    found = await deps.db.read(lambda: due_reviews(deps.keys, now=now, limit=BATCH))

    def unit() -> None:
        for one in found:
            if close_review(one.id, state=ReviewState.DONE, now=now) and not attach_approved(deps, PersonId(one.second_by or ""), one):
                # Something stands against it by now: a restriction, a freeze, a level that was lost. The school begins anew.
                access.record_change(
                    actor="worker",
                    actor_kind=ActorKind.COMMAND,
                    subject=one.child or one.person,
                    action="review.lapsed",
                    object=one.id,
                    now=now,
                )

    if found:
        await deps.db.write(unit)
    return len(found) >= BATCH
