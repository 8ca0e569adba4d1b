"""The life of devices: a former key that is good for a while, the dialect of a terminal, troubles, commands, and what is doubted."""

from __future__ import annotations

from peewee import SQL, BigAutoField, BigIntegerField, Database, Model, TextField
from playhouse.migrate import SchemaMigrator, migrate


class TroubleRow(Model):
    id = BigAutoField()
    device = TextField()
    school = TextField()
    kind = TextField()
    began_at = BigIntegerField()
    noticed_at = BigIntegerField()
    ended_at = BigIntegerField(null=True)
    amount = BigIntegerField(null=True)
    told = BigIntegerField(default=0)

    class Meta:
        table_name = "device_trouble"
        indexes = ((("school", "began_at"), False),)


TroubleRow.add_index(TroubleRow.index(TroubleRow.device, TroubleRow.kind, unique=True, where=SQL("ended_at IS NULL"), name="trouble_live"))


class CommandRow(Model):
    id = BigAutoField()
    device = TextField()
    word = TextField()
    asked_by = TextField()
    asked_at = BigIntegerField()
    sent_at = BigIntegerField(null=True)
    answered_at = BigIntegerField(null=True)
    returned = BigIntegerField(null=True)

    class Meta:
        table_name = "device_command"
        indexes = ((("device", "id"), False),)


class DoubtRow(Model):
    device = TextField(primary_key=True)
    school = TextField()
    since = BigIntegerField()
    by = TextField()
    seq = BigIntegerField(default=0)
    last = BigIntegerField()
    children = BigIntegerField(default=0)
    debits = BigIntegerField(default=0)
    done_at = BigIntegerField(null=True)

    class Meta:
        table_name = "device_doubt"


class SerialRow(Model):
    device = TextField(primary_key=True)
    memory = TextField()
    number = BigIntegerField()

    class Meta:
        table_name = "device_serial"


TABLES = (TroubleRow, CommandRow, DoubtRow, SerialRow)
NEW = ("field_order", "zone_unit", "old_secret", "old_public_key")


def up(migrator: SchemaMigrator, db: Database) -> None:
    times = ("old_until", "rotated_at")
    migrate(
        *(migrator.add_column("device", name, TextField(null=True)) for name in NEW),  # type: ignore[no-untyped-call]  # peewee's own
        *(migrator.add_column("device", name, BigIntegerField(null=True)) for name in times),
    )
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
