"""The stamp that tells a demo's database from a real one for ever."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import peewee

from hub.store.fields import InstantField, SealedColumn

Kind = Literal["demo", "real"]


class Stamp(peewee.Model):
    """One row with id 1, written by the first migration run."""

    id = peewee.IntegerField(primary_key=True)
    kind = peewee.CharField(10)
    made_at = InstantField()

    class Meta:
        table_name = "stamp"


TABLES = (Stamp,)
SEALED: tuple[SealedColumn, ...] = ()


def put(kind: Kind, *, now: datetime) -> None:
    """Stamps the database; a stamp that is there stays."""
    Stamp.insert(id=1, kind=kind, made_at=now).on_conflict_ignore().execute()


def kind() -> Kind | None:
    """The stamp, or None in a database that holds nothing of ours yet."""
    if not Stamp.table_exists():  # type: ignore[no-untyped-call]  # untyped in the stub
        return None
    row = Stamp.get_or_none(Stamp.id == 1)
    if row is None:
        return None
    return "demo" if row.kind == "demo" else "real"
