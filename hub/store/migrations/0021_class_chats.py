"""Class chats: the schools' messengers, the chats of classes, their members, what was done, and codes for a bot."""

from __future__ import annotations

from peewee import SQL, BigIntegerField, Database, IntegerField, Model, TextField


class Carrier(Model):
    id = TextField(primary_key=True)
    school = TextField(index=True)
    carrier = TextField()
    since = TextField()
    account = TextField(default="")
    account_name = TextField(default="")
    username = TextField(default="")
    token = TextField(null=True)
    state = TextField()
    strangers = TextField()
    note = TextField(default="")
    place = TextField(default="")
    heard_at = BigIntegerField(null=True)
    paused_until = BigIntegerField(null=True)
    made_by = TextField()
    created_at = BigIntegerField()
    checked_at = BigIntegerField(null=True)

    class Meta:
        table_name = "chat_carrier"


Carrier.add_index(Carrier.index(Carrier.school, Carrier.carrier, unique=True, where=SQL("state <> 'ended'"), name="chat_carrier_one"))


class Room(Model):
    id = TextField(primary_key=True)
    school = TextField()
    klass = TextField(column_name="class")
    audience = TextField()
    carrier = TextField(index=True)
    kind = TextField()
    outside = TextField()
    outside_index = TextField()
    link = TextField(null=True)
    title = TextField()
    state = TextField()
    note = TextField(default="")
    held = IntegerField(default=0)
    go = IntegerField(default=0)
    fails = IntegerField(default=0)
    due_at = BigIntegerField(null=True, index=True)
    looked_at = BigIntegerField(null=True)
    created_at = BigIntegerField()
    ended_at = BigIntegerField(null=True)

    class Meta:
        table_name = "class_chat"


Room.add_index(Room.index(Room.school, Room.klass, Room.audience, unique=True, where=SQL("state <> 'ended'"), name="class_chat_one"))
Room.add_index(Room.index(Room.kind, Room.outside_index, unique=True, where=SQL("state <> 'ended'"), name="class_chat_outside"))


class ChatMember(Model):
    id = TextField(primary_key=True)
    chat = TextField()
    subject = TextField()
    subject_index = TextField()
    person = TextField(null=True, index=True)
    child = TextField(null=True, index=True)
    name = TextField(null=True)
    state = TextField()
    by_link = IntegerField(default=0)
    code = TextField(default="")
    since = BigIntegerField()

    class Meta:
        table_name = "chat_member"
        indexes = ((("chat", "subject_index"), True),)


class ChatWish(Model):
    id = TextField(primary_key=True)
    person = TextField(index=True)
    child = TextField(index=True)
    audience = TextField()
    at = BigIntegerField()

    class Meta:
        table_name = "chat_wish"


class Act(Model):
    id = TextField(primary_key=True)
    school = TextField()
    chat = TextField()
    at = BigIntegerField(index=True)
    actor = TextField()
    action = TextField()
    person = TextField(null=True)
    why = TextField(default="")
    code = TextField(default="")
    ok = IntegerField(default=1)

    class Meta:
        table_name = "chat_act"
        indexes = ((("chat", "at"), False), (("school", "at"), False))


class Cursor(Model):
    name = TextField(primary_key=True)
    seq = BigIntegerField()

    class Meta:
        table_name = "chat_cursor"


class BotCode(Model):
    id = TextField(primary_key=True)
    code_hash = TextField(unique=True)
    carrier = TextField()
    initiator = TextField(index=True)
    subject = TextField(null=True)
    name = TextField(null=True)
    expires_at = BigIntegerField(index=True)

    class Meta:
        table_name = "chat_bot_code"


class FoundChat(Model):
    id = TextField(primary_key=True)
    carrier = TextField(index=True)
    outside = TextField()
    title = TextField()
    at = BigIntegerField()

    class Meta:
        table_name = "chat_found"


TABLES = (Carrier, Room, ChatMember, ChatWish, Act, Cursor, BotCode, FoundChat)


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
