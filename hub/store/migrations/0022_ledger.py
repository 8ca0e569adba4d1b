"""The ledger: transactions and entries that nothing changes (with the triggers that see to it), contracts, accounts, terms and prices."""

from __future__ import annotations

from peewee import SQL, BigIntegerField, Check, CompositeKey, Database, IntegerField, Model, SqliteDatabase, TextField


class Txn(Model):
    id = TextField(primary_key=True)
    scope = TextField()
    key = TextField()
    request_hash = TextField()
    kind = TextField()
    purpose = TextField(null=True)
    reverses = TextField(null=True)
    linked = TextField(null=True)
    happened_at = BigIntegerField(null=True)
    recorded_at = BigIntegerField()
    actor = TextField()
    receipt = TextField()
    cause = TextField(null=True)

    class Meta:
        table_name = "ledger_txn"
        indexes = ((("scope", "key"), True),)


Txn.add_index(Txn.index(Txn.reverses, where=SQL("reverses IS NOT NULL"), name="ledger_txn_reverses"))


class Entry(Model):
    txn = TextField()
    leg = IntegerField()
    account = TextField()
    amount_kop = BigIntegerField(constraints=[Check("amount_kop <> 0")])
    number = BigIntegerField(null=True)
    closing_kop = BigIntegerField(null=True)
    booked_at = BigIntegerField()
    kind = TextField()

    class Meta:
        table_name = "ledger_entry"
        primary_key = CompositeKey("txn", "leg")
        indexes = ((("account", "number"), True), (("account", "booked_at", "number"), False))


class Conflict(Model):
    id = TextField(primary_key=True)
    scope = TextField()
    key = TextField()
    request_hash = TextField()
    txn = TextField()
    seen = IntegerField(default=1)
    first_at = BigIntegerField()
    last_at = BigIntegerField()
    settled_at = BigIntegerField(null=True)

    class Meta:
        table_name = "ledger_conflict"
        indexes = ((("scope", "key", "request_hash"), True),)


class Receipt(Model):
    txn = TextField(primary_key=True)
    state = TextField()
    drive = TextField(null=True)
    document = TextField(null=True)
    sign = TextField(null=True)
    detail = TextField(null=True)
    given_at = BigIntegerField(null=True)
    updated_at = BigIntegerField()

    class Meta:
        table_name = "ledger_receipt"


class Hold(Model):
    id = TextField(primary_key=True)
    account = TextField()
    amount_kop = BigIntegerField(constraints=[Check("amount_kop > 0")])
    state = TextField()
    txn = TextField(null=True)
    created_at = BigIntegerField()
    expires_at = BigIntegerField()
    settled_at = BigIntegerField(null=True)

    class Meta:
        table_name = "ledger_hold"
        indexes = ((("account", "state"), False),)


class Contract(Model):
    id = TextField(primary_key=True)
    number = TextField(unique=True)
    state = TextField()
    child = TextField(null=True, index=True)
    pupil = TextField(null=True)
    pupil_snils = TextField(null=True)
    pupil_index = TextField(null=True, index=True)
    payer = TextField(null=True, index=True)
    child_before = TextField(null=True)
    payer_before = TextField(null=True)
    school = TextField(index=True)
    class_name = TextField(default="")
    offer = TextField(null=True)
    accepted_by = TextField(null=True)
    accepted_at = BigIntegerField(null=True)
    accepted_where = TextField(null=True)
    closing_at = BigIntegerField(null=True)
    payout_due = BigIntegerField(null=True)
    opened_at = BigIntegerField()
    updated_at = BigIntegerField()

    class Meta:
        table_name = "contract"


class Account(Model):
    id = TextField(primary_key=True)
    contract = TextField()
    purpose = TextField()
    opened_at = BigIntegerField()
    closed_at = BigIntegerField(null=True)

    class Meta:
        table_name = "contract_account"
        indexes = ((("contract", "purpose"), True),)


class Terms(Model):
    id = TextField(primary_key=True)
    school = TextField()
    purpose = TextField()
    since = TextField()
    holder_name = TextField(default="")
    holder_inn = TextField(default="")
    supplier_name = TextField(default="")
    supplier_inn = TextField(default="")
    agent_name = TextField(default="")
    agent_inn = TextField(default="")
    legal_basis = TextField(default="")
    policy = TextField()
    floor_kop = BigIntegerField(null=True)
    top_up_min_kop = BigIntegerField()
    top_up_max_kop = BigIntegerField()
    daily_limit_kop = BigIntegerField(null=True)

    class Meta:
        table_name = "account_terms"
        indexes = ((("school", "purpose", "since"), True),)


class Price(Model):
    id = TextField(primary_key=True)
    list = TextField()
    item = TextField()
    since = TextField()
    amount_kop = BigIntegerField(constraints=[Check("amount_kop >= 0")])

    class Meta:
        table_name = "price"
        indexes = ((("list", "item", "since"), True),)


class Subscription(Model):
    id = TextField(primary_key=True)
    contract = TextField()
    tariff = TextField()
    consent = TextField(null=True)
    since = TextField()
    until = TextField(null=True)
    announced_at = BigIntegerField(null=True)
    created_at = BigIntegerField()

    class Meta:
        table_name = "tariff_subscription"
        indexes = ((("contract", "since"), True),)
        constraints = [Check("tariff = 'zero' OR consent IS NOT NULL")]


TABLES = (Txn, Entry, Conflict, Receipt, Hold, Contract, Account, Terms, Price, Subscription)
WORDS = "the ledger is append-only"


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
    for statement in _triggers(sqlite=isinstance(db, SqliteDatabase)):
        db.execute_sql(statement)  # type: ignore[no-untyped-call]  # peewee's stub leaves it untyped


def _triggers(*, sqlite: bool) -> list[str]:
    named = [(table, act) for table in ("ledger_txn", "ledger_entry") for act in ("update", "delete")]
    if sqlite:
        made = "CREATE TRIGGER IF NOT EXISTS {0}_no_{1} BEFORE {2} ON {0} BEGIN SELECT RAISE(ABORT, '{3}'); END"
        return [made.format(table, act, act.upper(), WORDS) for table, act in named]
    function = (
        "CREATE OR REPLACE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    made = "CREATE OR REPLACE TRIGGER {0}_no_{1} BEFORE {2} ON {0} FOR EACH ROW EXECUTE FUNCTION ledger_append_only()"
    return [function, *(made.format(table, act, act.upper()) for table, act in named)]
