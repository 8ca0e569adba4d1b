"""Providers' registers: files, lines, and the differences that somebody has to look at."""

from __future__ import annotations

from peewee import BigIntegerField, Database, IntegerField, Model, TextField


class RegisterFile(Model):
    id = TextField(primary_key=True)
    provider = TextField()
    day = TextField()
    digest = TextField()
    lines = IntegerField()
    sum_kop = BigIntegerField()
    fee_kop = BigIntegerField()
    imported_at = BigIntegerField()
    actor = TextField()

    class Meta:
        table_name = "register_file"
        indexes = ((("provider", "day", "digest"), True),)


class RegisterLine(Model):
    id = TextField(primary_key=True)
    provider = TextField()
    key = TextField()
    file = TextField()
    day = TextField()
    number = IntegerField()
    at = BigIntegerField()
    account = TextField()
    amount_kop = BigIntegerField()
    fee_kop = BigIntegerField()
    place = TextField()

    class Meta:
        table_name = "register_line"
        indexes = ((("provider", "day"), False),)


class RegisterItem(Model):
    id = TextField(primary_key=True)
    provider = TextField()
    day = TextField()
    kind = TextField()
    key = TextField()
    ours_kop = BigIntegerField(null=True)
    theirs_kop = BigIntegerField(null=True)
    line = IntegerField(null=True)
    account = TextField(default="")
    school = TextField(default="")
    credited = TextField(default="")
    note = TextField(default="")
    opened_at = BigIntegerField()
    settled_at = BigIntegerField(null=True)
    settled_by = TextField(null=True)
    settled_note = TextField(null=True)

    class Meta:
        table_name = "register_item"
        indexes = ((("provider", "day"), False), (("school", "settled_at"), False))


TABLES = (RegisterFile, RegisterLine, RegisterItem)


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
