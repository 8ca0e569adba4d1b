"""Tables of the event log, unbound: `hub.wiring` binds them. Instants are microseconds of UTC."""

from __future__ import annotations

import peewee


class EventKey(peewee.Model):
    """What was ever taken: the device's source and the event's id, and a hash of all it said (RULES E2)."""

    source = peewee.TextField()
    id = peewee.TextField()
    hash = peewee.BlobField()

    class Meta:
        table_name = "ingest_event_key"
        primary_key = peewee.CompositeKey("source", "id")


class EventRow(peewee.Model):
    """`token` is the keyed index of the carrier's number: whose it was at that moment is the register's to say, today and later."""

    seq = peewee.BigAutoField()
    device = peewee.TextField()
    school = peewee.TextField()
    id = peewee.TextField()
    type = peewee.TextField()
    at = peewee.BigIntegerField()
    written = peewee.TextField()
    received_at = peewee.BigIntegerField()
    late = peewee.BooleanField()
    auth = peewee.TextField()
    skew_ms = peewee.BigIntegerField(null=True)
    carrier = peewee.TextField(null=True)
    token = peewee.TextField(null=True)
    direction = peewee.TextField(null=True)
    door = peewee.TextField(null=True)
    data = peewee.TextField()

    class Meta:
        table_name = "ingest_event"
        indexes = ((("token", "at"), False), (("device", "at"), False))


class Quarantined(peewee.Model):
    """An event that is not believed, with the reason; people look at it, nothing else does."""

    source = peewee.TextField()
    id = peewee.TextField()
    hash = peewee.BlobField()
    school = peewee.TextField()
    device = peewee.TextField()
    type = peewee.TextField()
    written = peewee.TextField()
    received_at = peewee.BigIntegerField()
    reason = peewee.TextField()
    data = peewee.TextField()

    class Meta:
        table_name = "ingest_quarantine"
        primary_key = peewee.CompositeKey("source", "id", "hash")
        indexes = ((("school", "received_at"), False),)


class Nonce(peewee.Model):
    """Spent signatures; kept longer than a signature is good."""

    device = peewee.TextField()
    nonce = peewee.TextField()
    until = peewee.BigIntegerField(index=True)

    class Meta:
        table_name = "ingest_nonce"
        primary_key = peewee.CompositeKey("device", "nonce")


class StateRow(peewee.Model):
    """A device as it last spoke."""

    device = peewee.TextField(primary_key=True)
    heard_at = peewee.BigIntegerField(index=True)
    skew_ms = peewee.BigIntegerField(null=True)
    jumped_at = peewee.BigIntegerField(null=True)
    jump_ms = peewee.BigIntegerField(null=True)
    refused = peewee.TextField(null=True)
    refused_at = peewee.BigIntegerField(null=True)

    class Meta:
        table_name = "ingest_device"


class StampRow(peewee.Model):
    """Where a terminal's own table was read to; it goes on from there after a restart."""

    device = peewee.TextField()
    name = peewee.TextField()
    stamp = peewee.TextField()

    class Meta:
        table_name = "ingest_stamp"
        primary_key = peewee.CompositeKey("device", "name")


class CursorRow(peewee.Model):
    """How far each reader of the log has come."""

    reader = peewee.TextField(primary_key=True)
    seq = peewee.BigIntegerField()

    class Meta:
        table_name = "ingest_cursor"


TABLES = (EventKey, EventRow, Quarantined, Nonce, StateRow, StampRow, CursorRow)
