"""Whom the family's own acts are told to: the other guardians, and the pupil from 14 on (RULES A5b)."""

from __future__ import annotations

from collections.abc import Collection

from hub.deps import Deps
from hub.store import notices
from identity.ages import phase
from identity.model import EdgeState, Person, PersonId
from identity.store import edges, person


def first_name(one: Person | None) -> str:
    return (one.first_name if one else "") or "Человек без имени"


def guardians_of(child: PersonId) -> tuple[PersonId, ...]:
    return tuple(dict.fromkeys(edge.guardian for edge in edges.of_child(child) if edge.state is EdgeState.ACTIVE))


def tell_family(deps: Deps, child: PersonId, *, but: Collection[str], kind: str, text: str, href: str) -> None:
    """In the caller's unit: one notice each; `but` are those who know already."""
    pupil = person(deps.keys, child)
    grown = pupil is not None and not phase(pupil.birth_date, deps.now(), pupil.zone).under_14
    told = [*guardians_of(child), *([child] if grown else [])]
    for one in dict.fromkeys(told):
        if one not in but:
            notices.tell(deps.keys, person=one, kind=kind, text=text, href=href, now=deps.now())
