"""The Gosuslugi children list becomes persons and edges: by SNILS where it is vouched for, else by the parent's own list."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from identity.ages import ADULT, Phase, age, phase
from identity.claims import ChildClaim, Claims, Level
from identity.guardianship import Change, activation, plan_listed, plan_untold
from identity.linking import is_strong
from identity.model import (
    GOSUSLUGI,
    EdgeState,
    EvidenceKind,
    Origin,
    Person,
    PersonId,
    SnilsProof,
    same_name,
)
from identity.sealing import Keys
from identity.store import edges, persons
from identity.store.edges import EdgeChange
from identity.store.rows import fetch
from identity.store.tables import EdgeRow, LinkRow


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    child: Person
    source_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A pupil who turns 14 soon, and who else is told."""

    pupil: Person
    guardians: tuple[PersonId, ...]


def settle_children(
    keys: Keys, guardian: Person, claims: Claims, *, restricted: Collection[PersonId] = (), now: datetime
) -> tuple[EdgeChange, ...]:
    """Makes the guardian's Gosuslugi edges follow the list of this sign-in; where it told no list, nothing is gone.

    An edge to a `restricted` child is born frozen: a later list restores nothing (RULES A5a).
    """
    if claims.system != GOSUSLUGI:
        return ()
    if claims.children is None:
        return _untold(keys, guardian, claims, now=now)
    vouched = is_strong(claims)
    listed: dict[PersonId, _Listed] = {}
    # In one order for everybody: two parents who sign in at once then wait for each other and do not deadlock.
    for claim in sorted(claims.children, key=lambda one: (one.snils.digits if one.snils else "", one.source_id)):
        found = _child(keys, guardian, claim, vouched=vouched, restricted=restricted, now=now)
        if found is not None:
            listed[found.id] = _Listed(child=found, source_id=claim.source_id)
    return _follow(keys, guardian, claims, listed, frozen=restricted, now=now)


def _untold(keys: Keys, guardian: Person, claims: Claims, *, now: datetime) -> tuple[EdgeChange, ...]:
    state, missing = activation(guardian, claims.level, now)
    plans = plan_untold(edges.of_guardian(guardian.id), state=state, missing=missing, now=now)
    return tuple(EdgeChange(edge=edges.apply(keys, guardian.id, plan, "", now=now), change=plan.change) for plan in plans)


def settle_waiting(keys: Keys, guardian: Person, claims: Claims, *, now: datetime) -> tuple[EdgeChange, ...]:
    """Edges of other evidence that waited for a confirmed account of an adult become active (RULES A5)."""
    state, missing = activation(guardian, claims.level, now)
    if claims.system != GOSUSLUGI or state is not EdgeState.ACTIVE:
        return ()
    changes = []
    for edge in edges.of_guardian(guardian.id):
        if edge.state is EdgeState.WAITING and edge.evidence.kind is not EvidenceKind.ESIA_KID:
            active = edges.settle(edge.id, state=state, missing=missing)
            child = persons.person(keys, edge.child)
            tell = edges.told_of(active, child, now=now) if child else ()
            changes.append(EdgeChange(edge=active, change=Change.ACTIVATED, tell=tell))
    return tuple(changes)


def _follow(
    keys: Keys,
    guardian: Person,
    claims: Claims,
    listed: Mapping[PersonId, _Listed],
    *,
    frozen: Collection[PersonId],
    now: datetime,
) -> tuple[EdgeChange, ...]:
    own = edges.of_guardian(guardian.id)
    state, missing = activation(guardian, claims.level, now)
    frozen = {*frozen, *(edge.child for edge in own if edge.state is EdgeState.FROZEN)}
    changes: list[EdgeChange] = []
    for plan in plan_listed(own, listed.keys(), state=state, missing=missing, frozen=frozen, now=now):
        source = listed[plan.child].source_id if plan.child in listed else ""
        edge = edges.apply(keys, guardian.id, plan, source, now=now)
        tell: tuple[PersonId, ...] = ()
        if plan.change in (Change.NEW, Change.ACTIVATED) and edge.state is EdgeState.ACTIVE:
            tell = edges.told_of(edge, listed[plan.child].child, now=now)
        changes.append(EdgeChange(edge=edge, change=plan.change, tell=tell))
    return tuple(changes)


def _child(
    keys: Keys, guardian: Person, claim: ChildClaim, *, vouched: bool, restricted: Collection[PersonId], now: datetime
) -> Person | None:
    """The person of a listed child; None for one whom no guardian edge is possible to (an adult, or the guardian's own SNILS).

    The list of a restricted guardian teaches nothing of the child: its record may bear another name by now (RULES A5a).
    """
    if claim.birth_date is not None and age(claim.birth_date, now, guardian.zone) >= ADULT:
        return None
    if claim.snils is not None and claim.snils == guardian.snils:
        return None
    before = edges.child_by_source(keys, guardian.id, claim.source_id) if claim.source_id else None
    named = persons.person(keys, before.child) if before else None
    if vouched and claim.snils is not None:
        holder = persons.by_snils(keys, claim.snils)
        if holder is not None and holder.id in restricted:
            return holder
        if holder is not None and _is_the_child(holder, claim):
            if named is not None and named.id != holder.id and before is not None:
                edges.end([before.id], now=now)
                _close_shell(named, now=now)
            return persons.change(keys, holder, _learned(holder, claim, vouched=True, taken=False), now=now)
        taken = holder is not None
    else:
        taken = False
    if named is not None and not _contradicts(named, claim):
        return persons.change(keys, named, _learned(named, claim, vouched=vouched, taken=taken), now=now)
    blank = Person(id=PersonId(""), origin=Origin.GOSUSLUGI_CHILD, zone=guardian.zone)
    return persons.add(keys, _learned(blank, claim, vouched=vouched, taken=taken), now=now)


def _is_the_child(holder: Person, claim: ChildClaim) -> bool:
    """A SNILS that the office typed counts only with the names; a birth date that differs is somebody else's record."""
    if holder.birth_date and claim.birth_date and holder.birth_date != claim.birth_date:
        return False
    if holder.snils_proof is SnilsProof.SCHOOL_CARD:
        return same_name(holder.last_name, holder.first_name, claim.last_name, claim.first_name)
    return True


def _contradicts(named: Person, claim: ChildClaim) -> bool:
    """The list's id now carries another proven SNILS: another child."""
    return named.snils_proof in persons.INDEXED and claim.snils is not None and named.snils != claim.snils


def _learned(before: Person, claim: ChildClaim, *, vouched: bool, taken: bool) -> Person:
    """The child after this list; what the child's own confirmed account said stands above a parent's list."""
    if before.snils_proof is SnilsProof.VERIFIED or (before.snils_proof in persons.INDEXED and not vouched):
        return before
    after = replace(
        before,
        last_name=claim.last_name or before.last_name,
        first_name=claim.first_name or before.first_name,
        middle_name=claim.middle_name or before.middle_name,
        birth_date=claim.birth_date or before.birth_date,
        sex=claim.sex or before.sex,
    )
    if claim.snils is None:
        return after
    proof = SnilsProof.GOSUSLUGI_CHILD if vouched and not taken else SnilsProof.UNPROVEN
    return replace(after, snils=claim.snils, snils_proof=proof)


def _close_shell(shell: Person, *, now: datetime) -> None:
    """A record that one list made and nothing else needs disappears when the child is recognised."""
    linked = fetch(LinkRow, "SELECT id FROM account_link WHERE (person = ? OR opened_by = ?) AND state <> 'closed'", (shell.id, shell.id))
    if not linked and not edges.touching(shell.id):
        persons.close(shell.id, now=now)


def nearing_14(keys: Keys, *, now: datetime, after: str = "", limit: int = 500) -> tuple[tuple[Reminder, ...], str | None]:
    """Pupils in the 30 days before 14 with their active guardians, to be told what to do (RULES A6); and where to go on."""
    sql = "SELECT DISTINCT child FROM guardianship WHERE child > ? AND state = ? ORDER BY child LIMIT ?"
    page = [PersonId(child) for (child,) in fetch(EdgeRow, sql, (after, EdgeState.ACTIVE.value, limit))]
    found = []
    for pupil in persons.by_ids(keys, page).values():
        if phase(pupil.birth_date, now, pupil.zone) is Phase.NEARING:
            guardians = tuple(edge.guardian for edge in edges.of_child(pupil.id) if edge.state is EdgeState.ACTIVE)
            found.append(Reminder(pupil=pupil, guardians=guardians))
    return tuple(found), page[-1] if len(page) == limit else None


def is_pupil(person: Person, live: tuple[object, ...], now: datetime) -> bool:
    """Whether the person's own record belongs among the children of the page: somebody's child, or under 18 by a birth date vouched for."""
    if live or person.origin is Origin.GOSUSLUGI_CHILD:
        return True
    young = person.birth_date is not None and age(person.birth_date, now, person.zone) < ADULT
    return young and (person.level is not Level.UNKNOWN or person.origin is not Origin.SIGN_IN)
