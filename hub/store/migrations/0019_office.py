"""The office: a chosen post, staff codes, announcements, who left a roster, cards to pass with, devices."""

from __future__ import annotations

from peewee import SQL, BigIntegerField, CharField, Database, Model, TextField
from playhouse.migrate import SchemaMigrator, migrate


class StaffCode(Model):
    id = TextField(primary_key=True)
    school = TextField(index=True)
    role = TextField()
    class_name = TextField(null=True)
    name = TextField()
    code_hash = TextField(unique=True)
    issued_by = TextField()
    created_at = BigIntegerField()
    expires_at = BigIntegerField(index=True)
    used_by = TextField(null=True)
    used_at = BigIntegerField(null=True)
    revoked_at = BigIntegerField(null=True)

    class Meta:
        table_name = "staff_code"


class SchoolAnnouncement(Model):
    id = TextField(primary_key=True)
    school = TextField()
    class_name = TextField(null=True)
    author = TextField(index=True)
    title = TextField()
    text = TextField()
    until = TextField()
    created_at = BigIntegerField()
    changed_at = BigIntegerField(null=True)
    withdrawn_at = BigIntegerField(null=True)

    class Meta:
        table_name = "school_announcement"
        indexes = ((("school", "until"), False),)


class LeftRow(Model):
    id = CharField(40, primary_key=True)
    child = CharField(40, index=True)
    school = CharField(15, index=True)
    klass = CharField(40, column_name="class", default="")
    number = CharField(64, null=True)
    reason = TextField()
    left_on = CharField(10)
    said_by = CharField(40)
    created_at = BigIntegerField()

    class Meta:
        table_name = "school_left"


class Carrier(Model):
    id = TextField(primary_key=True)
    child = TextField(index=True)
    school = TextField()
    kind = TextField()
    number = TextField()
    number_index = TextField()
    state = TextField()
    since = BigIntegerField()
    until = BigIntegerField(null=True)
    added_by = TextField()
    created_at = BigIntegerField()
    changed_by = TextField(null=True)
    changed_at = BigIntegerField(null=True)

    class Meta:
        table_name = "carrier"
        indexes = ((("school", "number_index"), False),)


Carrier.add_index(
    Carrier.index(Carrier.school, Carrier.kind, Carrier.number_index, unique=True, where=SQL("state <> 'ended'"), name="carrier_live")
)


class Device(Model):
    id = TextField(primary_key=True)
    school = TextField(index=True)
    kind = TextField()
    serial = TextField()
    place = TextField()
    zone = TextField()
    sign = TextField()
    source = TextField(unique=True)
    key_id = TextField(unique=True)
    public_key = TextField(null=True)
    secret = TextField(null=True)
    since = BigIntegerField()
    added_by = TextField()
    created_at = BigIntegerField()
    revoked_at = BigIntegerField(null=True)
    revoked_since = BigIntegerField(null=True)

    class Meta:
        table_name = "device"


Device.add_index(Device.index(Device.kind, Device.serial, unique=True, where=SQL("revoked_at IS NULL"), name="device_live"))

TABLES = (StaffCode, SchoolAnnouncement, LeftRow, Carrier, Device)


def up(migrator: SchemaMigrator, db: Database) -> None:
    migrate(migrator.add_column("session", "post", TextField(null=True)))  # type: ignore[no-untyped-call]  # peewee's own
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
