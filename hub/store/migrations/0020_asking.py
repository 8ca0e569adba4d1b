"""Whom to ask and what was asked: contacts of schools, questions to the support, appeals to schools, marks on the steps to join."""

from __future__ import annotations

from peewee import BigIntegerField, CompositeKey, Database, IntegerField, Model, TextField


class SchoolContact(Model):
    id = TextField(primary_key=True)
    school = TextField(index=True)
    topic = TextField()
    position = IntegerField()
    body = TextField()
    updated_by = TextField()
    updated_at = BigIntegerField()

    class Meta:
        table_name = "school_contact"


class SupportTicket(Model):
    id = TextField(primary_key=True)
    number = TextField(unique=True)
    secret = TextField(unique=True)
    school = TextField(null=True)
    person = TextField(null=True, index=True)
    state = TextField()
    body = TextField()
    created_at = BigIntegerField()
    updated_at = BigIntegerField(index=True)

    class Meta:
        table_name = "support_ticket"
        indexes = ((("school", "state", "updated_at"), False),)


class SupportMessage(Model):
    id = TextField(primary_key=True)
    ticket = TextField(index=True)
    side = TextField()
    by = TextField(null=True)
    text = TextField()
    at = BigIntegerField()

    class Meta:
        table_name = "support_message"


class Appeal(Model):
    id = TextField(primary_key=True)
    school = TextField()
    child = TextField(index=True)
    author = TextField(index=True)
    kind = TextField()
    state = TextField()
    body = TextField()
    due_at = BigIntegerField()
    warned_at = BigIntegerField(null=True)
    taken_by = TextField(null=True)
    created_at = BigIntegerField()
    updated_at = BigIntegerField(index=True)

    class Meta:
        table_name = "appeal"
        indexes = ((("school", "state", "due_at"), False), (("state", "due_at"), False))


class AppealMessage(Model):
    id = TextField(primary_key=True)
    appeal = TextField(index=True)
    side = TextField()
    by = TextField()
    text = TextField()
    at = BigIntegerField()

    class Meta:
        table_name = "appeal_message"


class ChecklistMark(Model):
    person = TextField()
    child = TextField()
    mark = TextField()
    value = TextField()
    at = BigIntegerField()

    class Meta:
        table_name = "checklist_mark"
        primary_key = CompositeKey("person", "child", "mark")


TABLES = (SchoolContact, SupportTicket, SupportMessage, Appeal, AppealMessage, ChecklistMark)


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
