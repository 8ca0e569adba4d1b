"""Answers kept by Idempotency-Key, so that a repeated request gets the same answer and acts once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import peewee

from hub.store.fields import InstantField, SealedColumn, delete, delete_ids, to_micros
from identity.sealing import Keys

KEPT = timedelta(hours=24)
ABANDONED = timedelta(minutes=1)


class Repeat(peewee.Model):
    """`id` is the keyed hash of the person and the key; `status` is null while the first request runs."""

    id = peewee.TextField(primary_key=True)
    request_hash = peewee.TextField()
    status = peewee.IntegerField(null=True)
    body = peewee.TextField(null=True)
    content_type = peewee.TextField(null=True)
    created_at = InstantField(index=True)

    class Meta:
        table_name = "repeat"


TABLES = (Repeat,)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(Repeat, "body"),)


class Verdict(StrEnum):
    """`FIRST`: go on. `RUNNING`: the first one has not answered yet. `OTHER`: the key was used for another request."""

    FIRST = "first"
    RUNNING = "running"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    status: int
    body: str
    content_type: str


def begin(keys: Keys, *, person: str, key: str, request_hash: str, now: datetime) -> Verdict | Answered:
    """Claims the key for this request, or says what became of it."""
    id_ = keys.code_hash(f"repeat {person} {key}")
    delete(Repeat, Repeat.id == id_, Repeat.created_at < now - KEPT)
    delete(Repeat, Repeat.id == id_, Repeat.status.is_null(), Repeat.created_at < now - ABANDONED)
    claimed = Repeat.insert(id=id_, request_hash=request_hash, created_at=now).on_conflict_ignore().as_rowcount().execute()
    if claimed:
        return Verdict.FIRST
    row = Repeat.get(Repeat.id == id_)
    if row.request_hash != request_hash:
        return Verdict.OTHER
    if row.status is None or row.body is None or row.content_type is None:
        return Verdict.RUNNING
    return Answered(status=row.status, body=keys.open("repeat", "body", id_, row.body), content_type=row.content_type)


def finish(keys: Keys, *, person: str, key: str, status: int, body: str, content_type: str) -> None:
    id_ = keys.code_hash(f"repeat {person} {key}")
    Repeat.update(status=status, body=keys.seal("repeat", "body", id_, body), content_type=content_type).where(Repeat.id == id_).execute()


def abandon(keys: Keys, *, person: str, key: str) -> None:
    """The request failed before it did anything; the key is free again."""
    delete(Repeat, Repeat.id == keys.code_hash(f"repeat {person} {key}"), Repeat.status.is_null())


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    return delete_ids(Repeat, "SELECT id FROM repeat WHERE created_at < ? LIMIT ?", (to_micros(now - KEPT), limit))
