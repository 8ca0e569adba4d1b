"""Registrations at a diary that wait for a letter; since when an account waits, and when it is looked at again."""

from __future__ import annotations

from peewee import BigIntegerField, Database, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator, migrate


class DiaryRegistration(Model):
    id = TextField(primary_key=True)
    person = TextField(index=True)
    system = TextField()
    whose = TextField(null=True)
    waits_for = TextField()
    keep = TextField()
    sent_to = TextField()
    code = IntegerField()
    tries = IntegerField()
    looks = IntegerField()
    look_at = BigIntegerField(index=True)
    created_at = BigIntegerField()
    expires_at = BigIntegerField(index=True)

    class Meta:
        table_name = "diary_registration"


def up(migrator: SchemaMigrator, db: Database) -> None:
    migrate(
        migrator.add_column("diary_link", "waits_since", BigIntegerField(null=True)),  # type: ignore[no-untyped-call]  # peewee's own
        migrator.add_column("diary_link", "look_at", BigIntegerField(null=True)),
        migrator.add_column("diary_link", "looks", IntegerField(null=True)),
    )
    db.bind([DiaryRegistration], bind_refs=False, bind_backrefs=False)
    db.create_tables([DiaryRegistration])
