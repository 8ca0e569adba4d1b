"""Notices of absence that a diary takes itself: which of their days stand there."""

from __future__ import annotations

from peewee import BigIntegerField, Database, Model, TextField


class AbsenceEntry(Model):
    id = TextField(primary_key=True)
    link = TextField()
    system = TextField()
    state = TextField()
    days = TextField()
    says = TextField(null=True)
    last_day = TextField(index=True)
    tried_at = BigIntegerField()
    checked_at = BigIntegerField(null=True)
    look_at = BigIntegerField(null=True, index=True)

    class Meta:
        table_name = "absence_entry"


TABLES = (AbsenceEntry,)


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
