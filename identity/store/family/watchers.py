"""Who is to be told of many children at once: the guardians who may see them and have the right to notices, by a few queries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from identity.claims import Level
from identity.guardianship import Right, view_by_edges
from identity.model import EdgeRight, Guardianship, PersonId, PersonState
from identity.sealing import Keys
from identity.store import edges, persons
from identity.store.rights import view_right
from identity.store.rows import fetch, marks
from identity.store.tables import PersonRow

Pair = tuple[PersonId, PersonId]


def watchers(keys: Keys, children: Collection[PersonId], *, now: datetime) -> dict[PersonId, tuple[PersonId, ...]]:
    """By child. Lent views and diaries' own children tell nobody; a child with a restriction is asked about one guardian at a time."""
    wanted = tuple(dict.fromkeys(children))
    if not wanted:
        return {}
    by_pair: dict[Pair, list[Guardianship]] = {}
    for edge in edges.of_children(wanted):
        by_pair.setdefault((edge.child, edge.guardian), []).append(edge)
    known = persons.by_ids(keys, {child for child, _ in by_pair})
    levels = _levels({guardian for _, guardian in by_pair})
    special = _special(wanted)
    found: dict[PersonId, list[PersonId]] = {}
    for (child, guardian), between in by_pair.items():
        whom, level = known.get(child), levels.get(guardian)
        if whom is None or whom.state is not PersonState.ACTIVE or level is None:
            continue
        right = view_right(keys, guardian, child, now=now) if child in special else view_by_edges(whom, between, level, now)
        if told(right):
            found.setdefault(child, []).append(guardian)
    return {child: tuple(guardians) for child, guardians in found.items()}


def told(right: Right) -> bool:
    """Whether this right brings notices."""
    return right.allowed and (right.is_self or (EdgeRight.NOTICES in right.rights and not right.delegated and not right.diary_only))


def _levels(guardians: Collection[PersonId]) -> dict[PersonId, Level]:
    """Of those whose record is open."""
    ids = tuple(guardians)
    if not ids:
        return {}
    sql = f"SELECT id, level FROM person WHERE state = 'active' AND id IN ({marks(ids)})"  # noqa: S608 - ? marks
    return {PersonId(id_): Level(level) for id_, level in fetch(PersonRow, sql, ids)}


def _special(children: Collection[PersonId]) -> set[PersonId]:
    """Those of whom the edges alone do not say who may see them."""
    ids = tuple(children)
    sql = (
        f"SELECT child FROM guardian_restriction WHERE state = 'active' AND child IN ({marks(ids)})"  # noqa: S608 - ? marks
        f" UNION SELECT person FROM full_capacity WHERE person IN ({marks(ids)})"
    )
    return {PersonId(child) for (child,) in fetch(PersonRow, sql, (*ids, *ids))}
