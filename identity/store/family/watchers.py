"""Who is to be told of many children at once: the guardians who may see them and have the right to notices, by a few queries."""

from __future__ import annotations

from collections.abc import Collection, MutableMapping
from datetime import datetime

from identity.ages import ADULT, reaches
from identity.claims import Level
from identity.guardianship import Right, view_by_edges
from identity.model import EdgeRight, EdgeState, Guardianship, PersonId, PersonState
from identity.sealing import Keys
from identity.store import edges, persons
from identity.store.rights import view_right
from identity.store.rows import fetch, marks, micros
from identity.store.tables import PersonRow

Pair = tuple[PersonId, PersonId]
Grown = MutableMapping[str, tuple[int, datetime | None]]
"""By child: its record's last change, and the moment of its eighteenth birthday; so that a record is opened once."""
MOST_KEPT = 200_000


def watchers(keys: Keys, children: Collection[PersonId], *, now: datetime, grown: Grown) -> dict[PersonId, tuple[PersonId, ...]]:
    """By child. Lent views and diaries' own children tell nobody.

    A living edge of a confirmed guardian to a minor needs no second look; whatever is less plain goes the whole way of the rule.
    """
    wanted = tuple(dict.fromkeys(children))
    if not wanted:
        return {}
    plain, others = _plain(wanted, now)
    minors = _minors(keys, {child for child, _ in plain}, now=now, grown=grown)
    special = _special(wanted)
    found: dict[PersonId, list[PersonId]] = {}
    for child, guardian in plain:
        if child in minors and child not in special:
            found.setdefault(child, []).append(guardian)
    for child, guardian in _slow(keys, {child for child, _ in others} | special, now=now):
        if child in special or (child, guardian) in others:
            found.setdefault(child, []).append(guardian)
    return {child: tuple(guardians) for child, guardians in found.items()}


def told(right: Right) -> bool:
    """Whether this right brings notices."""
    return right.allowed and (right.is_self or (EdgeRight.NOTICES in right.rights and not right.delegated and not right.diary_only))


def _plain(children: tuple[PersonId, ...], now: datetime) -> tuple[list[Pair], set[Pair]]:
    """Pairs whose every edge is active, in force and gives notices, of a guardian who is confirmed; and the other pairs."""
    sql = (
        "SELECT e.child, e.guardian, e.state, e.rights, e.valid_until, p.level "  # noqa: S608 - ? marks
        "FROM guardianship AS e JOIN person AS p ON p.id = e.guardian "
        f"WHERE e.state <> 'ended' AND p.state = 'active' AND e.child IN ({marks(children)})"
    )
    at, active, confirmed = micros(now), EdgeState.ACTIVE.value, Level.CONFIRMED.value
    pairs: dict[Pair, bool] = {}
    for child, guardian, state, rights, until, level in fetch(PersonRow, sql, children):
        good = state == active and level == confirmed and (until is None or until > at) and "notices" in rights and "view" in rights
        pairs[child, guardian] = pairs.get((child, guardian), True) and good
    return [pair for pair, good in pairs.items() if good], {pair for pair, good in pairs.items() if not good}


def _minors(keys: Keys, children: Collection[PersonId], *, now: datetime, grown: Grown) -> set[PersonId]:
    ids = tuple(children)
    if not ids:
        return set()
    sql = f"SELECT id, updated_at FROM person WHERE state = 'active' AND id IN ({marks(ids)})"  # noqa: S608 - ? marks
    changed = {id_: int(at) for id_, at in fetch(PersonRow, sql, ids)}
    unknown = [PersonId(id_) for id_, at in changed.items() if grown.get(id_, (None,))[0] != at]
    if len(grown) > MOST_KEPT:
        grown.clear()
    for one in persons.by_ids(keys, unknown).values():
        grown[one.id] = (changed[one.id], reaches(one.birth_date, ADULT, one.zone) if one.birth_date else None)
    return {PersonId(id_) for id_ in changed if (until := grown[id_][1]) is None or now < until}


def _slow(keys: Keys, children: Collection[PersonId], *, now: datetime) -> list[Pair]:
    by_pair: dict[Pair, list[Guardianship]] = {}
    for edge in edges.of_children(children):
        by_pair.setdefault((edge.child, edge.guardian), []).append(edge)
    known = persons.by_ids(keys, {one for pair in by_pair for one in pair})
    special = _special(children)
    found = []
    for (child, guardian), between in by_pair.items():
        whom, who = known.get(child), known.get(guardian)
        if whom is None or who is None or PersonState.CLOSED in (whom.state, who.state):
            continue
        right = view_right(keys, guardian, child, now=now) if child in special else view_by_edges(whom, between, who.level, now)
        if told(right):
            found.append((child, guardian))
    return found


def _special(children: Collection[PersonId]) -> set[PersonId]:
    """Those of whom the edges alone do not say who may see them: a restriction, or full capacity before 18."""
    ids = tuple(children)
    if not ids:
        return set()
    sql = (
        f"SELECT child FROM guardian_restriction WHERE state = 'active' AND child IN ({marks(ids)})"  # noqa: S608 - ? marks
        f" UNION SELECT person FROM full_capacity WHERE person IN ({marks(ids)})"
    )
    return {PersonId(child) for (child,) in fetch(PersonRow, sql, (*ids, *ids))}
