"""The operator's one-time link and person; how outside systems fare, by process; when a link is read in the background again."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, Database, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator, migrate


class OperatorLinkRow(Model):
    operator = CharField(max_length=40, primary_key=True)
    code_hash = CharField(max_length=64, unique=True)
    expires_at = BigIntegerField()
    used_at = BigIntegerField(null=True)

    class Meta:
        table_name = "operator_link"


class SystemSpell(Model):
    id = TextField(primary_key=True)
    bucket = BigIntegerField(index=True)
    system = TextField()
    body = TextField()

    class Meta:
        table_name = "system_spell"


class SystemNow(Model):
    id = TextField(primary_key=True)
    process = TextField()
    system = TextField()
    body = TextField()
    at = BigIntegerField(index=True)

    class Meta:
        table_name = "system_now"


class JobRun(Model):
    name = TextField(primary_key=True)
    body = TextField()
    at = BigIntegerField()

    class Meta:
        table_name = "job_run"


class ReadingPause(Model):
    system = TextField(primary_key=True)
    until = BigIntegerField()
    reason = TextField()

    class Meta:
        table_name = "reading_pause"


class DiaryPoll(Model):
    id = TextField(primary_key=True)
    link = TextField(index=True)
    child = TextField()
    next_at = BigIntegerField(index=True)
    failures = IntegerField()

    class Meta:
        table_name = "diary_poll"


class DiaryValidator(Model):
    id = TextField(primary_key=True)
    link = TextField(index=True)
    validator = TextField()
    fetched_at = BigIntegerField(index=True)

    class Meta:
        table_name = "diary_validator"


TABLES = (OperatorLinkRow, SystemSpell, SystemNow, JobRun, ReadingPause, DiaryPoll, DiaryValidator)


def up(migrator: SchemaMigrator, db: Database) -> None:
    migrate(
        migrator.add_column("operator", "person", CharField(max_length=40, null=True)),  # type: ignore[no-untyped-call]  # peewee's own
        migrator.add_column("operator", "bound_at", BigIntegerField(null=True)),
    )
    db.execute_sql('CREATE UNIQUE INDEX "operator_person" ON "operator" ("person") WHERE ended_at IS NULL')  # type: ignore[no-untyped-call]  # peewee's own
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
