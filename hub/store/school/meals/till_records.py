"""What a till sold against a family's word or without money: recorded and told, never reversed by itself (facts 2.3, rule 8)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import peewee

from hub.store.fields import InstantField, delete, delete_ids, from_micros, rows, to_micros

KEPT = timedelta(days=730)


class RecordKind(StrEnum):
    """`OVERDRAFT`: sold without a connection and paid although it would have been refused. `UNPAID`: eaten and not paid.

    `FORBIDDEN`: something that the family does not allow. `BY_NAME`: served without a card.
    """

    FORBIDDEN = "forbidden"
    OVERDRAFT = "overdraft"
    UNPAID = "unpaid"
    BY_NAME = "by_name"


class TillRecord(peewee.Model):
    """Opaque ids and what was sold; why a dish is forbidden stands nowhere."""

    id = peewee.TextField(primary_key=True)
    school = peewee.TextField()
    child = peewee.TextField()
    device = peewee.TextField()
    event = peewee.TextField()
    kind = peewee.TextField()
    title = peewee.TextField()
    amount_kop = peewee.BigIntegerField()
    offline = peewee.BooleanField()
    at = InstantField()
    noted_at = InstantField()

    class Meta:
        table_name = "till_record"
        indexes = ((("school", "noted_at"), False), (("child", "noted_at"), False))


TABLES = (TillRecord,)
SEALED = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    school: str
    child: str
    device: str
    event: str
    kind: RecordKind
    title: str
    amount_kop: int
    offline: bool
    at: datetime


def note(record: Record, *, now: datetime) -> bool:
    """Once for an event and kind; False where it is noted already."""
    named = hashlib.sha256(f"{record.device}\n{record.event}\n{record.kind}".encode()).hexdigest()[:40]
    made = TillRecord.insert(
        id=named,
        school=record.school,
        child=record.child,
        device=record.device,
        event=record.event,
        kind=record.kind.value,
        title=record.title,
        amount_kop=record.amount_kop,
        offline=record.offline,
        at=record.at,
        noted_at=now,
    ).on_conflict_ignore()
    return bool(made.as_rowcount().execute())


_RECORDS = "SELECT school, child, device, event, kind, title, amount_kop, offline, at FROM till_record"


def of_child(child: str, *, limit: int = 50) -> Sequence[Record]:
    """Newest first."""
    return [_record(row) for row in rows(TillRecord, f"{_RECORDS} WHERE child = ? ORDER BY noted_at DESC, id LIMIT ?", (child, limit))]


def of_school(school: str, *, limit: int = 100) -> Sequence[Record]:
    return [_record(row) for row in rows(TillRecord, f"{_RECORDS} WHERE school = ? ORDER BY noted_at DESC, id LIMIT ?", (school, limit))]


def rebind(*, former: str, to: str) -> None:
    TillRecord.update(child=to).where(TillRecord.child == former).execute()


def forget(person: str) -> None:
    delete(TillRecord, TillRecord.child == person)


def remove_old(*, now: datetime, limit: int) -> int:
    return delete_ids(TillRecord, "SELECT id FROM till_record WHERE noted_at < ? LIMIT ?", (to_micros(now - KEPT), limit))


def _record(row: tuple[str, str, str, str, str, str, int, bool, int]) -> Record:
    school, child, device, event, kind, title, kop, offline, at = row
    return Record(
        school=school,
        child=child,
        device=device,
        event=event,
        kind=RecordKind(kind),
        title=title,
        amount_kop=int(kop),
        offline=bool(offline),
        at=from_micros(int(at)),
    )
