"""The browsers that a person has been seen in, each known by the keyed hash of a long-lived cookie together with the person."""

from __future__ import annotations

from datetime import datetime, timedelta

import peewee

from hub.store.fields import InstantField, delete, delete_ids, to_micros
from identity.sealing import Keys

KEPT = timedelta(days=400)
"""As long as browsers keep a cookie; whoever comes after that is new again."""


class KnownDevice(peewee.Model):
    """`id` binds the cookie to the person: the same browser of two people is two rows, and neither names the other."""

    id = peewee.TextField(primary_key=True)
    person = peewee.TextField(index=True)
    label = peewee.TextField()
    first_at = InstantField()
    seen_at = InstantField(index=True)

    class Meta:
        table_name = "known_device"


def _text(person: str, cookie: str) -> str:
    return f"device {person} {cookie}"


def know_device(keys: Keys, *, person: str, cookie: str, label: str, now: datetime) -> bool:
    """Notes that the person signed in from this browser; True when it is new although the person has others already."""
    known = KnownDevice.id.in_(keys.code_hashes(_text(person, cookie)))
    if KnownDevice.update(seen_at=now, label=label).where(known).execute():
        return False
    others = KnownDevice.select().where(KnownDevice.person == person).exists()
    made = KnownDevice.insert(id=keys.code_hash(_text(person, cookie)), person=person, label=label, first_at=now, seen_at=now)
    return bool(made.on_conflict_ignore().as_rowcount().execute()) and others


def forget_device(device: str) -> None:
    """«Это не я»: the browser of that hash is new again when it comes back."""
    delete(KnownDevice, KnownDevice.id == device)


def forget_devices(person: str) -> int:
    return delete(KnownDevice, KnownDevice.person == person)


def device_hash(keys: Keys, *, person: str, cookie: str) -> str:
    """What a session keeps of the browser that it was opened in."""
    return keys.code_hash(_text(person, cookie))


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    return delete_ids(KnownDevice, "SELECT id FROM known_device WHERE seen_at < ? LIMIT ?", (to_micros(now - KEPT), limit))
