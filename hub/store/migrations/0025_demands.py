"""Demand codes of top-ups with what was paid by them so far, the phone that a payer typed, and whose a joined record's payments were."""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, Database, Model, TextField
from playhouse.migrate import SchemaMigrator, migrate


class DemandRow(Model):
    id = TextField(primary_key=True)
    code = TextField(null=True)
    asked_kop = BigIntegerField()
    asked_fee_kop = BigIntegerField()
    paid_kop = BigIntegerField(default=0)
    credited_kop = BigIntegerField(default=0)
    fee_kop = BigIntegerField(default=0)
    told_kop = BigIntegerField(default=0)
    open = BooleanField(default=True)
    expires_at = BigIntegerField(null=True)
    changed_at = BigIntegerField()

    class Meta:
        table_name = "demand"


class PayPhone(Model):
    id = TextField(primary_key=True)
    person = TextField(index=True)
    value = TextField()

    class Meta:
        table_name = "pay_phone"


TABLES = (DemandRow, PayPhone)


def up(migrator: SchemaMigrator, db: Database) -> None:
    migrate(migrator.add_column("top_up", "person_before", TextField(null=True)))  # type: ignore[no-untyped-call]  # peewee's own
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
