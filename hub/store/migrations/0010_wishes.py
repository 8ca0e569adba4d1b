"""What waits for a second proof or a second word: forms kept over a fresh sign-in, mergers of records, exchanges of profiles."""

from __future__ import annotations

from peewee import BigIntegerField, Database, Model, TextField


class KeptForm(Model):
    id = TextField(primary_key=True)
    person = TextField()
    path = TextField()
    fields = TextField()
    expires_at = BigIntegerField(index=True)

    class Meta:
        table_name = "kept_form"


class MergeWish(Model):
    id = TextField(primary_key=True)
    system = TextField()
    initiator = TextField(index=True)
    session = TextField()
    other = TextField(index=True, null=True)
    other_at = BigIntegerField(null=True)
    state = TextField()
    reason = TextField(null=True)
    merge = TextField(null=True)
    pupils = TextField()
    created_at = BigIntegerField()
    expires_at = BigIntegerField(index=True)

    class Meta:
        table_name = "merge_wish"


class SwapWish(Model):
    id = TextField(primary_key=True)
    system = TextField()
    parent = TextField(index=True)
    child = TextField(index=True)
    parent_link = TextField()
    child_link = TextField()
    asked_by = TextField()
    confirmed = TextField()
    state = TextField()
    created_at = BigIntegerField()
    expires_at = BigIntegerField(index=True)

    class Meta:
        table_name = "swap_wish"


TABLES = (KeptForm, MergeWish, SwapWish)


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
