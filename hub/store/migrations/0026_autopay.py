"""Automatic top-ups with the words that were agreed to, and what the receipt of a transaction is made of."""

from __future__ import annotations

from peewee import SQL, BigIntegerField, Check, Database, IntegerField, Model, TextField


class AutopayRule(Model):
    id = TextField(primary_key=True)
    person = TextField(index=True)
    person_before = TextField(null=True)
    account = TextField(index=True)
    provider = TextField()
    method = TextField()
    kind = TextField()
    threshold_kop = BigIntegerField(null=True)
    day = IntegerField(null=True)
    amount_kop = BigIntegerField(constraints=[Check("amount_kop > 0")])
    cap_kop = BigIntegerField()
    state = TextField()
    why = TextField(default="")
    consent = TextField()
    first = TextField()
    flying = TextField(null=True)
    binding = TextField(null=True)
    title = TextField(default="")
    declines = IntegerField(default=0)
    next_at = BigIntegerField(null=True)
    capped = TextField(default="")
    unbind_at = BigIntegerField(null=True)
    unbind_tries = IntegerField(default=0)
    created_at = BigIntegerField()
    updated_at = BigIntegerField()
    ended_at = BigIntegerField(null=True)

    class Meta:
        table_name = "autopay_rule"
        indexes = ((("state", "next_at"), False),)


AutopayRule.add_index(
    AutopayRule.index(AutopayRule.person, AutopayRule.account, unique=True, where=SQL("state <> 'ended'"), name="autopay_live")
)


class AutopayConsent(Model):
    id = TextField(primary_key=True)
    rule = TextField(index=True)
    person = TextField(index=True)
    version = TextField()
    text = TextField()
    fee_kop = BigIntegerField()
    total_kop = BigIntegerField()
    given_at = BigIntegerField()
    until = BigIntegerField()
    withdrawn_at = BigIntegerField(null=True)

    class Meta:
        table_name = "autopay_consent"


class AutopayTry(Model):
    id = TextField(primary_key=True)
    rule = TextField()
    month = TextField()
    total_kop = BigIntegerField()
    outcome = TextField(default="")
    at = BigIntegerField()

    class Meta:
        table_name = "autopay_try"
        indexes = ((("rule", "month"), False),)


class ReceiptContact(Model):
    id = TextField(primary_key=True)
    person = TextField(index=True)
    value = TextField()

    class Meta:
        table_name = "receipt_contact"


class Receipt(Model):
    txn = TextField(primary_key=True)
    kind = TextField()
    state = TextField()
    detail = TextField(default="")
    provider = TextField(default="")
    payment = TextField(default="")
    school = TextField(default="")
    purpose = TextField(default="")
    account = TextField(default="")
    amount_kop = BigIntegerField()
    fee_kop = BigIntegerField(default=0)
    drive = TextField(null=True)
    document = TextField(null=True)
    sign = TextField(null=True)
    given_at = BigIntegerField(null=True)
    due_at = BigIntegerField(null=True)
    ask_after = BigIntegerField(null=True, index=True)
    tries = IntegerField(default=0)
    said_by = TextField(null=True)
    at = BigIntegerField()
    updated_at = BigIntegerField()

    class Meta:
        table_name = "ledger_receipt"
        indexes = ((("state", "due_at"), False), (("provider", "payment"), False))


TABLES = (AutopayRule, AutopayConsent, AutopayTry, ReceiptContact, Receipt)


def up(_migrator: object, db: Database) -> None:
    # Nothing was ever written into the former table.
    db.execute_sql("DROP TABLE ledger_receipt")  # type: ignore[no-untyped-call]  # peewee's stub leaves it untyped
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
