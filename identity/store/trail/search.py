"""The audit as an operator sees it: opaque ids and words, never a name; and how far the chain has come (RULES A13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from identity.model import PersonId
from identity.store.rows import fetch, instant, instant_of
from identity.store.tables import AuditRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One event. `sealed` says that it is in the chain."""

    id: str
    at: datetime
    kind: str
    action: str
    actor: str
    actor_kind: str
    object: str
    count: int
    sealed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsealed:
    """Events that wait for the chain; a repeat whose window is open waits rightly and is not counted."""

    count: int
    oldest: datetime | None


def traces_of(person: PersonId, *, limit: int) -> tuple[Trace, ...]:
    """Newest first: what was read or changed of this person. A restriction is the school's alone to see (RULES A5a)."""
    sql = (
        "SELECT id, at, kind, action, actor, actor_kind, object, count, seq FROM audit_event"
        " WHERE subject = ? AND continues IS NULL AND SUBSTR(action, 1, 12) <> 'restriction.' ORDER BY at DESC, id DESC LIMIT ?"
    )
    return tuple(
        Trace(
            id=id_,
            at=instant_of(at),
            kind=kind,
            action=action,
            actor=actor,
            actor_kind=actor_kind,
            object=object_,
            count=int(count),
            sealed=seq is not None,
        )
        for id_, at, kind, action, actor, actor_kind, object_, count, seq in fetch(AuditRow, sql, (person, limit))
    )


def unsealed() -> Unsealed:
    ((count, oldest),) = fetch(AuditRow, "SELECT COUNT(*), MIN(at) FROM audit_event WHERE seq IS NULL AND open_until IS NULL")
    return Unsealed(count=int(count), oldest=instant(oldest))
