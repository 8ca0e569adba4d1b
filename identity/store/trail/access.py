"""Who read or changed what of whom: events written unchained beside the act, and the log that a family sees (RULES A13)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from peewee import IntegrityError

from identity.audit import ONE_EVENT_FOR, AccessEntry, counts, entry
from identity.guardianship import Change
from identity.model import ActorKind, AuditEvent, AuditKind, EventId, Guardianship, PersonId
from identity.sealing import Keys
from identity.store import persons
from identity.store.rows import fetch, insert, instant, instant_of, micros, new_id
from identity.store.tables import AuditRow
from identity.store.trail.partkeys import open_parts, seal_parts

ACTION_LENGTH, OBJECT_LENGTH = 60, 80
WINDOW = int(ONE_EVENT_FOR.total_seconds()) * 1_000_000
COLUMNS = "id, at, kind, action, actor, actor_kind, subject, object, continues, sealed_parts, count, last_at, open_until, seq, hash"


def event_of(row: Sequence[Any]) -> AuditEvent:
    id_, at, kind, action, actor, actor_kind, subject, object_, continues, parts, count, last_at, open_until, seq, hash_ = row
    return AuditEvent(
        id=EventId(id_),
        at=instant_of(at),
        kind=AuditKind(kind),
        action=action,
        actor=actor,
        actor_kind=ActorKind(actor_kind),
        subject=PersonId(subject),
        object=object_,
        continues=EventId(continues) if continues else None,
        sealed_parts=parts,
        count=count,
        last_at=instant_of(last_at),
        open_until=instant(open_until),
        seq=seq,
        hash=hash_,
    )


def record_access(
    keys: Keys,
    *,
    actor: PersonId | str,
    actor_kind: ActorKind,
    subject: PersonId,
    page: str,
    now: datetime,
    kind: AuditKind = AuditKind.READ,
    object: str = "",
    parts: Mapping[str, str] | None = None,
    times: int = 1,
) -> EventId | None:
    """Notes a read or export of a child's data; the same page by the same adult within 15 minutes is one event with a count.

    `times`: how many reads this note stands for, where the caller gathered them.
    `parts` may carry `name`, `post` and `reason` of staff and operators; they are sealed under the child's own audit key.
    """
    if not counts(actor, subject, kind):
        return None
    if kind is not AuditKind.READ:
        return _insert(keys, actor, actor_kind, subject, page, object, kind=kind, parts=parts, now=now)
    page, object = page[:ACTION_LENGTH], object[:OBJECT_LENGTH]
    again = _count_again(actor, subject, page, object, times, now=now)
    if again is not None:
        return again
    dedup = hashlib.sha256("\n".join((actor, subject, page, object, str(micros(now) // WINDOW))).encode()).hexdigest()
    try:
        with AuditRow._meta.database.atomic():
            return _insert(keys, actor, actor_kind, subject, page, object, kind=kind, parts=parts, now=now, dedup=dedup, times=times)
    except IntegrityError:
        # A parallel first read of the same page won, and this one is its repeat; or the clock went back, and it stands for itself.
        again = _count_again(actor, subject, page, object, times, now=now)
        return again or _insert(keys, actor, actor_kind, subject, page, object, kind=kind, parts=parts, now=now, times=times)


def _count_again(actor: str, subject: str, page: str, object_: str, times: int, *, now: datetime) -> EventId | None:
    """Adds to the event of the last 15 minutes. A chained event stays as it is: its repeats are counted in a row that continues it."""
    since = now - ONE_EVENT_FOR
    sql = (
        "SELECT id, at, actor_kind, seq FROM audit_event WHERE subject = ? AND at > ? AND at <= ? AND actor = ? AND action = ?"
        " AND object = ? AND kind = 'read' AND continues IS NULL ORDER BY at DESC, id LIMIT 1"
    )
    found = fetch(AuditRow, sql, (subject, micros(since), micros(now), actor, page, object_))
    if not found:
        return None
    id_, at, actor_kind, seq = found[0]
    bump = AuditRow.update(count=AuditRow.count + times, last_at=now).where(AuditRow.seq.is_null())
    if seq is None and bump.where(AuditRow.id == id_).execute():
        return EventId(id_)
    if not bump.where(AuditRow.continues == id_).execute():
        AuditRow.create(
            id=new_id(),
            at=instant_of(at),
            kind=AuditKind.READ.value,
            action=page,
            actor=actor,
            actor_kind=actor_kind,
            subject=subject,
            object=object_,
            continues=id_,
            count=times,
            last_at=now,
            open_until=instant_of(at) + ONE_EVENT_FOR,
        )
    return EventId(id_)


def _insert(
    keys: Keys | None,
    actor: str,
    actor_kind: ActorKind,
    subject: PersonId,
    action: str,
    object_: str,
    *,
    kind: AuditKind,
    parts: Mapping[str, str] | None,
    now: datetime,
    dedup: str | None = None,
    times: int = 1,
) -> EventId:
    id_ = EventId(new_id())
    sealed = seal_parts(keys, subject, id_, msgspec.json.encode(dict(parts)).decode(), now=now) if parts and keys else ""
    insert(
        AuditRow,
        id=id_,
        at=now,
        kind=kind.value,
        action=action[:ACTION_LENGTH],
        actor=actor,
        actor_kind=actor_kind.value,
        subject=subject,
        object=object_[:OBJECT_LENGTH],
        sealed_parts=sealed,
        count=times,
        last_at=now,
        dedup=dedup,
    )
    return id_


def record_change(
    *,
    actor: PersonId | str,
    actor_kind: ActorKind,
    subject: PersonId,
    action: str,
    now: datetime,
    object: str = "",
    keys: Keys | None = None,
    parts: Mapping[str, str] | None = None,
) -> EventId:
    """Notes a change; `keys` only where `parts` say something personal."""
    return _insert(keys, actor, actor_kind, subject, action, object, kind=AuditKind.CHANGE, parts=parts, now=now)


def record_edge(edge: Guardianship, change: Change, *, now: datetime) -> None:
    """A guardian's edge to a child is news for the child's log; a plain renewal is not."""
    if change is not Change.RENEWED:
        record_change(
            actor=edge.guardian,
            actor_kind=ActorKind.GUARDIAN,
            subject=edge.child,
            action=f"guardianship.{change.value}",
            object=edge.evidence.kind,
            now=now,
        )


def access_log(
    keys: Keys,
    viewer: PersonId,
    child: PersonId,
    *,
    now: datetime,
    limit: int = 100,
    after: EventId | None = None,
    own_reads: bool = False,
) -> tuple[AccessEntry, ...]:
    """Newest first: who read or changed what of the child; the viewer's own reads where asked. The caller has asked `view_right`.

    A restriction is the office's alone to see: whoever is let in again must not read who set it (RULES A5a).

    `after` is the last event of the page before.
    """
    rest = " AND (at, id) < (SELECT a.at, a.id FROM audit_event a WHERE a.id = ? AND a.subject = e.subject)" if after else ""
    sql = (
        f"SELECT {COLUMNS}, (SELECT COALESCE(SUM(c.count), 0) FROM audit_event c WHERE c.continues = e.id)"  # noqa: S608 - own columns
        " FROM audit_event e WHERE subject = ? AND continues IS NULL AND at <= ? AND NOT (actor = ? AND kind = 'read' AND 0 = ?)"
        " AND SUBSTR(action, 1, 12) <> 'restriction.'"
        f"{rest} ORDER BY at DESC, id DESC LIMIT ?"
    )
    found = fetch(AuditRow, sql, (child, micros(now), viewer, int(own_reads), *((after,) if after else ()), limit))
    events = [(event_of(row[:-1]), int(row[-1])) for row in found]
    known = persons.by_ids(keys, [child, *(PersonId(event.actor) for event, _ in events)])
    zone = known[child].zone if child in known else "Europe/Moscow"
    shown = []
    for event, more in events:
        parts = open_parts(keys, event)
        actor = known.get(PersonId(event.actor))
        name = " ".join(part for part in (actor.last_name, actor.first_name, actor.middle_name) if part) if actor else ""
        shown.append(entry(event, parts, name, viewer=viewer, zone=zone, count=event.count + more))
    return tuple(shown)
