"""What passed without an owner: unknown carriers and their meals; photos for the guard's screen."""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, Database, IntegerField, Model, TextField


class UnownedMeal(Model):
    seq = BigIntegerField(primary_key=True)
    device = TextField()
    event = TextField()
    school = TextField()
    carrier = TextField()
    token = TextField()
    at = BigIntegerField(index=True)
    child = TextField(null=True, index=True)

    class Meta:
        table_name = "unowned_meal"
        indexes = ((("token", "school"), False), (("device", "event"), False))


class UnknownCarrier(Model):
    id = TextField(primary_key=True)
    school = TextField()
    carrier = TextField()
    token = TextField()
    tail = TextField()
    first_at = BigIntegerField()
    last_at = BigIntegerField()
    uses = IntegerField()
    device = TextField()
    door = TextField()
    dropped = BooleanField()

    class Meta:
        table_name = "unknown_carrier"
        indexes = ((("school", "carrier", "token"), True), (("school", "last_at"), False))


class PupilPhoto(Model):
    child = TextField(primary_key=True)
    kind = TextField()
    picture = TextField()
    version = TextField()
    added_by = TextField()
    at = BigIntegerField()

    class Meta:
        table_name = "pupil_photo"


TABLES = (UnownedMeal, UnknownCarrier, PupilPhoto)


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
