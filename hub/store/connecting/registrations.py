"""Registrations at a diary that the family has begun and the diary has not opened yet: what opening needs, sealed, until it is over."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
import peewee

from hub.store.fields import InstantField, SealedColumn, delete, delete_ids, rows, to_micros
from identity.sealing import Keys

LIFE = timedelta(days=3)
"""The longest that a letter is waited for; a system may say less."""
MOST_TRIES = 10
MOST_OPEN = 3
"""So many registrations of one person may wait at once; the oldest goes."""


class DiaryRegistration(peewee.Model):
    """`keep` is the connector's own, the password among it; `whose` is the child that it was begun for; `waits_for` as of a link."""

    id = peewee.TextField(primary_key=True)
    person = peewee.TextField(index=True)
    system = peewee.TextField()
    whose = peewee.TextField(null=True)
    waits_for = peewee.TextField()
    keep = peewee.TextField()
    sent_to = peewee.TextField()
    code = peewee.IntegerField()
    tries = peewee.IntegerField(default=0)
    looks = peewee.IntegerField(default=0)
    look_at = InstantField(index=True)
    created_at = InstantField()
    expires_at = InstantField(index=True)

    class Meta:
        table_name = "diary_registration"


TABLES = (DiaryRegistration,)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(DiaryRegistration, "keep"), SealedColumn(DiaryRegistration, "sent_to"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """`code`: the letter's code can be typed in here. `looks` is how often the diary was asked whether it is confirmed."""

    id: str
    person: str
    system: str
    whose: str | None
    waits_for: str
    sent_to: str
    code: bool
    tries_left: int
    looks: int
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class New:
    person: str
    system: str
    whose: str | None
    waits_for: str
    sent_to: str
    code: bool
    look_at: datetime
    expires_at: datetime


def add(keys: Keys, new: New, keep: Mapping[str, str], *, now: datetime) -> str:
    """Keeps it; of too many open ones the oldest go."""
    sql = "SELECT id FROM diary_registration WHERE person = ? ORDER BY created_at DESC, id"
    for (old,) in rows(DiaryRegistration, sql, (new.person,))[MOST_OPEN - 1 :]:
        delete(DiaryRegistration, DiaryRegistration.id == old)
    id_ = secrets.token_urlsafe(12)
    DiaryRegistration.create(
        id=id_,
        person=new.person,
        system=new.system,
        whose=new.whose,
        waits_for=new.waits_for,
        keep=_seal(keys, id_, keep),
        sent_to=keys.seal("diary_registration", "sent_to", id_, new.sent_to),
        code=int(new.code),
        look_at=new.look_at,
        created_at=now,
        expires_at=min(new.expires_at, now + LIFE),
    )
    return id_


def _seal(keys: Keys, id_: str, keep: Mapping[str, str]) -> str:
    return keys.seal("diary_registration", "keep", id_, msgspec.json.encode(dict(keep)).decode())


def _one(keys: Keys, row: DiaryRegistration) -> Registration:
    return Registration(
        id=row.id,
        person=row.person,
        system=row.system,
        whose=row.whose,
        waits_for=row.waits_for,
        sent_to=keys.open("diary_registration", "sent_to", row.id, row.sent_to),
        code=bool(row.code),
        tries_left=max(0, MOST_TRIES - row.tries),
        looks=row.looks,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


def find(keys: Keys, id_: str, *, person: str | None = None, now: datetime) -> Registration | None:
    """While it waits; `person`: only an own one."""
    mine = (DiaryRegistration.id == id_) & (DiaryRegistration.expires_at > now)
    if person is not None:
        mine &= DiaryRegistration.person == person
    row = DiaryRegistration.get_or_none(mine)
    return _one(keys, row) if row is not None else None


def keep_of(keys: Keys, id_: str) -> Mapping[str, str] | None:
    for (sealed,) in rows(DiaryRegistration, "SELECT keep FROM diary_registration WHERE id = ?", (id_,)):
        return msgspec.json.decode(keys.open("diary_registration", "keep", id_, sealed), type=dict[str, str])
    return None


def of_person(keys: Keys, person: str, *, now: datetime) -> Sequence[Registration]:
    open_ = DiaryRegistration.select().where(DiaryRegistration.person == person, DiaryRegistration.expires_at > now)
    return [_one(keys, row) for row in open_.order_by(DiaryRegistration.created_at, DiaryRegistration.id)]


def due(*, now: datetime, system: str, limit: int) -> Sequence[str]:
    """Those to be looked at, the expired ones among them."""
    sql = "SELECT id FROM diary_registration WHERE system = ? AND (look_at <= ? OR expires_at <= ?) ORDER BY look_at, id LIMIT ?"
    at = to_micros(now)
    return [id_ for (id_,) in rows(DiaryRegistration, sql, (system, at, at, limit))]


def looked(id_: str, *, look_at: datetime) -> None:
    DiaryRegistration.update(looks=DiaryRegistration.looks + 1, look_at=look_at).where(DiaryRegistration.id == id_).execute()


def take_try(id_: str, *, person: str, now: datetime) -> bool:
    """Counts one code by one conditional update; False when none is left."""
    mine = (DiaryRegistration.id == id_) & (DiaryRegistration.person == person) & (DiaryRegistration.expires_at > now)
    counted = DiaryRegistration.update(tries=DiaryRegistration.tries + 1).where(mine, DiaryRegistration.tries < MOST_TRIES)
    return bool(counted.execute())


def give_back(id_: str) -> None:
    """The system gave no answer: the code was not tried."""
    DiaryRegistration.update(tries=DiaryRegistration.tries - 1).where(DiaryRegistration.id == id_, DiaryRegistration.tries > 0).execute()


def end(id_: str) -> bool:
    """It is over; True for the one caller that ended it."""
    return bool(delete(DiaryRegistration, DiaryRegistration.id == id_))


def drop(id_: str, *, person: str) -> bool:
    """The person gives it up."""
    return bool(delete(DiaryRegistration, DiaryRegistration.id == id_, DiaryRegistration.person == person))


def forget(person: str) -> int:
    """Everything that this person waits for is gone (an erasure, a stronger owner of the cabinet)."""
    return delete(DiaryRegistration, DiaryRegistration.person == person)


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    """Whatever the worker that tells of expired ones has left; a day later."""
    sql = "SELECT id FROM diary_registration WHERE expires_at < ? LIMIT ?"
    return delete_ids(DiaryRegistration, sql, (to_micros(now - timedelta(days=1)), limit))
