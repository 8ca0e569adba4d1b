"""The systems that may ask for a child's schedule."""

from __future__ import annotations

from peewee import BigIntegerField, Database, Model, TextField


class FgisClient(Model):
    id = TextField(primary_key=True)
    name = TextField()
    secret_hash = TextField()
    certificate = TextField(null=True, unique=True)
    schools = TextField()
    added_at = BigIntegerField()
    ended_at = BigIntegerField(null=True)

    class Meta:
        table_name = "fgis_client"


TABLES = (FgisClient,)


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
