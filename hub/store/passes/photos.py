"""A pupil's photo for the guard's screen: one, sealed, gone with its consent (RULES E8, A14)."""

from __future__ import annotations

import base64
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import peewee

from hub.store.fields import InstantField, SealedColumn, delete, rows, to_micros
from identity.sealing import Keys

KEPT = timedelta(days=366)
"""A consent to it holds a year; the family adds a newer face with the next one."""


class PupilPhoto(peewee.Model):
    """`version` changes with the picture and stands in its address, so that a browser never shows an older one."""

    child = peewee.TextField(primary_key=True)
    kind = peewee.TextField()
    picture = peewee.TextField()
    version = peewee.TextField()
    added_by = peewee.TextField()
    at = InstantField()

    class Meta:
        table_name = "pupil_photo"


TABLES = (PupilPhoto,)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(PupilPhoto, "picture"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    kind: str
    picture: bytes = field(repr=False)
    version: str
    at: datetime


def put(keys: Keys, child: str, picture: bytes, *, kind: str, version: str, by: str, now: datetime) -> None:
    sealed = keys.seal("pupil_photo", "picture", child, base64.b64encode(picture).decode())
    made = {"kind": kind, "picture": sealed, "version": version, "added_by": by, "at": now}
    PupilPhoto.insert(child=child, **made).on_conflict(conflict_target=[PupilPhoto.child], update=made).execute()


def find(keys: Keys, child: str) -> Photo | None:
    row = PupilPhoto.get_or_none(PupilPhoto.child == child)
    if row is None:
        return None
    picture = base64.b64decode(keys.open("pupil_photo", "picture", child, row.picture))
    return Photo(kind=row.kind, picture=picture, version=row.version, at=row.at)


def versions(children: Collection[str]) -> dict[str, str]:
    """By child, those that have one."""
    found = PupilPhoto.select(PupilPhoto.child, PupilPhoto.version).where(PupilPhoto.child.in_(list(children)))
    return {row.child: row.version for row in found}


def forget(person: str) -> bool:
    """The consent or the record is gone; so is the picture."""
    return bool(delete(PupilPhoto, PupilPhoto.child == person))


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    found = rows(PupilPhoto, "SELECT child FROM pupil_photo WHERE at < ? LIMIT ?", (to_micros(now - KEPT), limit))
    return delete(PupilPhoto, PupilPhoto.child.in_([child for (child,) in found])) if found else 0


def drop_joined(former: str) -> None:
    """A record was joined to another: the picture was sealed for the former one, the family adds it anew."""
    forget(former)
