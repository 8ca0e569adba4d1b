"""Signed-in browsers: a session is found by the keyed hash of its cookie, and its token changes at each sign-in."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import peewee

from hub.store.fields import InstantField, SealedColumn, delete_ids, from_micros, rows, to_micros
from identity.sealing import Keys

IDLE = timedelta(days=7)
ABSOLUTE = timedelta(days=30)
TOUCH = timedelta(minutes=5)
KEPT_AFTER_END = timedelta(days=30)


class Session(peewee.Model):
    """`id` is shown in the device list and opens nothing; only the hash of the token is kept."""

    id = peewee.TextField(primary_key=True)
    token_hash = peewee.TextField(unique=True)
    person = peewee.TextField(index=True)
    system = peewee.TextField()
    label = peewee.TextField()
    auth_time = InstantField(null=True)
    created_at = InstantField()
    seen_at = InstantField()
    expires_at = InstantField(index=True)
    ended_at = InstantField(null=True)
    children_told = peewee.IntegerField(null=True)

    class Meta:
        table_name = "session"


TABLES = (Session,)
SEALED: tuple[SealedColumn, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who asks, in which session. `csrf` is what writes must repeat; `children_told`: None where the sign-in was not asked for children."""

    session: str
    person: str
    system: str
    csrf: str
    seen_at: datetime
    expires_at: datetime
    auth_time: datetime | None = None
    children_told: bool | None = None

    def alive(self, now: datetime) -> bool:
        return now < self.expires_at and now < self.seen_at + IDLE


def csrf_of(keys: Keys, session: str) -> str:
    """Bound to the session, not to its token: a page that is open while the token changes can still write."""
    return keys.code_hash(f"csrf {session}")


def start(
    keys: Keys,
    *,
    person: str,
    system: str,
    label: str,
    auth_time: datetime | None,
    now: datetime,
    replaces: str | None = None,
    children_told: bool | None = None,
) -> tuple[str, str]:
    """A new session; `replaces` is the browser's former one, which ends. Returns (session id, cookie token)."""
    if replaces is not None:
        end(replaces, now=now)
    token = secrets.token_urlsafe(32)
    session = Session.create(
        id=secrets.token_urlsafe(12),
        token_hash=keys.code_hash(token),
        person=person,
        system=system,
        label=label,
        auth_time=auth_time,
        created_at=now,
        seen_at=now,
        expires_at=now + ABSOLUTE,
        children_told=None if children_told is None else int(children_told),
    )
    return str(session.id), token


def rotate(keys: Keys, session: str, *, now: datetime) -> str | None:
    """A new token for a living session (after linking or step-up); the old one opens nothing any more."""
    token = secrets.token_urlsafe(32)
    changed = (
        Session.update(token_hash=keys.code_hash(token), seen_at=now)
        .where(Session.id == session, Session.ended_at.is_null(), Session.expires_at > now)
        .execute()
    )
    return token if changed else None


def find(keys: Keys, token: str, *, now: datetime) -> Visitor | None:
    """The living session of this cookie."""
    hashes = keys.code_hashes(token)
    marks = ", ".join("?" * len(hashes))
    columns = "id, person, system, auth_time, seen_at, expires_at, children_told"
    sql = f"SELECT {columns} FROM session WHERE token_hash IN ({marks}) AND ended_at IS NULL"  # noqa: S608 - only question marks are put in
    for id_, person, system, auth_time, seen_at, expires_at, told in rows(Session, sql, hashes):
        visitor = Visitor(
            session=id_,
            person=person,
            system=system,
            csrf=csrf_of(keys, id_),
            seen_at=from_micros(seen_at),
            expires_at=from_micros(expires_at),
            auth_time=None if auth_time is None else from_micros(auth_time),
            children_told=None if told is None else bool(told),
        )
        return visitor if visitor.alive(now) else None
    return None


def touch(session: str, *, now: datetime) -> None:
    """Moves the idle end; asked for at most every few minutes."""
    Session.update(seen_at=now).where(Session.id == session, Session.seen_at < now).execute()


def end(session: str, *, now: datetime, person: str | None = None) -> bool:
    """Ends one session; with `person`, only if it is that person's. False when there was nothing to end."""
    mine = Session.ended_at.is_null() & (Session.id == session)
    if person is not None:
        mine &= Session.person == person
    return bool(Session.update(ended_at=now).where(mine).execute())


def end_all(person: str, *, now: datetime, keep: str | None = None) -> int:
    """Ends every session of a person but `keep`."""
    mine = Session.ended_at.is_null() & (Session.person == person)
    if keep is not None:
        mine &= Session.id != keep
    return int(Session.update(ended_at=now).where(mine).execute())


def living(person: str, *, now: datetime) -> Sequence[Session]:
    """The person's open sessions, the latest used first."""
    return list(
        Session.select()
        .where(Session.person == person, Session.ended_at.is_null(), Session.expires_at > now, Session.seen_at > now - IDLE)
        .order_by(Session.seen_at.desc(), Session.id)
    )


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    """Deletes sessions that ended or lapsed a month ago; returns how many."""
    limit_at = to_micros(now - KEPT_AFTER_END)
    return delete_ids(Session, "SELECT id FROM session WHERE expires_at < ? OR ended_at < ? LIMIT ?", (limit_at, limit_at, limit))
