"""Long sessions of the installed app, known browsers, a person's choices, and operators."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, Database, Model, TextField
from playhouse.migrate import SchemaMigrator, migrate


class KnownDevice(Model):
    id = TextField(primary_key=True)
    person = TextField(index=True)
    label = TextField()
    first_at = BigIntegerField()
    seen_at = BigIntegerField(index=True)

    class Meta:
        table_name = "known_device"


class Preference(Model):
    person = TextField(primary_key=True)
    body = TextField()
    updated_at = BigIntegerField()

    class Meta:
        table_name = "preference"


class OperatorRow(Model):
    id = CharField(max_length=40, primary_key=True)
    name = TextField()
    added_at = BigIntegerField()
    ended_at = BigIntegerField(null=True)

    class Meta:
        table_name = "operator"


TABLES = (KnownDevice, Preference, OperatorRow)


def up(migrator: SchemaMigrator, db: Database) -> None:
    migrate(
        migrator.add_column("session", "kind", TextField(null=True)),  # type: ignore[no-untyped-call]  # peewee's own
        migrator.add_column("session", "device", TextField(null=True)),
    )
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
