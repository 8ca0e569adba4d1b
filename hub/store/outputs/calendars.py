"""Secret links of calendars: one a person and child, of the secret only a keyed hash (RULES C7)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import peewee

from hub.store.fields import InstantField, SealedColumn, delete, delete_ids, from_micros, rows, to_micros
from identity.sealing import Keys

KEPT = timedelta(days=365)
NOTED_EVERY = timedelta(hours=1)


class CalendarLink(peewee.Model):
    """`used_at` is the hour in which a calendar last asked; who or where it was is not kept."""

    id = peewee.TextField(primary_key=True)
    person = peewee.TextField()
    child = peewee.TextField(index=True)
    hash = peewee.TextField(unique=True)
    created_at = InstantField()
    used_at = InstantField(null=True)
    seen_at = InstantField(index=True)

    class Meta:
        table_name = "calendar_link"
        indexes = ((("person", "child"), True),)


TABLES = (CalendarLink,)
SEALED: tuple[SealedColumn, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    id: str
    person: str
    child: str
    created_at: datetime
    used_at: datetime | None


def put(keys: Keys, *, person: str, child: str, secret: str, now: datetime) -> Kept:
    """The pair's one link; a former one opens nothing from now on. The same secret again changes nothing."""
    id_, hashed = secrets.token_urlsafe(12), keys.code_hash(_label(secret))
    at = to_micros(now)
    # Two unique keys may be met at once by a form sent in parallel: a conflict named by one of them alone would leave the other an error.
    sql = (
        "INSERT INTO calendar_link (id, person, child, hash, created_at, seen_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING RETURNING id"
    )
    if not rows(CalendarLink, sql, (id_, person, child, hashed, at, at)):
        sql = (
            "UPDATE calendar_link SET id = ?, hash = ?, created_at = ?, seen_at = ?, used_at = NULL"
            " WHERE person = ? AND child = ? AND hash <> ? RETURNING id"
        )
        rows(CalendarLink, sql, (id_, hashed, at, at, person, child, hashed))
    found = of_pair(person, child)
    assert found is not None, "the row was written in this very unit"
    return found


def find(keys: Keys, secret: str) -> Kept | None:
    """Whose link it is; secrets made under an older key are known too."""
    hashes = keys.code_hashes(_label(secret))
    marks = ", ".join("?" * len(hashes))
    return _one(f"hash IN ({marks})", hashes)


def of_pair(person: str, child: str) -> Kept | None:
    return _one("person = ? AND child = ?", (person, child))


def of_person(person: str) -> Sequence[Kept]:
    return _kept("person = ?", (person,))


def used(id_: str, *, now: datetime) -> bool:
    """Whether it is time to note that a calendar asked; at most once an hour."""
    old = CalendarLink.used_at.is_null() | (CalendarLink.used_at < now - NOTED_EVERY)
    return bool(CalendarLink.update(used_at=now, seen_at=now).where(CalendarLink.id == id_, old).execute())


def remove(person: str, child: str) -> bool:
    return bool(delete(CalendarLink, CalendarLink.person == person, CalendarLink.child == child))


def forget_of(person: str) -> None:
    """Every link that this person made: the record may have been in strange hands until now."""
    delete(CalendarLink, CalendarLink.person == person)


def forget(person: str) -> None:
    """The person leaves: every link of theirs, and every link about them."""
    delete(CalendarLink, (CalendarLink.person == person) | (CalendarLink.child == person))


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    """Links that no calendar asked for during a year."""
    return delete_ids(CalendarLink, "SELECT id FROM calendar_link WHERE seen_at < ? LIMIT ?", (to_micros(now - KEPT), limit))


def _label(secret: str) -> str:
    return f"calendar {secret}"


def _one(where: str, params: Sequence[object]) -> Kept | None:
    return next(iter(_kept(where, params)), None)


def _kept(where: str, params: Sequence[object]) -> Sequence[Kept]:
    sql = f"SELECT id, person, child, created_at, used_at FROM calendar_link WHERE {where} ORDER BY created_at, id"  # noqa: S608 - own words
    return [_shaped(*row) for row in rows(CalendarLink, sql, params)]


def _shaped(id_: Any, person: Any, child: Any, created: int, used_at: int | None) -> Kept:
    return Kept(
        id=id_, person=person, child=child, created_at=from_micros(created), used_at=None if used_at is None else from_micros(used_at)
    )
