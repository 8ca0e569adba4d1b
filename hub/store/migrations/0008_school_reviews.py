"""What a school's officers have to look at and decide, as it was at first."""

from __future__ import annotations

from peewee import SQL, BigIntegerField, CharField, Database, Model, TextField


class ReviewRow(Model):
    id = CharField(max_length=40, primary_key=True)
    school = CharField(max_length=15, default="", index=True)
    kind = CharField(max_length=20)
    person = CharField(max_length=40, index=True)
    child = CharField(max_length=40, null=True, index=True)
    about = CharField(max_length=80, default="")
    reason = CharField(max_length=40, default="")
    evidence = TextField()
    note = TextField(null=True)
    state = CharField(max_length=20)
    opened_at = BigIntegerField()
    first_by = CharField(max_length=40, null=True)
    second_by = CharField(max_length=40, null=True)
    works_from = BigIntegerField(null=True)
    decided_at = BigIntegerField(null=True)

    class Meta:
        table_name = "school_review"


ReviewRow.add_index(
    ReviewRow.index(
        ReviewRow.kind, ReviewRow.person, ReviewRow.about, unique=True, where=SQL("decided_at IS NULL"), name="school_review_open"
    )
)

TABLES = (ReviewRow,)


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
