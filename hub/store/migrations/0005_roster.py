"""Imports of a school's roster in sealed parts, and the runs of printed slips, as they were at first."""

from __future__ import annotations

from peewee import BigIntegerField, Database, IntegerField, Model, TextField


class RosterImport(Model):
    id = TextField(primary_key=True)
    school = TextField(index=True)
    officer = TextField(index=True)
    state = TextField(index=True)
    rows = IntegerField()
    rows_done = IntegerField()
    parts = IntegerField()
    parts_done = IntegerField()
    tries = IntegerField()
    report = TextField()
    created_at = BigIntegerField(index=True)
    applied_at = BigIntegerField(null=True)
    ended_at = BigIntegerField(null=True)

    class Meta:
        table_name = "roster_import"


class RosterPart(Model):
    id = TextField(primary_key=True)
    roster = TextField(index=True)
    number = IntegerField()
    done = IntegerField()
    content = TextField(null=True)
    verdicts = TextField()

    class Meta:
        table_name = "roster_part"


class SlipRun(Model):
    id = TextField(primary_key=True)
    created_at = BigIntegerField(index=True)

    class Meta:
        table_name = "slip_run"


TABLES = (RosterImport, RosterPart, SlipRun)


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
