"""When and where a blocked or lost carrier was shown to a reader: the family is told, the timeline shows it (RULES E5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import peewee

from hub.store.fields import InstantField, delete, rows, to_micros

KEPT = timedelta(days=730)
"""As passes: the school year and one more, at least."""


class ClosedUse(peewee.Model):
    """`seq` is the event's in the log; `state` is how the carrier stood then; `told`: the family heard of this one."""

    seq = peewee.BigIntegerField(primary_key=True)
    carrier = peewee.TextField(index=True)
    child = peewee.TextField()
    school = peewee.TextField()
    state = peewee.TextField()
    at = InstantField(index=True)
    device = peewee.TextField()
    door = peewee.TextField()
    told = peewee.BooleanField()

    class Meta:
        table_name = "closed_use"
        indexes = ((("child", "at"), False),)


TABLES = (ClosedUse,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    seq: int
    carrier: str
    child: str
    school: str
    state: str
    at: datetime
    device: str
    door: str
    told: bool


def keep(one: Used) -> bool:
    """False where this event was kept before."""
    made = ClosedUse.insert(
        seq=one.seq, carrier=one.carrier, child=one.child, school=one.school, state=one.state, at=one.at, device=one.device,
        door=one.door, told=one.told,
    ).on_conflict_ignore()  # fmt: skip
    return bool(made.as_rowcount().execute())


def told_near(carrier: str, at: datetime, *, span: timedelta) -> bool:
    """Whether the family has heard of a use around this moment: a thief at the door is one notice, not twenty."""
    near = (ClosedUse.at > at - span) & (ClosedUse.at < at + span)
    return bool(ClosedUse.select().where((ClosedUse.carrier == carrier) & (ClosedUse.told == True) & near).exists())  # noqa: E712 - SQL


def of_child(child: str, *, start: datetime, end: datetime, limit: int = 200) -> Sequence[Used]:
    """Oldest first."""
    found = ClosedUse.select().where((ClosedUse.child == child) & (ClosedUse.at >= start) & (ClosedUse.at < end))
    return [_used(row) for row in found.order_by(ClosedUse.at, ClosedUse.seq).limit(limit)]


def used_since(carrier: str, at: datetime) -> bool:
    return bool(ClosedUse.select().where((ClosedUse.carrier == carrier) & (ClosedUse.at >= at)).exists())


def rebind(*, former: str, to: str) -> None:
    """A record was joined to another."""
    ClosedUse.update(child=to).where(ClosedUse.child == former).execute()


def forget(person: str) -> None:
    """The child's record is erased."""
    delete(ClosedUse, ClosedUse.child == person)


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    found = rows(ClosedUse, "SELECT seq FROM closed_use WHERE at < ? LIMIT ?", (to_micros(now - KEPT), limit))
    return delete(ClosedUse, ClosedUse.seq.in_([seq for (seq,) in found])) if found else 0


def _used(row: ClosedUse) -> Used:
    return Used(
        seq=row.seq,
        carrier=row.carrier,
        child=row.child,
        school=row.school,
        state=row.state,
        at=row.at,
        device=row.device,
        door=row.door,
        told=row.told,
    )
