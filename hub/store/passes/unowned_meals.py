"""Receipts of tills whose carrier was nobody's yet: paid once its owner is known, never twice (RULES E5)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import peewee

from hub.store.fields import InstantField, delete, rows, to_micros

KEPT = timedelta(days=60)
"""A debit that comes later than this would explain itself to nobody."""


class UnownedMeal(peewee.Model):
    """`seq` and `event` name the receipt in the log; `child` is set when the carrier gets an owner, and the row goes when it is paid."""

    seq = peewee.BigIntegerField(primary_key=True)
    device = peewee.TextField()
    event = peewee.TextField()
    school = peewee.TextField()
    carrier = peewee.TextField()
    token = peewee.TextField()
    at = InstantField(index=True)
    child = peewee.TextField(null=True, index=True)

    class Meta:
        table_name = "unowned_meal"
        indexes = ((("token", "school"), False), (("device", "event"), False))


TABLES = (UnownedMeal,)


def keep(*, seq: int, device: str, event: str, school: str, carrier: str, token: str, at: datetime) -> None:
    UnownedMeal.insert(
        seq=seq, device=device, event=event, school=school, carrier=carrier, token=token, at=at
    ).on_conflict_ignore().execute()  # fmt: skip


def attach(school: str, carrier: str, tokens: Collection[str], *, child: str, since: datetime) -> int:
    """The carrier got an owner who was valid then; the worker pays."""
    theirs = (UnownedMeal.school == school) & (UnownedMeal.carrier == carrier) & UnownedMeal.token.in_(list(tokens))
    return int(UnownedMeal.update(child=child).where(theirs & (UnownedMeal.at >= since) & UnownedMeal.child.is_null()).execute())


def due(limit: int) -> Sequence[tuple[int, str]]:
    """The receipts that can be paid now, with the child of each, in the order in which they came."""
    sql = "SELECT seq, child FROM unowned_meal WHERE child IS NOT NULL ORDER BY seq LIMIT ?"
    return [(int(seq), str(child)) for seq, child in rows(UnownedMeal, sql, (limit,))]


def done(seqs: Collection[int]) -> None:
    delete(UnownedMeal, UnownedMeal.seq.in_(list(seqs)))


def taken_back(device: str, event: str) -> bool:
    """The till reversed it before anybody paid: nothing is left to pay."""
    return bool(delete(UnownedMeal, UnownedMeal.device == device, UnownedMeal.event == event))


def rebind(*, former: str, to: str) -> None:
    """A record was joined to another."""
    UnownedMeal.update(child=to).where(UnownedMeal.child == former).execute()


def forget(person: str) -> None:
    """The child's record is erased."""
    delete(UnownedMeal, UnownedMeal.child == person)


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    found = rows(UnownedMeal, "SELECT seq FROM unowned_meal WHERE at < ? LIMIT ?", (to_micros(now - KEPT), limit))
    return delete(UnownedMeal, UnownedMeal.seq.in_([seq for (seq,) in found])) if found else 0
