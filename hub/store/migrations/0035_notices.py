"""Who is told what by which way and why not: decisions, the outbox, quiet hours."""

from __future__ import annotations

from peewee import SQL, BigAutoField, BigIntegerField, BooleanField, Database, IntegerField, Model, TextField


class NoticePair(Model):
    id = BigAutoField()
    person = TextField()
    child = TextField(index=True)

    class Meta:
        table_name = "notice_pair"
        indexes = ((("person", "child"), True),)


class NoticeDecision(Model):
    id = TextField(primary_key=True)
    pair = BigIntegerField()
    source = TextField()
    event = TextField()
    kind = TextField()
    at = BigIntegerField()
    decided_at = BigIntegerField()
    says = TextField()
    rules = TextField()

    class Meta:
        table_name = "notice_decision"
        indexes = ((("pair", "at"), False),)


class NoticeSend(Model):
    id = TextField(primary_key=True)
    decision = TextField(index=True)
    channel = TextField()
    step = IntegerField()
    state = TextField(default="waiting", constraints=[SQL("DEFAULT 'waiting'")])
    rule = TextField(default="")
    digest = BooleanField(default=False, constraints=[SQL("DEFAULT FALSE")])
    next_at = BigIntegerField(null=True)
    expires_at = BigIntegerField()
    tries = IntegerField(default=0, constraints=[SQL("DEFAULT 0")])
    ref = TextField(default="", constraints=[SQL("DEFAULT ''")])
    word = TextField(default="", constraints=[SQL("DEFAULT ''")])
    price_kop = BigIntegerField(default=0, constraints=[SQL("DEFAULT 0")])
    txn = TextField(null=True)
    changed_at = BigIntegerField()

    class Meta:
        table_name = "notice_send"


class QuietHours(Model):
    person = TextField(primary_key=True)
    off = BooleanField()
    first = IntegerField()
    last = IntegerField()
    zone = TextField()
    updated_at = BigIntegerField()

    class Meta:
        table_name = "quiet_hours"


class NoticeTold(Model):
    id = TextField(primary_key=True)
    person = TextField()
    kind = TextField()
    at = BigIntegerField(index=True)

    class Meta:
        table_name = "notice_told"


TABLES = (NoticePair, NoticeDecision, NoticeSend, QuietHours, NoticeTold)
NoticeSend.add_index(NoticeSend.index(NoticeSend.next_at, where=SQL("next_at IS NOT NULL"), name="notice_send_due"))
NoticeSend.add_index(NoticeSend.index(NoticeSend.changed_at, where=SQL("state = 'dead'"), name="notice_send_dead"))


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
