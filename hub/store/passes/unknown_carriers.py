"""Carriers that a school's devices read and its register does not know: their ends, where, how often (RULES E5)."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import peewee

from hub.store.fields import InstantField, delete, delete_ids, to_micros

KEPT = timedelta(days=180)


class UnknownCarrier(peewee.Model):
    """`token` is the keyed index of the number, `tail` its end; `dropped` ones the office has put aside."""

    id = peewee.TextField(primary_key=True)
    school = peewee.TextField()
    carrier = peewee.TextField()
    token = peewee.TextField()
    tail = peewee.TextField()
    first_at = InstantField()
    last_at = InstantField()
    uses = peewee.IntegerField()
    device = peewee.TextField()
    door = peewee.TextField()
    dropped = peewee.BooleanField(default=False)

    class Meta:
        table_name = "unknown_carrier"
        indexes = ((("school", "carrier", "token"), True), (("school", "last_at"), False))


TABLES = (UnknownCarrier,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    id: str
    school: str
    carrier: str
    token: str
    tail: str
    first_at: datetime
    last_at: datetime
    uses: int
    device: str
    door: str


def note(*, school: str, carrier: str, token: str, tail: str, at: datetime, device: str, door: str) -> None:
    """One more use; an older one that comes late moves the beginning only."""
    mine, where = UnknownCarrier, (UnknownCarrier.school == school, UnknownCarrier.carrier == carrier, UnknownCarrier.token == token)
    known = mine.get_or_none(*where)
    if known is None:
        made = mine.insert(
            id=secrets.token_urlsafe(9), school=school, carrier=carrier, token=token, tail=tail, first_at=at, last_at=at, uses=1,
            device=device, door=door, dropped=False,
        ).on_conflict_ignore()  # fmt: skip
        if made.as_rowcount().execute():
            return
        known = mine.get(*where)
    changes = {"uses": mine.uses + 1, "first_at": min(known.first_at, at)}
    if at >= known.last_at:
        changes |= {"last_at": at, "device": device, "door": door}
    mine.update(changes).where(mine.id == known.id).execute()


def of_school(school: str, *, limit: int = 100) -> Sequence[Unknown]:
    """The latest first, without those that were put aside."""
    here = (UnknownCarrier.school == school) & (UnknownCarrier.dropped == False)  # noqa: E712 - an SQL expression
    found = UnknownCarrier.select().where(here).order_by(UnknownCarrier.last_at.desc(), UnknownCarrier.id).limit(limit)
    return [_unknown(row) for row in found]


def find(id_: str) -> Unknown | None:
    row = UnknownCarrier.get_or_none(UnknownCarrier.id == id_)
    return None if row is None else _unknown(row)


def put_aside(id_: str) -> None:
    """Somebody's bank card at the canteen, a guest's pass: it is counted on and not shown."""
    UnknownCarrier.update(dropped=True).where(UnknownCarrier.id == id_).execute()


def became_known(school: str, carrier: str, tokens: Collection[str]) -> None:
    theirs = (UnknownCarrier.school == school) & (UnknownCarrier.carrier == carrier) & UnknownCarrier.token.in_(list(tokens))
    delete(UnknownCarrier, theirs)


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    sql = "SELECT id FROM unknown_carrier WHERE last_at < ? LIMIT ?"
    return delete_ids(UnknownCarrier, sql, (to_micros(now - KEPT), limit))


def _unknown(row: UnknownCarrier) -> Unknown:
    return Unknown(
        id=row.id,
        school=row.school,
        carrier=row.carrier,
        token=row.token,
        tail=row.tail,
        first_at=row.first_at,
        last_at=row.last_at,
        uses=row.uses,
        device=row.device,
        door=row.door,
    )
