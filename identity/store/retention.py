"""What identity deletes when its time is over: lapsed edges, old audit events, records that nothing needs (RULES A2, A18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from identity.audit import KEPT_FOR
from identity.model import EdgeState, LinkState
from identity.store.rows import delete, fetch, micros
from identity.store.tables import AuditHeadRow, AuditRow, EdgeRow, LinkRow

CLOSED_LINKS_KEPT = timedelta(days=365)
ENDED_EDGES_KEPT = timedelta(days=3 * 365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    edges_ended: int
    links: int
    edges: int
    events: int


def delete_expired(*, now: datetime, audit_kept: timedelta = KEPT_FOR) -> Deleted:
    """Ends edges whose time to be confirmed is over, and deletes what is past its term."""
    ended = (
        EdgeRow.update(state=EdgeState.ENDED.value, ended_at=now)
        .where(EdgeRow.state == EdgeState.TO_CONFIRM.value, EdgeRow.valid_until <= now)
        .execute()
    )
    links = delete(LinkRow).where((LinkRow.state == LinkState.CLOSED.value) & (LinkRow.closed_at < now - CLOSED_LINKS_KEPT)).execute()
    old = (EdgeRow.state == EdgeState.ENDED.value) & (EdgeRow.ended_at < now - ENDED_EDGES_KEPT)
    edges = delete(EdgeRow).where(old).execute()
    return Deleted(edges_ended=ended, links=links, edges=edges, events=_old_events(now - audit_kept))


def _old_events(before: datetime) -> int:
    """Deletes whole days of the chain, up to a signed head that stays as the new beginning."""
    sql = "SELECT seq FROM audit_head WHERE signed_at < ? ORDER BY seq DESC LIMIT 1"
    for (seq,) in fetch(AuditHeadRow, sql, (micros(before),)):
        delete(AuditHeadRow).where(AuditHeadRow.seq < seq).execute()
        return int(delete(AuditRow).where(AuditRow.seq <= seq).execute())
    return 0
