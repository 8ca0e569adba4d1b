"""What devices report: the log of events with its keys, what is doubted, spent signatures, how each device fares."""

from __future__ import annotations

from peewee import BigAutoField, BigIntegerField, BlobField, BooleanField, CompositeKey, Database, Model, TextField


class EventKey(Model):
    source = TextField()
    id = TextField()
    hash = BlobField()

    class Meta:
        table_name = "ingest_event_key"
        primary_key = CompositeKey("source", "id")


class EventRow(Model):
    seq = BigAutoField()
    device = TextField()
    school = TextField()
    id = TextField()
    type = TextField()
    at = BigIntegerField()
    written = TextField()
    received_at = BigIntegerField()
    late = BooleanField()
    auth = TextField()
    skew_ms = BigIntegerField(null=True)
    carrier = TextField(null=True)
    token = TextField(null=True)
    direction = TextField(null=True)
    door = TextField(null=True)
    data = TextField()

    class Meta:
        table_name = "ingest_event"
        indexes = ((("token", "at"), False), (("device", "at"), False))


class Quarantined(Model):
    source = TextField()
    id = TextField()
    hash = BlobField()
    school = TextField()
    device = TextField()
    type = TextField()
    written = TextField()
    received_at = BigIntegerField()
    reason = TextField()
    data = TextField()

    class Meta:
        table_name = "ingest_quarantine"
        primary_key = CompositeKey("source", "id", "hash")
        indexes = ((("school", "received_at"), False),)


class Nonce(Model):
    device = TextField()
    nonce = TextField()
    until = BigIntegerField(index=True)

    class Meta:
        table_name = "ingest_nonce"
        primary_key = CompositeKey("device", "nonce")


class StateRow(Model):
    device = TextField(primary_key=True)
    heard_at = BigIntegerField(index=True)
    skew_ms = BigIntegerField(null=True)
    jumped_at = BigIntegerField(null=True)
    jump_ms = BigIntegerField(null=True)
    refused = TextField(null=True)
    refused_at = BigIntegerField(null=True)

    class Meta:
        table_name = "ingest_device"


class StampRow(Model):
    device = TextField()
    name = TextField()
    stamp = TextField()

    class Meta:
        table_name = "ingest_stamp"
        primary_key = CompositeKey("device", "name")


class CursorRow(Model):
    reader = TextField(primary_key=True)
    seq = BigIntegerField()

    class Meta:
        table_name = "ingest_cursor"


TABLES = (EventKey, EventRow, Quarantined, Nonce, StateRow, StampRow, CursorRow)


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
