"""The second step of a diary's sign-in, wrong passwords by account and network, what an opened account waits for, chosen regions."""

from __future__ import annotations

from peewee import BigIntegerField, Database, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator, migrate


class LinkStep(Model):
    id = TextField(primary_key=True)
    person = TextField(index=True)
    system = TextField()
    whose = TextField(null=True)
    role = TextField(null=True)
    keep = TextField()
    sent_to = TextField()
    tries = IntegerField()
    created_at = BigIntegerField()
    expires_at = BigIntegerField(index=True)

    class Meta:
        table_name = "link_step"


class LoginTry(Model):
    id = TextField(primary_key=True)
    count = IntegerField()
    since = BigIntegerField(index=True)

    class Meta:
        table_name = "login_try"


class RegionChoice(Model):
    person = TextField(primary_key=True)
    region = TextField()
    chosen_at = BigIntegerField()

    class Meta:
        table_name = "region_choice"


TABLES = (LinkStep, LoginTry, RegionChoice)


def up(migrator: SchemaMigrator, db: Database) -> None:
    migrate(migrator.add_column("diary_link", "waits_for", TextField(null=True)))  # type: ignore[no-untyped-call]  # peewee's own
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
