"""An exchange of a parent's and a child's profiles that waits for the second confirmation (RULES A11)."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import peewee

from hub.store.fields import InstantField, delete_ids, to_micros

LIFE = timedelta(days=14)
KEPT = timedelta(days=30)


class SwapState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class SwapWish(peewee.Model):
    """`confirmed` holds the words of `identity.linking.merging.Confirmer`, with a space between."""

    id = peewee.TextField(primary_key=True)
    system = peewee.TextField()
    parent = peewee.TextField(index=True)
    child = peewee.TextField(index=True)
    parent_link = peewee.TextField()
    child_link = peewee.TextField()
    asked_by = peewee.TextField()
    confirmed = peewee.TextField()
    state = peewee.TextField()
    created_at = InstantField()
    expires_at = InstantField(index=True)

    class Meta:
        table_name = "swap_wish"


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    id: str
    system: str
    parent: str
    child: str
    parent_link: str
    child_link: str
    asked_by: str
    confirmed: frozenset[str]
    state: SwapState
    created_at: datetime
    expires_at: datetime


def add(
    *, system: str, parent: str, child: str, parent_link: str, child_link: str, asked_by: str, confirmed: Collection[str], now: datetime
) -> str:
    """A new wish, or the open one of these two profiles: a repeat asks nobody twice."""
    same = (SwapWish.parent_link == parent_link) & (SwapWish.child_link == child_link)
    open_ = SwapWish.get_or_none(same, SwapWish.state == SwapState.WAITING.value, SwapWish.expires_at > now)
    if open_ is not None:
        return str(open_.id)
    id_ = secrets.token_urlsafe(12)
    SwapWish.create(
        id=id_,
        system=system,
        parent=parent,
        child=child,
        parent_link=parent_link,
        child_link=child_link,
        asked_by=asked_by,
        confirmed=" ".join(sorted(confirmed)),
        state=SwapState.WAITING.value,
        created_at=now,
        expires_at=now + LIFE,
    )
    return id_


def find(id_: str, *, now: datetime) -> Swap | None:
    row = SwapWish.get_or_none(SwapWish.id == id_)
    return _swap(row, now) if row else None


def of_people(people: Collection[str], *, now: datetime) -> Sequence[Swap]:
    """Those that concern one of these people, the latest first."""
    wanted = sorted(people)
    theirs = SwapWish.parent.in_(wanted) | SwapWish.child.in_(wanted)
    return [_swap(row, now) for row in SwapWish.select().where(theirs).order_by(SwapWish.created_at.desc(), SwapWish.id).limit(20)]


def _swap(row: SwapWish, now: datetime) -> Swap:
    state = SwapState(row.state)
    if state is SwapState.WAITING and row.expires_at <= now:
        state = SwapState.EXPIRED
    return Swap(
        id=row.id,
        system=row.system,
        parent=row.parent,
        child=row.child,
        parent_link=row.parent_link,
        child_link=row.child_link,
        asked_by=row.asked_by,
        confirmed=frozenset(row.confirmed.split()),
        state=state,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


def settle(id_: str, state: SwapState, *, confirmed: Collection[str]) -> bool:
    """Ends a waiting wish; of two who do so at once one wins."""
    waiting = (SwapWish.id == id_) & (SwapWish.state == SwapState.WAITING.value)
    return bool(SwapWish.update(state=state.value, confirmed=" ".join(sorted(confirmed))).where(waiting).execute())


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    return delete_ids(SwapWish, "SELECT id FROM swap_wish WHERE expires_at < ? LIMIT ?", (to_micros(now - KEPT), limit))
