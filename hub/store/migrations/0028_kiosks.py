"""Text messages on their way, and a school's kiosks: codes that were sent to a phone, open cabinets, wrong PINs, signed calls."""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, Database, IntegerField, Model, TextField


class SentText(Model):
    id = TextField(primary_key=True)
    kind = TextField()
    person = TextField(null=True, index=True)
    about = TextField()
    phone = TextField(null=True)
    text = TextField(null=True)
    secret = BooleanField(default=False)
    state = TextField()
    gateway = TextField(null=True)
    gateway_id = TextField(null=True)
    word = TextField(default="")
    reason = TextField(default="")
    parts = IntegerField(null=True)
    cost_kop = BigIntegerField(null=True)
    tries = IntegerField(default=0)
    created_at = BigIntegerField()
    next_at = BigIntegerField(null=True, index=True)
    expires_at = BigIntegerField()
    settled_at = BigIntegerField(null=True)

    class Meta:
        table_name = "sent_text"
        indexes = ((("about", "created_at"), False),)


class KioskCode(Model):
    id = TextField(primary_key=True)
    purpose = TextField()
    contract = TextField(index=True)
    device = TextField()
    person = TextField(null=True, index=True)
    phone = TextField(null=True)
    offer = TextField(default="")
    consent = TextField(default="")
    code_hash = TextField(null=True)
    tries = IntegerField(default=0)
    created_at = BigIntegerField()
    expires_at = BigIntegerField()
    used_at = BigIntegerField(null=True)

    class Meta:
        table_name = "kiosk_code"


class KioskSession(Model):
    id = TextField(primary_key=True)
    contract = TextField()
    device = TextField()
    created_at = BigIntegerField()
    used_at = BigIntegerField()

    class Meta:
        table_name = "kiosk_session"


class KioskTry(Model):
    id = TextField(primary_key=True)
    running = IntegerField(default=0)
    total = IntegerField(default=0)
    since = BigIntegerField()
    until = BigIntegerField(null=True)

    class Meta:
        table_name = "kiosk_try"


class KioskCall(Model):
    id = TextField(primary_key=True)
    at = BigIntegerField(index=True)

    class Meta:
        table_name = "kiosk_call"


TABLES = (SentText, KioskCode, KioskSession, KioskTry, KioskCall)


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
