"""Changes that wait for a confirmation: bound to the session that began them, dead with it and with a strong identity (RULES A10)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from identity.errors import NotFound
from identity.model import PersonId
from identity.sealing import Keys
from identity.store.accounts.tables import PendingRow
from identity.store.rows import delete, fetch, instant_of, micros, new_id, seal, unseal

WAITS_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingChange:
    """`kind` is the caller's word («phone», «email», …); the value is shown to nobody but who confirms it."""

    id: str
    person: PersonId
    session: str
    kind: str
    expires_at: datetime
    value: str = field(default="", repr=False)


def hold_change(keys: Keys, person: PersonId, *, session: str, kind: str, value: str, now: datetime) -> PendingChange:
    """Remembers a change until it is confirmed; a second one of the same kind replaces the first."""
    delete(PendingRow).where((PendingRow.person == person) & (PendingRow.kind == kind)).execute()
    id_ = new_id()
    PendingRow.create(
        id=id_,
        person=person,
        session=session,
        kind=kind,
        value=seal(keys, PendingRow, "value", id_, value),
        created_at=now,
        expires_at=now + WAITS_FOR,
    )
    return PendingChange(id=id_, person=person, session=session, kind=kind, expires_at=now + WAITS_FOR, value=value)


def take_change(keys: Keys, person: PersonId, id_: str, *, session: str, now: datetime) -> PendingChange:
    """The confirmed change, once, and only in the session that began it; `NotFound` for everything else."""
    sql = "SELECT kind, value, expires_at FROM pending_change WHERE id = ? AND person = ? AND session = ? AND expires_at > ?"
    for kind, value, expires in fetch(PendingRow, sql, (id_, person, session, micros(now))):
        if delete(PendingRow).where(PendingRow.id == id_).execute():
            text = unseal(keys, PendingRow, "value", id_, value)
            return PendingChange(id=id_, person=person, session=session, kind=kind, expires_at=instant_of(expires), value=text)
    raise NotFound("no such change")


def pending_of(keys: Keys, person: PersonId, *, session: str, now: datetime) -> tuple[PendingChange, ...]:
    """What this session may still confirm, with its values."""
    sql = (
        "SELECT id, kind, value, expires_at FROM pending_change WHERE person = ? AND session = ? AND expires_at > ? ORDER BY created_at, id"
    )
    return tuple(
        PendingChange(
            id=id_,
            person=person,
            session=session,
            kind=kind,
            expires_at=instant_of(expires),
            value=unseal(keys, PendingRow, "value", id_, value),
        )
        for id_, kind, value, expires in fetch(PendingRow, sql, (person, session, micros(now)))
    )


def drop_pending(person: PersonId, *, session: str | None = None) -> tuple[PendingChange, ...]:
    """All changes that wait, or those of one session that ends; they are named to the owner, without their values."""
    sql = "SELECT id, session, kind, expires_at FROM pending_change WHERE person = ? AND (session = ? OR 1 = ?)"
    found = fetch(PendingRow, sql, (person, session or "", int(session is None)))
    delete(PendingRow).where(PendingRow.id.in_([row[0] for row in found])).execute()
    return tuple(
        PendingChange(id=id_, person=person, session=begun, kind=kind, expires_at=instant_of(expires))
        for id_, begun, kind, expires in found
    )


def forget_pending(*, now: datetime) -> int:
    return int(delete(PendingRow).where(PendingRow.expires_at <= now).execute())
