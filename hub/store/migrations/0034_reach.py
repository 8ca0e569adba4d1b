"""Ways to a person: contacts confirmed here, push subscriptions, codes on their way, changes of a phone."""

from __future__ import annotations

from peewee import BigIntegerField, Database, IntegerField, Model, TextField


class ReachContact(Model):
    id = TextField(primary_key=True)
    person = TextField()
    kind = TextField()
    value = TextField()
    value_index = TextField()
    state = TextField()
    at = BigIntegerField()

    class Meta:
        table_name = "reach_contact"
        indexes = ((("person", "kind", "value_index"), True),)


class ReachPush(Model):
    id = TextField(primary_key=True)
    person = TextField(index=True)
    endpoint = TextField()
    endpoint_index = TextField(unique=True)
    keys = TextField()
    label = TextField()
    created_at = BigIntegerField()

    class Meta:
        table_name = "reach_push"


class ReachCode(Model):
    id = TextField(primary_key=True)
    person = TextField(index=True)
    kind = TextField()
    value_index = TextField(index=True)
    code_hash = TextField()
    tries = IntegerField(default=0)
    created_at = BigIntegerField(index=True)
    expires_at = BigIntegerField()
    used_at = BigIntegerField(null=True)

    class Meta:
        table_name = "reach_code"


class ReachChange(Model):
    id = TextField(primary_key=True)
    person = TextField(index=True)
    former = TextField(null=True)
    value = TextField()
    value_index = TextField()
    stop_hash = TextField(null=True, unique=True)
    at = BigIntegerField(index=True)
    quiet_until = BigIntegerField()
    stopped_at = BigIntegerField(null=True)

    class Meta:
        table_name = "reach_phone_change"


TABLES = (ReachContact, ReachPush, ReachCode, ReachChange)


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
