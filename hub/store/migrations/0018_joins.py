"""Applications to join a school, as they were at first."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, Database, IntegerField, Model, TextField


class JoinBundle(Model):
    id = CharField(max_length=40, primary_key=True)
    applicant = CharField(max_length=40)
    child = CharField(max_length=40, index=True)
    school = CharField(max_length=15)
    school_year = CharField(max_length=9)
    attempt = IntegerField()
    role = CharField(max_length=24)
    klass = CharField(max_length=40, column_name="class")
    legal_name = TextField()
    inn = CharField(max_length=12)
    state = CharField(max_length=12)
    age = IntegerField(null=True)
    evidence = TextField()
    previous = CharField(max_length=40, null=True)
    system = CharField(max_length=40, null=True)
    outside = CharField(max_length=80, null=True)
    outside_version = IntegerField(default=0)
    created_at = BigIntegerField()
    submitted_at = BigIntegerField()
    expires_at = BigIntegerField()
    closed_at = BigIntegerField(null=True)

    class Meta:
        table_name = "join_bundle"
        indexes = (
            (("applicant", "child", "school", "school_year", "attempt"), True),
            (("system", "outside"), True),
            (("state", "expires_at"), False),
        )


class JoinRequest(Model):
    id = CharField(max_length=40, primary_key=True)
    bundle = CharField(max_length=40)
    school = CharField(max_length=15)
    kind = CharField(max_length=24)
    state = CharField(max_length=12)
    reason = TextField(null=True)
    decider = TextField(null=True)
    decided_by = CharField(max_length=40, null=True)
    decided_at = BigIntegerField(null=True)
    first_by = CharField(max_length=40, null=True)
    second_by = CharField(max_length=40, null=True)
    works_from = BigIntegerField(null=True)
    outside = CharField(max_length=80, null=True)
    differs = CharField(max_length=12, null=True)
    submitted_at = BigIntegerField()

    class Meta:
        table_name = "join_request"
        indexes = (
            (("bundle", "kind"), True),
            (("school", "state", "submitted_at", "id"), False),
        )


class JoinEvent(Model):
    id = CharField(max_length=40, primary_key=True)
    bundle = CharField(max_length=40, index=True)
    number = IntegerField()
    request = CharField(max_length=40, null=True)
    event = CharField(max_length=20)
    side = CharField(max_length=10)
    at = BigIntegerField()

    class Meta:
        table_name = "join_event"


class JoinErrand(Model):
    id = CharField(max_length=40, primary_key=True)
    bundle = CharField(max_length=40, index=True)
    number = IntegerField()
    act = CharField(max_length=12)
    request = CharField(max_length=40, null=True)
    load = TextField(default="")
    state = CharField(max_length=10)
    tries = IntegerField(default=0)
    error = CharField(max_length=80, null=True)
    due_at = BigIntegerField()
    created_at = BigIntegerField()

    class Meta:
        table_name = "join_errand"
        indexes = (
            (("bundle", "number"), True),
            (("state", "due_at"), False),
        )


class JoinPlace(Model):
    system = CharField(max_length=40, primary_key=True)
    place = CharField(max_length=40, default="0")
    secrets = TextField(default="")
    subscribed_at = BigIntegerField(null=True)

    class Meta:
        table_name = "join_place"


class JoinChoice(Model):
    school = CharField(max_length=15, primary_key=True)
    four_eyes = IntegerField(default=0)
    chosen_by = CharField(max_length=40)
    chosen_at = BigIntegerField()

    class Meta:
        table_name = "join_choice"


TABLES = (JoinBundle, JoinRequest, JoinEvent, JoinErrand, JoinPlace, JoinChoice)


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
