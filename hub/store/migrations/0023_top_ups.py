"""Payments through an acquirer: what was asked for, what came of it; and the fees of each way by day."""

from __future__ import annotations

from peewee import BigIntegerField, Database, IntegerField, Model, TextField


class TopUp(Model):
    id = TextField(primary_key=True)
    account = TextField(index=True)
    child = TextField(null=True)
    person = TextField(index=True)
    provider = TextField()
    method = TextField()
    amount_kop = BigIntegerField()
    fee_kop = BigIntegerField()
    state = TextField()
    word = TextField(default="")
    problem = TextField(default="")
    provider_id = TextField(null=True)
    pay_url = TextField(null=True)
    txn = TextField(null=True)
    refunded_kop = BigIntegerField(default=0)
    tries = IntegerField(default=0)
    created_at = BigIntegerField()
    asked_at = BigIntegerField(null=True)
    ask_after = BigIntegerField(null=True, index=True)
    settled_at = BigIntegerField(null=True)

    class Meta:
        table_name = "top_up"
        indexes = ((("provider", "provider_id"), True),)


class PayFee(Model):
    id = TextField(primary_key=True)
    provider = TextField()
    method = TextField()
    since = TextField()
    hundredths = IntegerField()

    class Meta:
        table_name = "pay_fee"
        indexes = ((("provider", "method", "since"), True),)


TABLES = (TopUp, PayFee)


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
