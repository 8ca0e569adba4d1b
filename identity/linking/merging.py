"""Two records of one human become one, or two profiles are exchanged: what forbids it, when it is undone (RULES A11), pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from identity.ages import Action, level_allows
from identity.linking.deciding import is_fresh
from identity.model import GOSUSLUGI, EdgeState, Guardianship, LinkState, Person, PersonState, SnilsProof

MergeId = NewType("MergeId", str)
UNDO_FOR = timedelta(days=14)


class MergeFault(StrEnum):
    """Why two records are not merged; in the order in which a page tells them."""

    SAME_PERSON = "same_person"
    CLOSED = "closed"
    TWO_SNILS = "two_snils"
    PARENT_AND_CHILD = "parent_and_child"
    NOT_FRESH = "not_fresh"
    LEVEL_TOO_LOW = "level_too_low"
    MERGE_OPEN = "merge_open"


class MergeState(StrEnum):
    MERGED = "merged"
    UNDONE = "undone"
    FINAL = "final"


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeSide:
    """One record and how its owner proved it: `auth_time` is of the sign-in on this side."""

    person: Person
    auth_time: datetime | None = None


def merge_faults(
    one: MergeSide, other: MergeSide, *, between: Collection[Guardianship], open_merge: bool, now: datetime
) -> tuple[MergeFault, ...]:
    """Everything that forbids the merge. An edge that ever was between the two makes them parent and child for good."""
    faults: list[MergeFault] = []
    first, second = one.person, other.person
    if first.id == second.id:
        return (MergeFault.SAME_PERSON,)
    if PersonState.CLOSED in (first.state, second.state):
        faults.append(MergeFault.CLOSED)
    if two_snils(first, second):
        faults.append(MergeFault.TWO_SNILS)
    if between:
        faults.append(MergeFault.PARENT_AND_CHILD)
    if not (is_fresh(one.auth_time, now) and is_fresh(other.auth_time, now)):
        faults.append(MergeFault.NOT_FRESH)
    if not any(level_allows(Action.MERGE, side.person.level) for side in (one, other)):
        faults.append(MergeFault.LEVEL_TOO_LOW)
    if open_merge:
        faults.append(MergeFault.MERGE_OPEN)
    return tuple(faults)


def two_snils(one: Person, other: Person) -> bool:
    """Two different numbers, of which an authority vouches for each, are two humans."""
    vouched = (SnilsProof.VERIFIED, SnilsProof.GOSUSLUGI_CHILD)
    if one.snils is None or other.snils is None or one.snils == other.snils:
        return False
    return one.snils_proof in vouched and other.snils_proof in vouched


def survivor(one: Person, other: Person) -> tuple[Person, Person]:
    """(kept, gone): the one that Gosuslugi proved, else the one whose SNILS an authority vouches for, else the older record."""
    rank = {SnilsProof.VERIFIED: 0, SnilsProof.GOSUSLUGI_CHILD: 1, SnilsProof.SCHOOL_CARD: 2, SnilsProof.UNPROVEN: 3, SnilsProof.NONE: 4}
    kept, gone = sorted((one, other), key=lambda person: (rank[person.snils_proof], _born(person), person.id))
    return kept, gone


def _born(person: Person) -> float:
    return person.created_at.timestamp() if person.created_at else 0.0


def undo_open(undo_until: datetime, now: datetime) -> bool:
    return now < undo_until


def comes_back(edge: Guardianship, *, restricted: bool) -> bool:
    """An undo gives an edge back as it is now; it never revives an ended or restricted one."""
    return edge.state is not EdgeState.ENDED and not restricted


def held_after_merge(merged_at: datetime, now: datetime) -> bool:
    """For 14 days no payout, erasure, delegation or export rests on the other side's rights."""
    return now < merged_at + UNDO_FOR


class Confirmer(StrEnum):
    """Who confirms a swap: each of the two owners, a guardian of the child, or the school's office."""

    PARENT = "parent"
    CHILD = "child"
    GUARDIAN = "guardian"
    OFFICE = "office"


class SwapFault(StrEnum):
    NOT_CONFIRMED = "not_confirmed"
    NOT_PARENT_AND_CHILD = "not_parent_and_child"
    OTHER_SYSTEM = "other_system"
    NOT_ACTIVE = "not_active"


_ENOUGH = (frozenset({Confirmer.PARENT, Confirmer.CHILD}), frozenset({Confirmer.GUARDIAN, Confirmer.OFFICE}))


def swap_fault(
    *, systems: tuple[str, str], states: tuple[LinkState, LinkState], kin: bool, confirmed: Collection[Confirmer]
) -> SwapFault | None:
    """Profiles of one system, of a parent and a child, exchanged with both confirmations or a guardian's and the office's.

    Gosuslugi is no profile: it says who somebody is, and that is never exchanged.
    """
    if systems[0] != systems[1] or GOSUSLUGI in systems:
        return SwapFault.OTHER_SYSTEM
    if any(state is not LinkState.ACTIVE for state in states):
        return SwapFault.NOT_ACTIVE
    if not kin:
        return SwapFault.NOT_PARENT_AND_CHILD
    if not any(enough <= set(confirmed) for enough in _ENOUGH):
        return SwapFault.NOT_CONFIRMED
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What one merge brought over, by id."""

    links: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()
    ended_edges: tuple[str, ...] = ()
    diary_children: tuple[str, ...] = ()
