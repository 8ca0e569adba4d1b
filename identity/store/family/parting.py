"""How guardianship ends: a guardian steps back, or the pupil is of age and grants the view anew (RULES A5, A6, A15)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from identity.ages import Phase, phase
from identity.errors import NotAllowed, NotFound
from identity.family.delegation import Delegation, DelegationFault, DelegationId, DelegationState
from identity.guardianship import Change
from identity.model import ActorKind, EdgeState, Guardianship, Person, PersonId
from identity.sealing import Keys
from identity.store import edges, persons
from identity.store.children import Reminder
from identity.store.family.delegations import delegation, end_delegations_of, is_grown, is_shut_out
from identity.store.family.tables import DelegationRow
from identity.store.rights import view_right
from identity.store.rows import fetch, new_id
from identity.store.tables import EdgeRow
from identity.store.trail import access


def give_up(keys: Keys, guardian: PersonId, child: PersonId, *, now: datetime) -> tuple[PersonId, ...]:
    """The guardian ends every own edge to the child; returns who is told. What a freeze holds, only the school lets go.

    A frozen edge must stay: without it the next list of children would open what somebody stopped.
    """
    found = edges.between(guardian, child)
    whom = persons.person(keys, child)
    if whom is None or not found or any(edge.state is EdgeState.FROZEN for edge in found):
        raise NotFound("no such child")
    tell = edges.told_of(found[0], whom, now=now)
    _end(found, now=now)
    for edge in found:
        access.record_change(
            actor=guardian,
            actor_kind=ActorKind.GUARDIAN,
            subject=child,
            action="guardianship.given_up",
            object=edge.evidence.kind,
            now=now,
        )
    return tell


def pupils_at(
    keys: Keys, wanted: Collection[Phase], *, now: datetime, after: str = "", limit: int = 500
) -> tuple[tuple[Reminder, ...], str | None]:
    """Guarded pupils in these phases with their active guardians; and where to go on."""
    sql = "SELECT DISTINCT child FROM guardianship WHERE child > ? AND state IN (?, ?) ORDER BY child LIMIT ?"
    states = (EdgeState.ACTIVE.value, EdgeState.TO_CONFIRM.value)
    page = [PersonId(child) for (child,) in fetch(EdgeRow, sql, (after, *states, limit))]
    found = []
    for pupil in persons.by_ids(keys, page).values():
        if phase(pupil.birth_date, now, pupil.zone) in wanted:
            live = [edge.guardian for edge in edges.of_child(pupil.id) if edge.state.value in states]
            found.append(Reminder(pupil=pupil, guardians=tuple(dict.fromkeys(live))))
    return tuple(found), page[-1] if len(page) == limit else None


def end_at_age(pupil: Person, *, now: datetime) -> tuple[Guardianship, ...]:
    """The pupil is of age: every edge ends but a frozen one, and with it what the guardians had lent."""
    if phase(pupil.birth_date, now, pupil.zone) is not Phase.ADULT:
        return ()
    found = tuple(edge for edge in edges.of_child(pupil.id) if edge.state is not EdgeState.FROZEN)
    _end(found, now=now)
    for edge in found:
        access.record_edge(edge, Change.ENDED, now=now)
    return found


def grant_view(keys: Keys, pupil: PersonId, guardian: PersonId, *, now: datetime) -> tuple[Delegation, bool]:
    """A grown pupil lets a former guardian see the diary, until the pupil takes it back; twice is harmless.

    With whether it is new. The caller asked for freshness.
    """
    both = persons.by_ids(keys, (pupil, guardian))
    if len(both) < 2 or guardian not in former_guardians(keys, pupil, now=now):
        raise NotFound("no such person")
    if not is_grown(keys, pupil, now=now) or not view_right(keys, pupil, pupil, now=now).allowed:
        raise NotAllowed(DelegationFault.NOT_YOURS_TO_LEND)
    for one in _grants(pupil):
        if one.delegate == guardian:
            return one, False
    id_ = DelegationId(new_id())
    DelegationRow.create(id=id_, giver=pupil, child=pupil, delegate=guardian, state=DelegationState.ACTIVE.value, created_at=now)
    access.record_change(actor=pupil, actor_kind=ActorKind.PUPIL, subject=pupil, action="delegation.granted", object=id_, now=now)
    return delegation(id_), True


def former_guardians(keys: Keys, pupil: PersonId, *, now: datetime) -> tuple[PersonId, ...]:
    """Whom a grown pupil may grant the view: who guarded before, and whom nobody stopped."""
    sql = "SELECT DISTINCT guardian FROM guardianship WHERE child = ? ORDER BY guardian"
    all_ = [PersonId(guardian) for (guardian,) in fetch(EdgeRow, sql, (pupil,))]
    known = persons.by_ids(keys, all_).values()
    return tuple(one.id for one in known if not is_shut_out(keys, one, pupil, now=now))


def _grants(pupil: PersonId) -> tuple[Delegation, ...]:
    sql = "SELECT id FROM delegation WHERE giver = ? AND child = ? AND state = 'active' ORDER BY created_at, id"
    return tuple(delegation(DelegationId(id_)) for (id_,) in fetch(DelegationRow, sql, (pupil, pupil)))


def _end(found: Collection[Guardianship], *, now: datetime) -> None:
    edges.end((edge.id for edge in found), now=now)
    for guardian, child in {(edge.guardian, edge.child) for edge in found}:
        end_delegations_of(guardian, child=child, now=now, by="edge_ended")
