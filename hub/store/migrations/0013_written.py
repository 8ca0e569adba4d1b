"""What families write: letters to teachers and notices of absence; and which class a class teacher has."""

from __future__ import annotations

from peewee import BigIntegerField, Database, Model, TextField
from playhouse.migrate import SchemaMigrator, migrate


class Letter(Model):
    id = TextField(primary_key=True)
    person = TextField()
    child = TextField()
    link = TextField()
    body = TextField(null=True)
    state = TextField()
    error = TextField(null=True)
    created_at = BigIntegerField(index=True)
    tried_at = BigIntegerField(null=True)

    class Meta:
        table_name = "letter"
        indexes = ((("person", "child"), False),)


class AbsenceNotice(Model):
    id = TextField(primary_key=True)
    child = TextField(index=True)
    author = TextField(index=True)
    school = TextField(null=True)
    first_day = TextField()
    last_day = TextField(index=True)
    body = TextField()
    state = TextField()
    live = TextField(null=True, unique=True)
    letter = TextField(null=True)
    system = TextField(null=True)
    answer = TextField(null=True)
    decided_by = TextField(null=True)
    decided_at = BigIntegerField(null=True)
    sent_at = BigIntegerField(null=True)
    created_at = BigIntegerField()

    class Meta:
        table_name = "absence_notice"
        indexes = ((("school", "state", "last_day"), False),)


TABLES = (Letter, AbsenceNotice)


def up(migrator: SchemaMigrator, db: Database) -> None:
    migrate(migrator.add_column("school_officer", "class_name", TextField(null=True)))  # type: ignore[no-untyped-call]  # peewee's own
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
