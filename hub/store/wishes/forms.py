"""A form that came with too old a sign-in: kept sealed for a quarter of an hour, so that nothing has to be typed again (RULES A16)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
import peewee

from hub.store.fields import InstantField, delete, delete_ids, to_micros
from identity.sealing import Keys

LIFE = timedelta(minutes=15)


class KeptForm(peewee.Model):
    id = peewee.TextField(primary_key=True)
    person = peewee.TextField()
    path = peewee.TextField()
    fields = peewee.TextField()
    expires_at = InstantField(index=True)

    class Meta:
        table_name = "kept_form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """`path` is where it was sent, `fields` what stood in it."""

    path: str
    fields: Mapping[str, str] = field(repr=False)


def keep(keys: Keys, person: str, path: str, fields: Mapping[str, str], *, now: datetime) -> str:
    id_ = secrets.token_urlsafe(16)
    sealed = keys.seal("kept_form", "fields", id_, msgspec.json.encode(dict(fields)).decode())
    KeptForm.create(id=id_, person=person, path=path, fields=sealed, expires_at=now + LIFE)
    return id_


def find(keys: Keys, id_: str, *, person: str, now: datetime) -> Form | None:
    """The form, for the very person who sent it."""
    row = KeptForm.get_or_none(KeptForm.id == id_, KeptForm.person == person, KeptForm.expires_at > now)
    if row is None:
        return None
    return Form(path=row.path, fields=msgspec.json.decode(keys.open("kept_form", "fields", id_, row.fields), type=dict[str, str]))


def forget(person: str) -> int:
    """The person left."""
    return delete(KeptForm, KeptForm.person == person)


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    return delete_ids(KeptForm, "SELECT id FROM kept_form WHERE expires_at < ? LIMIT ?", (to_micros(now), limit))
