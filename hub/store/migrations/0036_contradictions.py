"""What two sources say differently about a child's day: raised once, asked about, answered."""

from __future__ import annotations

from peewee import SQL, BigIntegerField, Database, Model, TextField


class Contradiction(Model):
    id = TextField(primary_key=True)
    child = TextField()
    school = TextField()
    person = TextField(null=True)
    rule = TextField()
    day = TextField()
    about = TextField()
    body = TextField()
    state = TextField()
    appeal = TextField(null=True)
    dispute = TextField(null=True)
    closed_by = TextField(null=True)
    raised_at = BigIntegerField()
    changed_at = BigIntegerField()

    class Meta:
        table_name = "contradiction"
        indexes = ((("child", "day"), False), (("school", "state", "day"), False))


Contradiction.add_index(Contradiction.index(Contradiction.person, where=SQL("person IS NOT NULL"), name="contradiction_person"))
TABLES = (Contradiction,)


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
