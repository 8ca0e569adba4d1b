"""The people around a group of pupils, each thing read with one question: edges, words said, restrictions, early full capacity."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from identity.consent import Consent, Purpose
from identity.model import Guardianship, Person, PersonId
from identity.sealing import Keys
from identity.store.edges import of_children
from identity.store.family.consents import words_of
from identity.store.family.tables import CapacityRow, RestrictionRow
from identity.store.persons import SNILS_LABEL
from identity.store.rows import fetch, marks, micros


def edges_around(children: Collection[PersonId]) -> Mapping[PersonId, tuple[Guardianship, ...]]:
    """By pupil, the living edges; a pupil without any has an empty entry."""
    found: dict[PersonId, list[Guardianship]] = {child: [] for child in children}
    for edge in of_children(children):
        found[edge.child].append(edge)
    return {child: tuple(some) for child, some in found.items()}


def words_on(purpose: Purpose, subjects: Collection[PersonId]) -> Mapping[PersonId, tuple[Consent, ...]]:
    """By subject, what was said on this purpose."""
    found: dict[PersonId, list[Consent]] = {one: [] for one in subjects}
    for word in words_of(subjects, purpose):
        found[word.subject].append(word)
    return {one: tuple(some) for one, some in found.items()}


def kept_away(
    keys: Keys, children: Collection[PersonId], people: Iterable[Person], *, now: datetime
) -> Mapping[PersonId, frozenset[PersonId]]:
    """By pupil, whom of these people a restriction in force keeps away; the SNILS counts whoever vouches for it (RULES A5a)."""
    if not children:
        return {}
    known = tuple(people)
    numbers = {index: one.id for one in known if one.snils for index in keys.indexes(SNILS_LABEL, one.snils.digits)}
    ids = {one.id for one in known}
    wanted = tuple(children)
    sql = (
        f"SELECT child, guardian, snils_index FROM guardian_restriction WHERE state = 'active' AND child IN ({marks(wanted)})"  # noqa: S608 - ? marks
        " AND (until IS NULL OR until > ?)"
    )
    found: dict[PersonId, set[PersonId]] = {}
    for child, guardian, index in fetch(RestrictionRow, sql, (*wanted, micros(now))):
        who = {PersonId(guardian)} & ids | ({numbers[index]} if index in numbers else set())
        found.setdefault(PersonId(child), set()).update(who)
    return {child: frozenset(who) for child, who in found.items()}


def capable_among(children: Collection[PersonId], *, now: datetime) -> frozenset[PersonId]:
    wanted = tuple(children)
    if not wanted:
        return frozenset()
    sql = f"SELECT person FROM full_capacity WHERE since <= ? AND person IN ({marks(wanted)})"  # noqa: S608 - ? marks
    return frozenset(PersonId(one) for (one,) in fetch(CapacityRow, sql, (micros(now), *wanted)))
