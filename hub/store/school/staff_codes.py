"""One-time codes that make somebody an officer of a school: given by the operator, the head or an administrator (RULES B5, B6)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import peewee

from hub.store.fields import InstantField, SealedColumn, changed, delete_ids, rows, to_micros
from identity.invitations import read_code
from identity.sealing import Keys

LIFE = timedelta(hours=72)
KEPT = timedelta(days=365)


class StaffCode(peewee.Model):
    """Only the keyed hash of the code is kept; `name` is whom it was meant for, as the giver wrote it."""

    id = peewee.TextField(primary_key=True)
    school = peewee.TextField(index=True)
    role = peewee.TextField()
    class_name = peewee.TextField(null=True)
    name = peewee.TextField()
    code_hash = peewee.TextField(unique=True)
    issued_by = peewee.TextField()
    created_at = InstantField()
    expires_at = InstantField(index=True)
    used_by = peewee.TextField(null=True)
    used_at = InstantField(null=True)
    revoked_at = InstantField(null=True)

    class Meta:
        table_name = "staff_code"


TABLES = (StaffCode,)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(StaffCode, "name"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A code as the list shows it, without the code."""

    id: str
    school: str
    role: str
    class_name: str
    name: str = field(repr=False)
    issued_by: str
    created_at: datetime
    expires_at: datetime


def give(keys: Keys, code: str, *, school: str, role: str, class_name: str, name: str, by: str, now: datetime) -> str:
    """Keeps a code that the caller shows this once."""
    id_ = secrets.token_urlsafe(12)
    StaffCode.insert(
        id=id_,
        school=school,
        role=role,
        class_name=class_name or None,
        name=keys.seal("staff_code", "name", id_, name),
        code_hash=keys.code_hash(_plain(code)),
        issued_by=by,
        created_at=now,
        expires_at=now + LIFE,
    ).execute()
    return id_


def take(keys: Keys, code: str, *, person: str, now: datetime) -> Given | None:
    """Spends the code for this person; None for one that is wrong, old, spent or taken back, all alike."""
    hashes, at = keys.code_hashes(_plain(code)), to_micros(now)
    marks = ", ".join("?" * len(hashes))
    live = f"code_hash IN ({marks}) AND used_at IS NULL AND revoked_at IS NULL AND expires_at > ? AND issued_by <> ?"
    sql = f"UPDATE staff_code SET used_by = ?, used_at = ? WHERE {live}"  # noqa: S608 - only question marks are put in
    if not changed(StaffCode, sql, (person, at, *hashes, at, person)):
        return None
    row = StaffCode.select().where(StaffCode.code_hash.in_(hashes)).get()
    return _given(keys, row)


def open_of(keys: Keys, school: str, *, now: datetime) -> Sequence[Given]:
    """Codes that nobody has used yet, newest first."""
    live = (StaffCode.school == school) & StaffCode.used_at.is_null() & StaffCode.revoked_at.is_null() & (StaffCode.expires_at > now)
    return [_given(keys, row) for row in StaffCode.select().where(live).order_by(StaffCode.created_at.desc(), StaffCode.id).limit(100)]


def revoke(id_: str, school: str, *, now: datetime) -> bool:
    """False where there was no such code to take back."""
    live = (StaffCode.id == id_) & (StaffCode.school == school) & StaffCode.used_at.is_null() & StaffCode.revoked_at.is_null()
    return bool(StaffCode.update(revoked_at=now).where(live).execute())


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    sql = "SELECT id FROM staff_code WHERE expires_at < ? LIMIT ?"
    return delete_ids(StaffCode, sql, (to_micros(now - KEPT), limit))


def count_waiting(school: str, *, now: datetime) -> int:
    sql = "SELECT COUNT(*) FROM staff_code WHERE school = ? AND used_at IS NULL AND revoked_at IS NULL AND expires_at > ?"
    return int(rows(StaffCode, sql, (school, to_micros(now)))[0][0])


def _plain(code: str) -> str:
    """Case, spaces and hyphens do not matter."""
    return f"staff {read_code(code)}"


def _given(keys: Keys, row: StaffCode) -> Given:
    return Given(
        id=row.id,
        school=row.school,
        role=row.role,
        class_name=row.class_name or "",
        name=keys.open("staff_code", "name", row.id, row.name),
        issued_by=row.issued_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
