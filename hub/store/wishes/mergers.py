"""Who wants to join two records, how the other one was proven, and what became of it (RULES A11)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import peewee

from hub.store.fields import InstantField, delete_ids, to_micros

LIFE = timedelta(minutes=15)
KEPT = timedelta(days=30)


class WishState(StrEnum):
    """`PROVEN`: the other record's owner signed in there; `REFUSED`: that sign-in showed that nothing can be joined."""

    STARTED = "started"
    PROVEN = "proven"
    REFUSED = "refused"
    MERGED = "merged"
    EXPIRED = "expired"


class MergeWish(peewee.Model):
    """`other_at` is when the other account's owner proved to be there; `merge` names the merger once it is done.

    `pupils` are the ids of the diary's records that went over with it, with a space between, so that an undo gives them back.
    """

    id = peewee.TextField(primary_key=True)
    system = peewee.TextField()
    initiator = peewee.TextField(index=True)
    session = peewee.TextField()
    other = peewee.TextField(index=True, null=True)
    other_at = InstantField(null=True)
    state = peewee.TextField()
    reason = peewee.TextField(null=True)
    merge = peewee.TextField(null=True)
    pupils = peewee.TextField()
    created_at = InstantField()
    expires_at = InstantField(index=True)

    class Meta:
        table_name = "merge_wish"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    id: str
    system: str
    initiator: str
    session: str
    other: str | None
    other_at: datetime | None
    state: WishState
    reason: str | None
    merge: str | None
    pupils: tuple[str, ...]
    created_at: datetime


def add(*, system: str, initiator: str, session: str, now: datetime) -> str:
    id_ = secrets.token_urlsafe(12)
    MergeWish.create(
        id=id_,
        system=system,
        initiator=initiator,
        session=session,
        state=WishState.STARTED.value,
        pupils="",
        created_at=now,
        expires_at=now + LIFE,
    )
    return id_


def find(id_: str, *, now: datetime) -> Wish | None:
    row = MergeWish.get_or_none(MergeWish.id == id_)
    return _wish(row, now) if row else None


def of_person(person: str, *, now: datetime, limit: int = 20) -> Sequence[Wish]:
    """What this person began, and what was merged with this person's record; the latest first."""
    done = (MergeWish.other == person) & (MergeWish.state == WishState.MERGED.value)
    mine = (MergeWish.initiator == person) | done
    return [_wish(row, now) for row in MergeWish.select().where(mine).order_by(MergeWish.created_at.desc(), MergeWish.id).limit(limit)]


def _wish(row: MergeWish, now: datetime) -> Wish:
    state = WishState(row.state)
    if state in (WishState.STARTED, WishState.PROVEN) and row.expires_at <= now:
        state = WishState.EXPIRED
    return Wish(
        id=row.id,
        system=row.system,
        initiator=row.initiator,
        session=row.session,
        other=row.other,
        other_at=row.other_at,
        state=state,
        reason=row.reason,
        merge=row.merge,
        pupils=tuple(row.pupils.split()),
        created_at=row.created_at,
    )


def prove(id_: str, other: str, *, at: datetime | None, now: datetime) -> bool:
    """The owner of the other record came back from its own sign-in; once."""
    open_ = (MergeWish.id == id_) & (MergeWish.state == WishState.STARTED.value)
    return bool(MergeWish.update(other=other, other_at=at, state=WishState.PROVEN.value, expires_at=now + LIFE).where(open_).execute())


def refuse(id_: str, reason: str) -> bool:
    open_ = (MergeWish.id == id_) & MergeWish.state.in_([WishState.STARTED.value, WishState.PROVEN.value])
    return bool(MergeWish.update(state=WishState.REFUSED.value, reason=reason).where(open_).execute())


def take(id_: str) -> bool:
    """Of many who confirm at once one goes on; the others wait for its row and find it done."""
    proven = (MergeWish.id == id_) & (MergeWish.state == WishState.PROVEN.value)
    return bool(MergeWish.update(state=WishState.MERGED.value).where(proven).execute())


def done(id_: str, merge: str, *, pupils: Iterable[str]) -> None:
    MergeWish.update(merge=merge, pupils=" ".join(pupils)).where(MergeWish.id == id_).execute()


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    return delete_ids(MergeWish, "SELECT id FROM merge_wish WHERE expires_at < ? LIMIT ?", (to_micros(now - KEPT), limit))
