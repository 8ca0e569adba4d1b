"""A copy knows when its question went out, so that a late answer replaces no newer one; and when each person was here last."""

from __future__ import annotations

from peewee import BigIntegerField, Database, Model, TextField
from playhouse.migrate import SchemaMigrator, migrate


class CabinetVisit(Model):
    person = TextField(primary_key=True)
    seen_at = BigIntegerField(index=True)
    before_at = BigIntegerField(null=True)

    class Meta:
        table_name = "cabinet_visit"


TABLES = (CabinetVisit,)


def up(migrator: SchemaMigrator, db: Database) -> None:
    migrate(migrator.add_column("diary_copy", "asked_at", BigIntegerField(null=True)))  # type: ignore[no-untyped-call]  # peewee's own
    db.execute_sql("UPDATE diary_copy SET asked_at = fetched_at")  # type: ignore[no-untyped-call]  # peewee's own
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
