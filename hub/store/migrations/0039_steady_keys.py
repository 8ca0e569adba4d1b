"""An index key that outlives the master key: the log of events holds indexes of numbers that nobody knows."""

from __future__ import annotations

from peewee import Database, Model, TextField


class SteadyKey(Model):
    name = TextField(primary_key=True)
    key = TextField()

    class Meta:
        table_name = "steady_key"


TABLES = (SteadyKey,)


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
