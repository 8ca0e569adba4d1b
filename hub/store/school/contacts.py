"""Whom to ask at a school: by topic a name, phones, hours; entered by the school's own office and shown to everybody."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
import peewee

from hub.store.fields import InstantField, SealedColumn, delete
from identity.sealing import Keys


class SchoolContact(peewee.Model):
    """`topic` is what one asks about; `body` names a person and is sealed like every name."""

    id = peewee.TextField(primary_key=True)
    school = peewee.TextField(index=True)
    topic = peewee.TextField()
    position = peewee.IntegerField()
    body = peewee.TextField()
    updated_by = peewee.TextField()
    updated_at = InstantField()

    class Meta:
        table_name = "school_contact"


TABLES = (SchoolContact,)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(SchoolContact, "body"),)


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """Days are ISO weekdays (Monday is 1); times are `HH:MM` on the school's clock."""

    days: tuple[int, ...]
    start: str
    end: str


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """How this contact is reached; `person` may stay empty."""

    person: str = ""
    phones: tuple[str, ...] = ()
    email: str = ""
    hours: tuple[Shift, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    id: str
    school: str
    topic: str
    position: int
    updated_at: datetime
    reached: Reached = field(repr=False)


_REACHED = msgspec.json.Decoder(Reached)


def add(keys: Keys, *, school: str, topic: str, position: int, reached: Reached, by: str, now: datetime, id_: str = "") -> str:
    """`id_` only where the same entry is loaded again and again: then it is brought up to date."""
    id_ = id_ or secrets.token_urlsafe(12)
    known = {
        "school": school,
        "topic": topic,
        "position": position,
        "body": _sealed(keys, id_, reached),
        "updated_by": by,
        "updated_at": now,
    }
    if not SchoolContact.update(known).where(SchoolContact.id == id_).execute():
        SchoolContact.insert(id=id_, **known).on_conflict_ignore().execute()
    return id_


def change(keys: Keys, id_: str, *, school: str, topic: str, reached: Reached, by: str, now: datetime) -> bool:
    """False where the school has no such entry any more."""
    mine = (SchoolContact.id == id_) & (SchoolContact.school == school)
    changes = {"topic": topic, "body": _sealed(keys, id_, reached), "updated_by": by, "updated_at": now}
    return bool(SchoolContact.update(changes).where(mine).execute())


def remove(id_: str, *, school: str) -> bool:
    return bool(delete(SchoolContact, SchoolContact.id == id_, SchoolContact.school == school))


def of_schools(keys: Keys, schools: Collection[str]) -> Sequence[Contact]:
    """Of these schools, each in the order that its office chose."""
    if not schools:
        return ()
    found = SchoolContact.select().where(SchoolContact.school.in_(list(schools)))
    return [_contact(keys, row) for row in found.order_by(SchoolContact.school, SchoolContact.position, SchoolContact.id)]


def count(school: str) -> int:
    return int(SchoolContact.select().where(SchoolContact.school == school).count())


def _sealed(keys: Keys, id_: str, reached: Reached) -> str:
    return keys.seal("school_contact", "body", id_, msgspec.json.encode(reached).decode())


def _contact(keys: Keys, row: SchoolContact) -> Contact:
    return Contact(
        id=row.id,
        school=row.school,
        topic=row.topic,
        position=row.position,
        updated_at=row.updated_at,
        reached=_REACHED.decode(keys.open("school_contact", "body", row.id, row.body)),
    )
