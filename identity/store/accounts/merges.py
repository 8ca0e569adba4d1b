"""Two records of one human become one, with a preview and a 14-day undo; two profiles are exchanged at once (RULES A11)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from identity.errors import NotAllowed, NotFound
from identity.linking.merging import (
    UNDO_FOR,
    Confirmer,
    MergeFault,
    MergeId,
    MergeSide,
    MergeState,
    Moved,
    comes_back,
    merge_faults,
    survivor,
    swap_fault,
    undo_open,
)
from identity.model import AccountLink, ActorKind, EdgeId, EdgeState, Guardianship, LinkId, Person, PersonId, PersonState
from identity.sealing import Keys
from identity.store import edges, links, persons
from identity.store.accounts.tables import MergeRow
from identity.store.family import restrictions
from identity.store.family.delegations import end_delegations_of
from identity.store.rows import fetch, instant_of, micros, new_id, seal, unseal
from identity.store.tables import DiaryChildRow, EdgeRow, LinkRow, PersonRow
from identity.store.trail import access


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Whom a preview is about; the caller's two sessions tell when each side signed in."""

    person: PersonId
    auth_time: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePreview:
    """What a merge would do: who stays, what goes over. `faults` not empty: it cannot be done."""

    kept: Person
    gone: Person
    faults: tuple[MergeFault, ...]
    links: tuple[AccountLink, ...] = ()
    edges: tuple[Guardianship, ...] = ()
    children: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """`gone` is closed: its sessions end, and both are told on all channels by the caller."""

    id: MergeId
    kept: PersonId
    gone: PersonId
    state: MergeState
    merged_at: datetime
    undo_until: datetime


def preview_merge(keys: Keys, one: Side, other: Side, *, now: datetime) -> MergePreview:
    """What would become of the two records; changes nothing."""
    known = persons.by_ids(keys, (one.person, other.person))
    first, second = known.get(one.person), known.get(other.person)
    if first is None or second is None:
        raise NotFound("no such person")
    faults = merge_faults(
        MergeSide(person=first, auth_time=one.auth_time),
        MergeSide(person=second, auth_time=other.auth_time),
        between=edges.ever_between(first.id, second.id),
        open_merge=_open(first.id, now) or _open(second.id, now),
        now=now,
    )
    kept, gone = survivor(first, second)
    touched = edges.touching(gone.id)
    # A child whom a freeze or a restriction hides is not named here either.
    wards = [edge.child for edge in touched if edge.guardian == gone.id and edge.state is not EdgeState.FROZEN]
    return MergePreview(
        kept=kept,
        gone=gone,
        faults=faults,
        links=tuple(link for link in links.of_persons(keys, gone.id) if gone.id in (link.person, link.opened_by)),
        edges=touched,
        children=tuple(persons.by_ids(keys, wards).values()),
    )


def merge_persons(keys: Keys, one: Side, other: Side, *, now: datetime) -> Merge:
    """Merges in one unit; of two parallel merges that share a record one wins, the other is refused."""
    _hold(sorted({one.person, other.person}), now=now)
    plan = preview_merge(keys, one, other, now=now)
    if plan.faults:
        raise NotAllowed(plan.faults[0])
    kept, gone = plan.kept.id, plan.gone.id
    moved = Moved(
        links=tuple(link.id for link in plan.links),
        edges=_move_edges(kept, gone, plan.edges, now=now),
        diary_children=_move_diary_children(kept, gone),
    )
    links.move(gone, kept)
    restrictions.copy_to(keys, gone, kept, now=now)
    end_delegations_of(gone, now=now, by="merge")
    after = persons.person(keys, kept)
    if after is not None:
        # Whoever came back by a recovery does not shorten the wait by joining another record (RULES A17).
        waits = max((at for at in (plan.kept.recovered_at, plan.gone.recovered_at) if at is not None), default=None)
        after = persons.change(keys, after, replace(after, recovered_at=waits), now=now)
        restrictions.freeze_restricted(keys, after, now=now)
    persons.close(gone, now=now)
    id_ = MergeId(new_id())
    MergeRow.create(
        id=id_,
        kept=kept,
        gone=gone,
        moved=seal(keys, MergeRow, "moved", id_, msgspec.json.encode(moved).decode()),
        state=MergeState.MERGED.value,
        merged_at=now,
        undo_until=now + UNDO_FOR,
    )
    _note(kept, "person.merged", gone, now=now)
    return merge_of(id_)


def _hold(ids: list[PersonId], *, now: datetime) -> None:
    """Takes both rows in one order, so that two merges of the same records wait for each other and do not deadlock."""
    for id_ in ids:
        if not PersonRow.update(updated_at=now).where(PersonRow.id == id_, PersonRow.state == PersonState.ACTIVE.value).execute():
            raise NotAllowed(MergeFault.CLOSED)


def _move_edges(kept: PersonId, gone: PersonId, touched: Collection[Guardianship], *, now: datetime) -> tuple[str, ...]:
    """Edges go over unless the kept record has one of the same evidence; such a double ends."""
    moved = []
    for edge in touched:
        guardian = kept if edge.guardian == gone else edge.guardian
        child = kept if edge.child == gone else edge.child
        if any(one.evidence.kind is edge.evidence.kind for one in edges.between(guardian, child)):
            edges.end((edge.id,), now=now)
        else:
            EdgeRow.update(guardian=guardian, child=child).where(EdgeRow.id == edge.id).execute()
            moved.append(str(edge.id))
    return tuple(moved)


def _move_diary_children(kept: PersonId, gone: PersonId) -> tuple[str, ...]:
    """Those that the kept record's own diary shows already stay behind, closed with the record."""
    sql = (
        "SELECT g.child FROM diary_only_child g WHERE g.owner = ? AND NOT EXISTS (SELECT 1 FROM diary_only_child k"
        " WHERE k.owner = ? AND k.system = g.system AND k.source_index = g.source_index)"
    )
    mine = [str(child) for (child,) in fetch(DiaryChildRow, sql, (gone, kept))]
    DiaryChildRow.update(owner=kept).where(DiaryChildRow.child.in_(mine)).execute()
    return tuple(mine)


def undo_merge(keys: Keys, id_: MergeId, by: PersonId, *, now: datetime) -> Merge:
    """Gives back what went over, as it is now: what ended or was restricted meanwhile does not come back (RULES A11)."""
    found = merge_of(id_)
    if by not in (found.kept, found.gone):
        raise NotFound("no such merge")
    won = (
        MergeRow.update(state=MergeState.UNDONE.value, undone_at=now, undone_by=by)
        .where(MergeRow.id == id_, MergeRow.state == MergeState.MERGED.value, MergeRow.undo_until > now)
        .execute()
    )
    if not won or not undo_open(found.undo_until, now):
        raise NotAllowed("undo_closed")
    moved = _moved(keys, id_)
    gone = persons.person(keys, found.gone)
    if gone is None:
        raise NotFound("no such person")
    persons.reopen(keys, gone, now=now)
    back = LinkRow.id.in_(list(moved.links))
    LinkRow.update(person=found.gone).where(back, LinkRow.person == found.kept, LinkRow.state != "closed").execute()
    LinkRow.update(opened_by=found.gone).where(back, LinkRow.opened_by == found.kept, LinkRow.state != "closed").execute()
    for edge_id in moved.edges:
        _give_back(keys, found, gone, EdgeId(edge_id), now=now)
    DiaryChildRow.update(owner=found.gone).where(DiaryChildRow.child.in_(list(moved.diary_children))).execute()
    _note(found.kept, "person.merge_undone", found.gone, now=now)
    return merge_of(id_)


def _give_back(keys: Keys, found: Merge, gone: Person, edge_id: EdgeId, *, now: datetime) -> None:
    edge = edges.edge(edge_id)
    if edge is None:
        return
    kept = persons.person(keys, found.kept)
    banned = restrictions.is_restricted(keys, gone, edge.child, now=now) or (
        kept is not None and restrictions.is_restricted(keys, kept, edge.child, now=now)
    )
    if not comes_back(edge, restricted=banned and edge.guardian == found.kept):
        return
    guardian = found.gone if edge.guardian == found.kept else edge.guardian
    child = found.gone if edge.child == found.kept else edge.child
    EdgeRow.update(guardian=guardian, child=child).where(EdgeRow.id == edge_id).execute()


def held_by_merge(keys: Keys, person: PersonId, child: PersonId, *, now: datetime) -> bool:
    """Whether this person's right to this child came over with a merge that can still be undone: no payout, erasure, delegation
    or export rests on it until then. The caller asks before each of the four."""
    ids = fetch(MergeRow, "SELECT id FROM person_merge WHERE kept = ? AND state = 'merged' AND undo_until > ?", (person, micros(now)))
    came = {edge for (id_,) in ids for edge in _moved(keys, MergeId(id_)).edges}
    between = edges.between(person, child)
    return bool(between) and all(edge.id in came for edge in between)


def swap_profiles(
    keys: Keys, one: LinkId, other: LinkId, *, by: PersonId, confirmed: Collection[Confirmer], now: datetime
) -> tuple[AccountLink, AccountLink]:
    """The parent's and the child's profiles were mixed up: both change owners in one act."""
    first, second = links.link(keys, one), links.link(keys, other)
    if first is None or second is None:
        raise NotFound("no such link")
    parent, child = first.person, second.person
    kin = any(edge.state.value == "active" for edge in (*edges.between(parent, child), *edges.between(child, parent)))
    fault = swap_fault(systems=(first.system, second.system), states=(first.state, second.state), kin=kin, confirmed=confirmed)
    if fault is not None:
        raise NotAllowed(fault)
    for link, to in ((first, second), (second, first)):
        LinkRow.update(person=to.person, role=to.role.value, use=to.use.value, opened_by=to.opened_by).where(
            LinkRow.id == link.id, LinkRow.person == link.person
        ).execute()
    for subject in (parent, child):
        access.record_change(
            actor=by, actor_kind=ActorKind.GUARDIAN, subject=subject, action="profile.swapped", object=first.system, now=now
        )
    after = links.link(keys, one), links.link(keys, other)
    assert after[0] is not None and after[1] is not None, "both rows were read in this very unit"
    return after[0], after[1]


def merge_of(id_: MergeId) -> Merge:
    for row in fetch(MergeRow, "SELECT id, kept, gone, state, merged_at, undo_until FROM person_merge WHERE id = ?", (id_,)):
        return _merge(row)
    raise NotFound("no such merge")


def merges_of(person: PersonId) -> tuple[Merge, ...]:
    sql = "SELECT id, kept, gone, state, merged_at, undo_until FROM person_merge WHERE kept = ? OR gone = ? ORDER BY merged_at DESC, id"
    return tuple(_merge(row) for row in fetch(MergeRow, sql, (person, person)))


def _merge(row: tuple[Any, ...]) -> Merge:
    id_, kept, gone, state, merged_at, until = row
    return Merge(
        id=MergeId(id_),
        kept=PersonId(kept),
        gone=PersonId(gone),
        state=MergeState(state),
        merged_at=instant_of(merged_at),
        undo_until=instant_of(until),
    )


def _open(person: PersonId, now: datetime) -> bool:
    sql = "SELECT 1 FROM person_merge WHERE (kept = ? OR gone = ?) AND state = 'merged' AND undo_until > ?"
    return bool(fetch(MergeRow, sql, (person, person, micros(now))))


def _moved(keys: Keys, id_: MergeId) -> Moved:
    for (text,) in fetch(MergeRow, "SELECT moved FROM person_merge WHERE id = ?", (id_,)):
        return msgspec.json.decode(unseal(keys, MergeRow, "moved", id_, text), type=Moved)
    raise NotFound("no such merge")


def _note(kept: PersonId, action: str, gone: PersonId, *, now: datetime) -> None:
    access.record_change(actor=kept, actor_kind=ActorKind.GUARDIAN, subject=kept, action=action, object=gone, now=now)
