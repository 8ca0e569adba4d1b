"""What a school tells its families itself, to everybody or to one class; the words are sealed, for they may name people."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import peewee

from hub.store.fields import InstantField, SealedColumn, delete_ids
from identity.sealing import Keys

KEPT = timedelta(days=365)


class SchoolAnnouncement(peewee.Model):
    """`class_name` is empty for the whole school; `until` is the last day on which it is shown, in the school's zone."""

    id = peewee.TextField(primary_key=True)
    school = peewee.TextField()
    class_name = peewee.TextField(null=True)
    author = peewee.TextField(index=True)
    title = peewee.TextField()
    text = peewee.TextField()
    until = peewee.TextField()
    created_at = InstantField()
    changed_at = InstantField(null=True)
    withdrawn_at = InstantField(null=True)

    class Meta:
        table_name = "school_announcement"
        indexes = ((("school", "until"), False),)


TABLES = (SchoolAnnouncement,)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(SchoolAnnouncement, "title"), SealedColumn(SchoolAnnouncement, "text"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    id: str
    school: str
    class_name: str
    author: str
    title: str = field(repr=False)
    text: str = field(repr=False)
    until: date
    created_at: datetime
    changed_at: datetime | None
    withdrawn_at: datetime | None


def put(keys: Keys, *, school: str, class_name: str, author: str, title: str, text: str, until: date, now: datetime) -> str:
    id_ = secrets.token_urlsafe(12)
    SchoolAnnouncement.insert(
        id=id_,
        school=school,
        class_name=class_name or None,
        author=author,
        title=keys.seal("school_announcement", "title", id_, title),
        text=keys.seal("school_announcement", "text", id_, text),
        until=until.isoformat(),
        created_at=now,
    ).execute()
    return id_


def find(keys: Keys, id_: str) -> Announced | None:
    row = SchoolAnnouncement.get_or_none(SchoolAnnouncement.id == id_)
    return None if row is None else _announced(keys, row)


def change(keys: Keys, id_: str, *, title: str, text: str, until: date, now: datetime) -> bool:
    """Words and day, while it is not withdrawn."""
    told = {
        "title": keys.seal("school_announcement", "title", id_, title),
        "text": keys.seal("school_announcement", "text", id_, text),
        "until": until.isoformat(),
        "changed_at": now,
    }
    return bool(SchoolAnnouncement.update(told).where(_living(id_)).execute())


def withdraw(id_: str, *, now: datetime) -> bool:
    return bool(SchoolAnnouncement.update(withdrawn_at=now).where(_living(id_)).execute())


def of_school(keys: Keys, school: str, *, limit: int = 200) -> Sequence[Announced]:
    """All that the office wrote, newest first."""
    found = SchoolAnnouncement.select().where(SchoolAnnouncement.school == school)
    return [_announced(keys, row) for row in found.order_by(SchoolAnnouncement.created_at.desc(), SchoolAnnouncement.id).limit(limit)]


def shown(keys: Keys, school: str, classes: Collection[str], *, on: date, limit: int = 50) -> Sequence[Announced]:
    """What the families of these classes read on this day, newest first."""
    mine = SchoolAnnouncement.class_name.is_null() | SchoolAnnouncement.class_name.in_(list(classes))
    live = (SchoolAnnouncement.school == school) & SchoolAnnouncement.withdrawn_at.is_null() & (SchoolAnnouncement.until >= on.isoformat())
    found = SchoolAnnouncement.select().where(live & mine)
    return [_announced(keys, row) for row in found.order_by(SchoolAnnouncement.created_at.desc(), SchoolAnnouncement.id).limit(limit)]


def published(*, since: datetime) -> Sequence[str]:
    """What was announced after that and not withdrawn, the earliest first."""
    found = SchoolAnnouncement.select(SchoolAnnouncement.id).where(
        (SchoolAnnouncement.created_at > since) & SchoolAnnouncement.withdrawn_at.is_null()
    )
    return [str(row.id) for row in found.order_by(SchoolAnnouncement.created_at, SchoolAnnouncement.id)]


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    """A year after its last day."""
    sql = "SELECT id FROM school_announcement WHERE until < ? LIMIT ?"
    return delete_ids(SchoolAnnouncement, sql, ((now - KEPT).date().isoformat(), limit))


def _living(id_: str) -> peewee.Expression:
    found: peewee.Expression = (SchoolAnnouncement.id == id_) & SchoolAnnouncement.withdrawn_at.is_null()
    return found


def _announced(keys: Keys, row: SchoolAnnouncement) -> Announced:
    return Announced(
        id=row.id,
        school=row.school,
        class_name=row.class_name or "",
        author=row.author,
        title=keys.open("school_announcement", "title", row.id, row.title),
        text=keys.open("school_announcement", "text", row.id, row.text),
        until=date.fromisoformat(row.until),
        created_at=row.created_at,
        changed_at=row.changed_at,
        withdrawn_at=row.withdrawn_at,
    )
