"""Accounts that wait for a code: what the second step of the sign-in needs, sealed, for ten minutes and five tries."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
import peewee

from hub.store.fields import InstantField, SealedColumn, delete, delete_ids, rows, to_micros
from identity.sealing import Keys

LIFE = timedelta(minutes=10)
MOST_TRIES = 5
MOST_OPEN = 3
"""So many sign-ins of one person may wait for a code at once; the oldest goes."""


class LinkStep(peewee.Model):
    """`keep` is the connector's own; `whose` and `role` are what the person asked for with the credentials."""

    id = peewee.TextField(primary_key=True)
    person = peewee.TextField(index=True)
    system = peewee.TextField()
    whose = peewee.TextField(null=True)
    role = peewee.TextField(null=True)
    keep = peewee.TextField()
    sent_to = peewee.TextField()
    tries = peewee.IntegerField(default=0)
    created_at = InstantField()
    expires_at = InstantField(index=True)

    class Meta:
        table_name = "link_step"


TABLES = (LinkStep,)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(LinkStep, "keep"), SealedColumn(LinkStep, "sent_to"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`tries_left` is the lesser of our count and the system's."""

    id: str
    person: str
    system: str
    whose: str | None
    role: str | None
    sent_to: str
    tries_left: int
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStep:
    person: str
    system: str
    whose: str | None
    role: str | None
    sent_to: str


def add(keys: Keys, new: NewStep, keep: Mapping[str, str], *, now: datetime, tries_left: int = MOST_TRIES) -> str:
    """Keeps the step; of too many open ones the oldest go."""
    open_ = rows(LinkStep, "SELECT id FROM link_step WHERE person = ? ORDER BY created_at DESC, id", (new.person,))
    for (old,) in open_[MOST_OPEN - 1 :]:
        delete(LinkStep, LinkStep.id == old)
    id_ = secrets.token_urlsafe(12)
    LinkStep.create(
        id=id_,
        person=new.person,
        system=new.system,
        whose=new.whose,
        role=new.role,
        keep=_seal(keys, id_, keep),
        sent_to=keys.seal("link_step", "sent_to", id_, new.sent_to),
        tries=MOST_TRIES - tries_left,
        created_at=now,
        expires_at=now + LIFE,
    )
    return id_


def _seal(keys: Keys, id_: str, keep: Mapping[str, str]) -> str:
    return keys.seal("link_step", "keep", id_, msgspec.json.encode(dict(keep)).decode())


def _step(keys: Keys, row: LinkStep) -> Step:
    return Step(
        id=row.id,
        person=row.person,
        system=row.system,
        whose=row.whose,
        role=row.role,
        sent_to=keys.open("link_step", "sent_to", row.id, row.sent_to),
        tries_left=max(0, MOST_TRIES - row.tries),
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


def find(keys: Keys, id_: str, *, person: str, now: datetime) -> Step | None:
    """The person's own step while it waits."""
    row = LinkStep.get_or_none(LinkStep.id == id_, LinkStep.person == person, LinkStep.expires_at > now)
    return _step(keys, row) if row is not None else None


def of_person(keys: Keys, person: str, *, now: datetime) -> Sequence[Step]:
    waiting = LinkStep.select().where(LinkStep.person == person, LinkStep.expires_at > now, LinkStep.tries < MOST_TRIES)
    return [_step(keys, row) for row in waiting.order_by(LinkStep.created_at, LinkStep.id)]


def take_try(keys: Keys, id_: str, *, person: str, now: datetime) -> Mapping[str, str] | None:
    """Counts one try by one conditional update and gives what the step needs; None when no try is left."""
    mine = (LinkStep.id == id_) & (LinkStep.person == person) & (LinkStep.expires_at > now) & (LinkStep.tries < MOST_TRIES)
    if not LinkStep.update(tries=LinkStep.tries + 1).where(mine).execute():
        return None
    row = LinkStep.get(LinkStep.id == id_)
    return msgspec.json.decode(keys.open("link_step", "keep", id_, row.keep), type=dict[str, str])


def give_back(id_: str) -> None:
    """The system gave no answer: the code was not tried."""
    LinkStep.update(tries=LinkStep.tries - 1).where(LinkStep.id == id_, LinkStep.tries > 0).execute()


def asked_again(keys: Keys, id_: str, keep: Mapping[str, str], sent_to: str, *, tries_left: int) -> None:
    """The code was wrong and another may be entered: what the next try needs."""
    sealed = keys.seal("link_step", "sent_to", id_, sent_to)
    told = LinkStep.update(keep=_seal(keys, id_, keep), sent_to=sealed, tries=MOST_TRIES - tries_left)
    told.where(LinkStep.id == id_).execute()


def end(id_: str) -> bool:
    """The step is over; True for the one caller that ended it."""
    return bool(delete(LinkStep, LinkStep.id == id_))


def drop(id_: str, *, person: str) -> bool:
    """The person gives it up."""
    return bool(delete(LinkStep, LinkStep.id == id_, LinkStep.person == person))


def forget(person: str) -> int:
    """Destroys every waiting step of the person."""
    return delete(LinkStep, LinkStep.person == person)


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    return delete_ids(LinkStep, "SELECT id FROM link_step WHERE expires_at < ? LIMIT ?", (to_micros(now), limit))
