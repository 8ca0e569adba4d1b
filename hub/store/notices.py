"""What the hub tells a person on its own pages; texts are sealed."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import peewee

from hub.store.fields import InstantField, SealedColumn, delete, delete_ids, to_micros
from hub.store.outbox import told
from identity.sealing import Keys

KEPT = timedelta(days=365)


class Notice(peewee.Model):
    id = peewee.TextField(primary_key=True)
    person = peewee.TextField()
    kind = peewee.TextField()
    text = peewee.TextField()
    href = peewee.TextField(null=True)
    at = InstantField()

    class Meta:
        table_name = "notice"
        indexes = ((("person", "at"), False),)


TABLES = (Notice,)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(Notice, "text"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    id: str
    kind: str
    text: str
    href: str | None
    at: datetime


def tell(keys: Keys, *, person: str, kind: str, text: str, now: datetime, href: str | None = None) -> str:
    id_ = secrets.token_urlsafe(12)
    Notice.create(id=id_, person=person, kind=kind, text=keys.seal("notice", "text", id_, text), href=href, at=now)
    told.note(id_, person, kind, now=now)
    return id_


def tell_once(keys: Keys, *, about: str, person: str, kind: str, text: str, now: datetime, href: str | None = None) -> bool:
    """Tells this person this kind about this child, unless it was told before."""
    id_ = _once(keys, kind, about, person)
    sealed = keys.seal("notice", "text", id_, text)
    made = Notice.insert(id=id_, person=person, kind=kind, text=sealed, href=href, at=now).on_conflict_ignore()
    if not made.as_rowcount().execute():
        return False
    told.note(id_, person, kind, now=now)
    return True


def untold(keys: Keys, *, about: str, kind: str, people: Collection[str]) -> frozenset[str]:
    """Those of these people whom `tell_once` has not told this."""
    ids = {_once(keys, kind, about, person): person for person in people}
    known = {str(row.id) for row in Notice.select(Notice.id).where(Notice.id.in_([*ids]))} if ids else set()
    return frozenset(person for id_, person in ids.items() if id_ not in known)


def _once(keys: Keys, kind: str, about: str, person: str) -> str:
    return keys.code_hash(f"notice {kind} {about} {person}")[:24]


def find(keys: Keys, ids: Sequence[str]) -> dict[str, Told]:
    """Those of these that are still there."""
    found = Notice.select().where(Notice.id.in_([*ids]))
    return {n.id: Told(id=n.id, kind=n.kind, text=keys.open("notice", "text", n.id, n.text), href=n.href, at=n.at) for n in found}


def newest(keys: Keys, person: str, *, before: tuple[datetime, str] | None = None, limit: int = 50) -> Sequence[Told]:
    """Newest first; `before` is the time and id of the last one already seen."""
    mine = Notice.person == person
    if before is not None:
        at, id_ = before
        mine &= (Notice.at < at) | ((Notice.at == at) & (Notice.id < id_))
    found = Notice.select().where(mine).order_by(Notice.at.desc(), Notice.id.desc()).limit(limit)
    return [Told(id=n.id, kind=n.kind, text=keys.open("notice", "text", n.id, n.text), href=n.href, at=n.at) for n in found]


def count(person: str) -> int:
    return int(Notice.select().where(Notice.person == person).count())


def forget(person: str) -> None:
    """Everything that this person was told is gone (an erasure)."""
    delete(Notice, Notice.person == person)


def forget_about(person: str, path: str) -> None:
    """What this person was told of this page and those below it is gone, as if never told."""
    delete(Notice, Notice.person == person, (Notice.href == path) | Notice.href.startswith(f"{path}/"))


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    """Deletes what was told a year ago."""
    return delete_ids(Notice, "SELECT id FROM notice WHERE at < ? LIMIT ?", (to_micros(now - KEPT), limit))
