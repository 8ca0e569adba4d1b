"""Signed-in browsers: a session is found by the keyed hash of its cookie, and its token changes at each sign-in."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import peewee

from hub.store.fields import InstantField, SealedColumn, changed, delete, delete_ids, from_micros, rows, to_micros
from hub.store.sessions import visits
from hub.store.sessions.devices import KnownDevice, device_hash, forget_device, forget_devices
from hub.store.sessions.visits import CabinetVisit
from identity.sealing import Keys


class Kind(StrEnum):
    """`APP` is a session that its owner asked to keep on this device."""

    BROWSER = "browser"
    APP = "app"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """In force from a day on; a later row of the same kind replaces it for sessions that begin then."""

    kind: Kind
    since: date
    idle: timedelta
    absolute: timedelta


TERMS = (
    Term(kind=Kind.BROWSER, since=date(2026, 9, 1), idle=timedelta(days=7), absolute=timedelta(days=30)),
    Term(kind=Kind.APP, since=date(2026, 9, 1), idle=timedelta(days=60), absolute=timedelta(days=365)),
)


def term_of(kind: Kind, on: date) -> Term:
    """The term in force on that day; before the first one the first."""
    mine = sorted((term for term in TERMS if term.kind is kind), key=lambda term: term.since)
    return next((term for term in reversed(mine) if term.since <= on), mine[0])


IDLE = TERMS[0].idle
ABSOLUTE = TERMS[0].absolute
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
    kind = peewee.TextField(null=True)
    device = peewee.TextField(null=True)
    post = peewee.TextField(null=True)

    class Meta:
        table_name = "session"


TABLES = (Session, KnownDevice, CabinetVisit)
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
    kind: Kind = Kind.BROWSER
    post: tuple[str, str] | None = None
    """School and role of the post that the person chose to work at in this session, where several were to choose from."""

    def alive(self, now: datetime) -> bool:
        return now < self.expires_at and now < self.seen_at + term_of(self.kind, now.date()).idle


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
    device: str | None = None,
) -> tuple[str, str]:
    """A new session; `replaces` is the browser's former one, which ends; `device` is the cookie of a known browser.

    Returns (session id, cookie token).
    """
    kind, label = _kind_after(replaces, person, label)
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
        expires_at=now + term_of(kind, now.date()).absolute,
        children_told=None if children_told is None else int(children_told),
        kind=kind.value,
        device=device_hash(keys, person=person, cookie=device) if device else None,
    )
    return str(session.id), token


def _kind_after(replaces: str | None, person: str, label: str) -> tuple[Kind, str]:
    """The same person who signs in anew inside the installed app stays in the app."""
    former = Session.get_or_none(Session.id == replaces, Session.person == person, Session.ended_at.is_null()) if replaces else None
    if former is not None and former.kind == Kind.APP.value:
        return Kind.APP, str(former.label)
    return Kind.BROWSER, label


def rotate(keys: Keys, session: str, *, now: datetime) -> str | None:
    """A new token for a living session (after linking or step-up); the old one opens nothing any more."""
    token = secrets.token_urlsafe(32)
    sql = "UPDATE session SET token_hash = ?, seen_at = ? WHERE id = ? AND ended_at IS NULL AND expires_at > ?"
    at = to_micros(now)
    return token if changed(Session, sql, (keys.code_hash(token), at, session, at)) else None


def lengthen(keys: Keys, session: str, *, label: str, now: datetime) -> str | None:
    """The owner stays in the installed app: the longer term from now on, a new token; None when the session is over."""
    token = secrets.token_urlsafe(32)
    changed = (
        Session.update(
            token_hash=keys.code_hash(token),
            seen_at=now,
            kind=Kind.APP.value,
            label=label,
            expires_at=now + term_of(Kind.APP, now.date()).absolute,
        )
        .where(Session.id == session, Session.ended_at.is_null(), Session.expires_at > now)
        .execute()
    )
    return token if changed else None


def find(keys: Keys, token: str, *, now: datetime) -> Visitor | None:
    """The living session of this cookie."""
    hashes = keys.code_hashes(token)
    marks = ", ".join("?" * len(hashes))
    columns = "id, person, system, auth_time, seen_at, expires_at, children_told, kind, post"
    sql = f"SELECT {columns} FROM session WHERE token_hash IN ({marks}) AND ended_at IS NULL"  # noqa: S608 - only question marks are put in
    for id_, person, system, auth_time, seen_at, expires_at, told, kind, post in rows(Session, sql, hashes):
        visitor = Visitor(
            session=id_,
            person=person,
            system=system,
            csrf=csrf_of(keys, id_),
            seen_at=from_micros(seen_at),
            expires_at=from_micros(expires_at),
            auth_time=None if auth_time is None else from_micros(auth_time),
            children_told=None if told is None else bool(told),
            kind=Kind(kind) if kind else Kind.BROWSER,
            post=_post(post),
        )
        return visitor if visitor.alive(now) else None
    return None


def choose_post(session: str, post: tuple[str, str] | None) -> None:
    """From now on this session works at this post and at no other."""
    Session.update(post=" ".join(post) if post else None).where(Session.id == session).execute()


def _post(text: str | None) -> tuple[str, str] | None:
    school, _, role = (text or "").partition(" ")
    return (school, role) if role else None


def is_open(session: str, *, now: datetime) -> bool:
    """Whether this session goes on, whatever its token is by now."""
    found = rows(Session, "SELECT seen_at, expires_at, kind FROM session WHERE id = ? AND ended_at IS NULL", (session,))
    for seen_at, expires_at, kind in found:
        idle = term_of(Kind(kind) if kind else Kind.BROWSER, now.date()).idle
        return now < from_micros(expires_at) and now < from_micros(seen_at) + idle
    return False


def touch(session: str, *, now: datetime) -> None:
    """Moves the idle end; asked for at most every few minutes."""
    Session.update(seen_at=now).where(Session.id == session, Session.seen_at < now).execute()


def end(session: str, *, now: datetime, person: str | None = None) -> bool:
    """Ends one session; with `person`, only if it is that person's. False when there was nothing to end."""
    mine = Session.ended_at.is_null() & (Session.id == session)
    if person is not None:
        mine &= Session.person == person
    return bool(Session.update(ended_at=now).where(mine).execute())


def disown(session: str, *, person: str, now: datetime) -> bool:
    """Ends the person's session, also an ended one, and forgets the browser that it was opened in; False when it is not theirs."""
    found = Session.get_or_none(Session.id == session, Session.person == person)
    if found is None:
        return False
    end(session, now=now, person=person)
    if found.device:
        forget_device(found.device)
    return True


def end_all(person: str, *, now: datetime, keep: str | None = None) -> int:
    """Ends every session of a person but `keep`."""
    mine = Session.ended_at.is_null() & (Session.person == person)
    if keep is not None:
        mine &= Session.id != keep
    return int(Session.update(ended_at=now).where(mine).execute())


def living(person: str, *, now: datetime) -> Sequence[Session]:
    """The person's open sessions, the latest used first."""
    found = Session.select().where(Session.person == person, Session.ended_at.is_null(), Session.expires_at > now)
    day = now.date()
    return [
        one
        for one in found.order_by(Session.seen_at.desc(), Session.id)
        if one.seen_at > now - term_of(Kind(one.kind or Kind.BROWSER), day).idle
    ]


def forget(person: str) -> int:
    """Deletes every session of a person, open or ended, the browsers that it was seen in, and the note of the last visit (an erasure)."""
    forget_devices(person)
    visits.forget(person)
    return delete(Session, Session.person == person)


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    """Deletes sessions that ended or lapsed a month ago; returns how many."""
    limit_at = to_micros(now - KEPT_AFTER_END)
    return delete_ids(Session, "SELECT id FROM session WHERE expires_at < ? OR ended_at < ? LIMIT ?", (limit_at, limit_at, limit))
