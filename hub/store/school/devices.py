"""Devices at a school's doors and tills: how each one signs, its sealed secret, and until when it is believed (RULES E6)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import peewee

from hub.store.fields import InstantField, SealedColumn, rows
from identity.sealing import Keys


class DeviceKind(StrEnum):
    TURNSTILE = "turnstile"
    CANTEEN = "canteen"
    ZKTECO = "zkteco"
    HIKVISION = "hikvision"
    KIOSK = "kiosk"


class Sign(StrEnum):
    """Strongest first (RULES E6)."""

    RFC9421 = "rfc9421"
    STANDARD_WEBHOOKS = "standard_webhooks"
    BASIC = "basic"
    SERIAL = "serial"


class Device(peewee.Model):
    """`zone` is the IANA zone of its clock; `source` is the CloudEvents source that is its own and nobody else's.

    `since` is when it was registered; `revoked_since` is from when on its events are doubted. The `old_` key is good until `old_until`.
    """

    id = peewee.TextField(primary_key=True)
    school = peewee.TextField(index=True)
    kind = peewee.TextField()
    serial = peewee.TextField()
    place = peewee.TextField()
    zone = peewee.TextField()
    sign = peewee.TextField()
    source = peewee.TextField(unique=True)
    key_id = peewee.TextField(unique=True)
    public_key = peewee.TextField(null=True)
    secret = peewee.TextField(null=True)
    since = InstantField()
    added_by = peewee.TextField()
    created_at = InstantField()
    revoked_at = InstantField(null=True)
    revoked_since = InstantField(null=True)
    field_order = peewee.TextField(null=True)
    zone_unit = peewee.TextField(null=True)
    old_secret = peewee.TextField(null=True)
    old_public_key = peewee.TextField(null=True)
    old_until = InstantField(null=True)
    rotated_at = InstantField(null=True)

    class Meta:
        table_name = "device"


Device.add_index(Device.index(Device.kind, Device.serial, unique=True, where=peewee.SQL("revoked_at IS NULL"), name="device_live"))
TABLES = (Device,)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(Device, "secret"), SealedColumn(Device, "old_secret"))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDevice:
    school: str
    kind: DeviceKind
    serial: str
    sign: Sign
    zone: str
    place: str = ""
    public_key: str | None = None
    since: datetime
    field_order: str = ""
    zone_unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCard:
    """`secret` is opened only where a signature is checked: `secret_of`."""

    id: str
    school: str
    kind: DeviceKind
    serial: str
    place: str
    zone: str
    sign: Sign
    source: str
    key_id: str
    public_key: str | None = field(repr=False)
    since: datetime
    created_at: datetime
    revoked_at: datetime | None
    revoked_since: datetime | None
    field_order: str
    zone_unit: str
    old_until: datetime | None
    rotated_at: datetime | None


def add(keys: Keys, asked: NewDevice, *, secret: str | None, by: str, now: datetime) -> DeviceCard | None:
    """None where a living device of this kind has the serial number already."""
    id_ = secrets.token_hex(8)
    made = Device.insert(
        id=id_,
        school=asked.school,
        kind=asked.kind.value,
        serial=asked.serial,
        place=asked.place,
        zone=asked.zone,
        sign=asked.sign.value,
        source=f"/schools/{asked.school}/devices/{id_}",
        key_id=f"device-{id_}",
        public_key=asked.public_key,
        secret=keys.seal("device", "secret", id_, secret) if secret else None,
        since=asked.since,
        field_order=asked.field_order or None,
        zone_unit=asked.zone_unit or None,
        added_by=by,
        created_at=now,
    ).on_conflict_ignore()
    return find(id_) if made.as_rowcount().execute() else None


def find(id_: str) -> DeviceCard | None:
    return _one(id_, Device.id == id_)


def by_key(key_id: str) -> DeviceCard | None:
    return _one(key_id, Device.key_id == key_id)


def by_serial(kind: DeviceKind, serial: str) -> DeviceCard | None:
    """The living device with this number."""
    return _one(serial, Device.kind == kind.value, Device.serial == serial, Device.revoked_at.is_null())


def _one(name: str, *where: peewee.Expression) -> DeviceCard | None:
    """Whoever calls says any name before anything is proved: one with the character 0 is in no register, and PostgreSQL is not asked."""
    row = None if "\0" in name else Device.get_or_none(*where)
    return None if row is None else _card(row)


def secret_of(keys: Keys, id_: str, *, now: datetime | None = None) -> str | None:
    """With the former one after a space, while both are good."""
    row = Device.get_or_none(Device.id == id_)
    if row is None or not row.secret:
        return None
    found = keys.open("device", "secret", id_, row.secret)
    if now is None or not row.old_secret or row.old_until is None or now >= row.old_until:
        return found
    return f"{found} {keys.open('device', 'old_secret', id_, row.old_secret)}"


def public_keys_of(id_: str, *, now: datetime) -> str | None:
    """With the former one after it, while both are good."""
    row = Device.get_or_none(Device.id == id_)
    if row is None or not row.public_key:
        return None
    both = row.old_public_key and row.old_until is not None and now < row.old_until
    return f"{row.public_key}\n{row.old_public_key}" if both else str(row.public_key)


def rotate(keys: Keys, id_: str, *, secret: str | None, public_key: str | None, old_until: datetime, now: datetime) -> bool:
    """A new key beside the old one, which is good until then; a key before that is gone. False for a revoked device."""
    row = Device.get_or_none(Device.id == id_, Device.revoked_at.is_null())
    if row is None:
        return False
    old = keys.open("device", "secret", id_, row.secret) if secret and row.secret else None
    Device.update(
        secret=keys.seal("device", "secret", id_, secret) if secret else row.secret,
        public_key=public_key or row.public_key,
        old_secret=keys.seal("device", "old_secret", id_, old) if old else None,
        old_public_key=row.public_key if public_key else None,
        old_until=old_until,
        rotated_at=now,
    ).where(Device.id == id_).execute()
    return True


def doubted_since(ids: Sequence[str]) -> Mapping[str, datetime]:
    """Of these devices the revoked ones: what happened or came from then on is suspect."""
    if not ids:
        return {}
    found = Device.select(Device.id, Device.revoked_since).where(Device.id.in_(list(ids)), Device.revoked_since.is_null(False))
    return {row.id: row.revoked_since for row in found}


def living(*, after: str = "", limit: int) -> Sequence[DeviceCard]:
    """Of all schools, by id."""
    found = Device.select().where(Device.revoked_at.is_null(), Device.id > after).order_by(Device.id).limit(limit)
    return [_card(row) for row in found]


def of_school(school: str) -> Sequence[DeviceCard]:
    """Those in use first, by place."""
    found = Device.select().where(Device.school == school).order_by(Device.place, Device.serial, Device.id)
    return sorted((_card(row) for row in found), key=lambda one: one.revoked_at is not None)


def of_schools(schools: Sequence[str]) -> Sequence[DeviceCard]:
    """Of several schools in one query, revoked ones too."""
    return [_card(row) for row in Device.select().where(Device.school.in_(list(schools))).order_by(Device.id)] if schools else []


def revoke(id_: str, *, since: datetime, now: datetime) -> bool:
    """It is believed no more, and what it said from `since` on is doubted; False where it was revoked before."""
    living = (Device.id == id_) & Device.revoked_at.is_null()
    return bool(Device.update(revoked_at=now, revoked_since=since).where(living).execute())


def count(school: str) -> int:
    return int(rows(Device, "SELECT COUNT(*) FROM device WHERE school = ? AND revoked_at IS NULL", (school,))[0][0])


def _card(row: Device) -> DeviceCard:
    return DeviceCard(
        id=row.id,
        school=row.school,
        kind=DeviceKind(row.kind),
        serial=row.serial,
        place=row.place,
        zone=row.zone,
        sign=Sign(row.sign),
        source=row.source,
        key_id=row.key_id,
        public_key=row.public_key,
        since=row.since,
        created_at=row.created_at,
        revoked_at=row.revoked_at,
        revoked_since=row.revoked_since,
        field_order=row.field_order or "",
        zone_unit=row.zone_unit or "",
        old_until=row.old_until,
        rotated_at=row.rotated_at,
    )
