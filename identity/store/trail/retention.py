"""What identity deletes when its time is over: lapsed edges and links, old audit events, records that nothing needs (RULES A2, A18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from identity.audit import KEPT_FOR
from identity.guardianship import Change
from identity.model import EdgeState, LinkState, Origin, PersonId, PersonState
from identity.store import edges, persons
from identity.store.accounts.pending import forget_pending
from identity.store.accounts.tables import MergeRow, OperatorReadingRow, RecoveryRow
from identity.store.family.tables import ConsentRow, DelegationRow, ProposalRow
from identity.store.rows import delete, fetch, micros
from identity.store.school.tables import CardGuardianRow, CodeRow, ReviewRow
from identity.store.school.tries import forget_tries
from identity.store.tables import AuditHeadRow, AuditRow, ContactRow, EdgeRow, LinkRow, PersonRow
from identity.store.trail import access
from identity.store.trail.partkeys import destroy_audit_key

CLOSED_LINKS_KEPT = timedelta(days=365)
ENDED_EDGES_KEPT = timedelta(days=3 * 365)
LONELY_KEPT = timedelta(days=90)
CLOSED_KEPT = timedelta(days=30)
CONSENTS_KEPT = timedelta(days=3 * 365)
"""A consent that ended still proves for a while that what was done under it was allowed."""
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """How many rows of each kind; `parted`: guardian and child of each edge that ended and left no other between the two.

    `notes` are the rows that only serve for a while.
    """

    edges_ended: int
    links: int
    edges: int
    persons: int
    events: int
    parted: tuple[tuple[PersonId, PersonId], ...] = ()
    notes: int = 0


def delete_expired(*, now: datetime, audit_kept: timedelta = KEPT_FOR) -> Deleted:
    """Ends what lapsed and deletes what is past its term; each call does a bounded part, repeating it is harmless."""
    ended = edges.end_unconfirmed(now=now, limit=BATCH)
    for one in ended:
        access.record_edge(one, Change.ENDED, now=now)
    pairs = dict.fromkeys((one.guardian, one.child) for one in ended)
    LinkRow.update(state=LinkState.CLOSED.value, closed_at=now).where(
        LinkRow.state == LinkState.SUSPENDED.value, LinkRow.valid_until <= now
    ).execute()
    links = delete(LinkRow).where((LinkRow.state == LinkState.CLOSED.value) & (LinkRow.closed_at < now - CLOSED_LINKS_KEPT)).execute()
    old = (EdgeRow.state == EdgeState.ENDED.value) & (EdgeRow.ended_at < now - ENDED_EDGES_KEPT)
    old_edges = delete(EdgeRow).where(old).execute()
    return Deleted(
        edges_ended=len(ended),
        links=links,
        edges=old_edges,
        persons=_persons(now),
        events=_old_events(now - audit_kept),
        notes=_notes(now),
        parted=tuple(pair for pair in pairs if not edges.between(*pair)),
    )


def _notes(now: datetime) -> int:
    """What only serves for a while: wrong tries, waiting changes, spent codes, ended loans, used recoveries, operators' leaves."""
    MergeRow.update(state="final").where(MergeRow.state == "merged", MergeRow.undo_until <= now).execute()
    old = now - CLOSED_LINKS_KEPT
    gone = forget_tries(now=now) + forget_pending(now=now)
    for model, where in (
        (CodeRow, CodeRow.expires_at < old),
        (DelegationRow, (DelegationRow.state == "ended") & (DelegationRow.ended_at < old)),
        (DelegationRow, (DelegationRow.state == "offered") & (DelegationRow.offered_until < old)),
        (RecoveryRow, RecoveryRow.created_at < old),
        (OperatorReadingRow, OperatorReadingRow.until < now - ENDED_EDGES_KEPT),
        (CardGuardianRow, (CardGuardianRow.state == "removed") & (CardGuardianRow.removed_at < old)),
        (MergeRow, MergeRow.merged_at < old),
        (ReviewRow, ReviewRow.decided_at < old),
        (ProposalRow, ProposalRow.decided_at < old),
        (ConsentRow, (ConsentRow.withdrawn_at < now - CONSENTS_KEPT) | (ConsentRow.valid_until < now - CONSENTS_KEPT)),
    ):
        gone += int(delete(model).where(where).execute())
    return gone


def _persons(now: datetime) -> int:
    """Closes children whom no edge, account or diary shows any more, and deletes records that were closed a month ago."""
    lonely = (
        "SELECT id FROM person p WHERE state = 'active' AND origin IN (?, ?) AND updated_at < ?"
        " AND NOT EXISTS (SELECT 1 FROM account_link l WHERE (l.person = p.id OR l.opened_by = p.id) AND l.state <> 'closed')"
        " AND NOT EXISTS (SELECT 1 FROM guardianship g WHERE (g.child = p.id OR g.guardian = p.id)"
        " AND (g.state <> 'ended' OR g.ended_at >= ?))"
        " AND NOT EXISTS (SELECT 1 FROM diary_only_child d WHERE d.child = p.id)"
        " AND NOT EXISTS (SELECT 1 FROM school_card s WHERE s.child = p.id AND s.state = 'active') LIMIT ?"
    )
    before = micros(now - LONELY_KEPT)
    for (id_,) in fetch(PersonRow, lonely, (Origin.GOSUSLUGI_CHILD.value, Origin.DIARY.value, before, before, BATCH)):
        persons.close(PersonId(id_), now=now)
    closed = "SELECT id FROM person WHERE state = ? AND updated_at < ? LIMIT ?"
    gone = [id_ for (id_,) in fetch(PersonRow, closed, (PersonState.CLOSED.value, micros(now - CLOSED_KEPT), BATCH))]
    for id_ in gone:
        delete(ContactRow).where(ContactRow.person == id_).execute()
        destroy_audit_key(PersonId(id_))
        delete(PersonRow).where(PersonRow.id == id_).execute()
    return len(gone)


def _old_events(before: datetime) -> int:
    """Deletes whole days of the chain, up to a signed head that stays as the new beginning."""
    sql = "SELECT seq FROM audit_head WHERE signed_at < ? ORDER BY seq DESC LIMIT 1"
    for (seq,) in fetch(AuditHeadRow, sql, (micros(before),)):
        delete(AuditHeadRow).where(AuditHeadRow.seq < seq).execute()
        return int(delete(AuditRow).where(AuditRow.seq <= seq).execute())
    return 0
