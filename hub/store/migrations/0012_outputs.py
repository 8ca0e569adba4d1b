"""What leaves by itself: the feed of changes of each diary's copies, and the secret links of calendars."""

from __future__ import annotations

from peewee import BigIntegerField, Database, IntegerField, Model, TextField


class DiaryFeed(Model):
    id = TextField(primary_key=True)
    link = TextField(index=True)
    child = TextField()
    epoch = TextField()
    seq = IntegerField()

    class Meta:
        table_name = "diary_feed"


class DiaryChange(Model):
    id = TextField(primary_key=True)
    feed = TextField()
    seq = IntegerField()
    datum = TextField()
    block = TextField()
    whole = IntegerField()
    body = TextField(null=True)
    at = BigIntegerField(index=True)

    class Meta:
        table_name = "diary_change"
        indexes = ((("feed", "seq"), True),)


class CalendarLink(Model):
    id = TextField(primary_key=True)
    person = TextField()
    child = TextField(index=True)
    hash = TextField(unique=True)
    created_at = BigIntegerField()
    used_at = BigIntegerField(null=True)
    seen_at = BigIntegerField(index=True)

    class Meta:
        table_name = "calendar_link"
        indexes = ((("person", "child"), True),)


TABLES = (DiaryFeed, DiaryChange, CalendarLink)


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
