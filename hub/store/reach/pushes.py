"""Browsers that take pushes: each subscription is one person's, the one who signed in there last."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from hub.store.fields import delete, from_micros, rows
from hub.store.reach.tables import PUSH_LABEL, ReachPush
from identity.sealing import Keys

MOST = 10
"""Browsers of one person; the longest known gives way."""
SOME = 400


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """As a browser tells it (Push API); `p256dh` and `auth` are base64url."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PushCard:
    """`subscription` is the JSON text of a `Subscription`, which the channel takes as its address."""

    id: str
    person: str
    subscription: str = field(repr=False)
    label: str
    created_at: datetime


def put(keys: Keys, person: str, told: Subscription, *, label: str, now: datetime) -> str:
    """Its id; a browser that was known, whoever's it was, is this person's now."""
    delete(ReachPush, ReachPush.endpoint_index.in_(keys.indexes(PUSH_LABEL, told.endpoint)))
    id_ = secrets.token_urlsafe(12)
    ReachPush.insert(
        id=id_,
        person=person,
        endpoint=keys.seal("reach_push", "endpoint", id_, told.endpoint),
        endpoint_index=keys.index(PUSH_LABEL, told.endpoint),
        keys=keys.seal("reach_push", "keys", id_, f"{told.p256dh} {told.auth}"),
        label=label,
        created_at=now,
    ).on_conflict_ignore().execute()
    for old in of_person(keys, person)[MOST:]:
        remove(old.id)
    return id_


def of_person(keys: Keys, person: str) -> Sequence[PushCard]:
    """The newest first."""
    return sorted(of_people(keys, (person,)), key=lambda one: (one.created_at, one.id), reverse=True)


def of_people(keys: Keys, people: Sequence[str]) -> list[PushCard]:
    found: list[PushCard] = []
    for start in range(0, len(people), SOME):
        some = people[start : start + SOME]
        sql = f"SELECT id, person, endpoint, keys, label, created_at FROM reach_push WHERE person IN ({', '.join('?' * len(some))})"  # noqa: S608 - only ? marks
        found += [_card(keys, *row) for row in rows(ReachPush, f"{sql} ORDER BY created_at DESC, id", some)]
    return found


def remove(id_: str, *, person: str | None = None) -> bool:
    mine = ReachPush.id == id_
    return bool(delete(ReachPush, mine if person is None else mine & (ReachPush.person == person)))


def _card(keys: Keys, id_: str, person: str, endpoint: str, sealed: str, label: str, created_at: int) -> PushCard:
    p256dh, _, auth = keys.open("reach_push", "keys", id_, sealed).partition(" ")
    told = Subscription(endpoint=keys.open("reach_push", "endpoint", id_, endpoint), p256dh=p256dh, auth=auth)
    return PushCard(id=id_, person=person, subscription=msgspec.json.encode(told).decode(), label=label, created_at=from_micros(created_at))
