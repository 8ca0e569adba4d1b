"""The ledger's tables: transactions and entries that nothing changes, and around them what may change."""

from __future__ import annotations

from typing import Any

import peewee

from hub.ledger.store import triggers
from hub.store.fields import InstantField


class AppendOnly(peewee.Model):
    """Its table comes with the triggers that refuse every change."""

    @classmethod
    def create_table(cls, safe: bool = True, **options: Any) -> None:
        super().create_table(safe, **options)
        database = cls._meta.database
        for statement in triggers.statements(database, cls._meta.table_name):
            database.execute_sql(statement)


class Txn(AppendOnly):
    """`scope` and `key` are whose id it is, and the id. `receipt` is a receipt's kind, or `none:` with the reason; `cause` is JSON."""

    id = peewee.TextField(primary_key=True)
    scope = peewee.TextField()
    key = peewee.TextField()
    request_hash = peewee.TextField()
    kind = peewee.TextField()
    purpose = peewee.TextField(null=True)
    reverses = peewee.TextField(null=True)
    linked = peewee.TextField(null=True)
    happened_at = InstantField(null=True)
    recorded_at = InstantField()
    actor = peewee.TextField()
    receipt = peewee.TextField()
    cause = peewee.TextField(null=True)

    class Meta:
        table_name = "ledger_txn"
        indexes = ((("scope", "key"), True),)


Txn.add_index(Txn.index(Txn.reverses, where=peewee.SQL("reverses IS NOT NULL"), name="ledger_txn_reverses"))


class Entry(AppendOnly):
    """A leg. At a family's account `number` counts them without gaps and `closing_kop` is the balance after it; elsewhere both are none."""

    txn = peewee.TextField()
    leg = peewee.IntegerField()
    account = peewee.TextField()
    amount_kop = peewee.BigIntegerField(constraints=[peewee.Check("amount_kop <> 0")])
    number = peewee.BigIntegerField(null=True)
    closing_kop = peewee.BigIntegerField(null=True)
    booked_at = InstantField()
    kind = peewee.TextField()

    class Meta:
        table_name = "ledger_entry"
        primary_key = peewee.CompositeKey("txn", "leg")
        indexes = ((("account", "number"), True), (("account", "booked_at", "number"), False))


class Conflict(peewee.Model):
    """A known key that came with another body: refused, and somebody has to look (RULES D3)."""

    id = peewee.TextField(primary_key=True)
    scope = peewee.TextField()
    key = peewee.TextField()
    request_hash = peewee.TextField()
    txn = peewee.TextField()
    seen = peewee.IntegerField(default=1)
    first_at = InstantField()
    last_at = InstantField()
    settled_at = InstantField(null=True)

    class Meta:
        table_name = "ledger_conflict"
        indexes = ((("scope", "key", "request_hash"), True),)


class Receipt(peewee.Model):
    """The fiscal receipt of a transaction (RULES D11): what kind, in what state, and the marks by which anybody may check it.

    `payment` is the provider's id of the money. `detail` is the reason for none. Until `due_at` it may come; the provider is asked
    at `ask_after`. `said_by` is who typed the marks, or the reason, by hand.
    """

    txn = peewee.TextField(primary_key=True)
    kind = peewee.TextField()
    state = peewee.TextField()
    detail = peewee.TextField(default="")
    provider = peewee.TextField(default="")
    payment = peewee.TextField(default="")
    school = peewee.TextField(default="")
    purpose = peewee.TextField(default="")
    account = peewee.TextField(default="")
    amount_kop = peewee.BigIntegerField()
    fee_kop = peewee.BigIntegerField(default=0)
    drive = peewee.TextField(null=True)
    document = peewee.TextField(null=True)
    sign = peewee.TextField(null=True)
    given_at = InstantField(null=True)
    due_at = InstantField(null=True)
    ask_after = InstantField(null=True, index=True)
    tries = peewee.IntegerField(default=0)
    said_by = peewee.TextField(null=True)
    at = InstantField()
    updated_at = InstantField()

    class Meta:
        table_name = "ledger_receipt"
        indexes = ((("state", "due_at"), False), (("provider", "payment"), False))


class Hold(peewee.Model):
    """Money that is spoken for: a payment authorised and not yet taken, a payout under way."""

    id = peewee.TextField(primary_key=True)
    account = peewee.TextField()
    amount_kop = peewee.BigIntegerField(constraints=[peewee.Check("amount_kop > 0")])
    state = peewee.TextField()
    txn = peewee.TextField(null=True)
    created_at = InstantField()
    expires_at = InstantField()
    settled_at = InstantField(null=True)

    class Meta:
        table_name = "ledger_hold"
        indexes = ((("account", "state"), False),)


class Contract(peewee.Model):
    """Who pays whom for which child. Until the hub knows the child, `pupil_snils` finds it and `pupil` says who it is; both sealed.

    `…_before`: the record that was joined to the one named now, for the days in which that may be undone.
    """

    id = peewee.TextField(primary_key=True)
    number = peewee.TextField(unique=True)
    state = peewee.TextField()
    child = peewee.TextField(null=True, index=True)
    pupil = peewee.TextField(null=True)
    pupil_snils = peewee.TextField(null=True)
    pupil_index = peewee.TextField(null=True, index=True)
    payer = peewee.TextField(null=True, index=True)
    child_before = peewee.TextField(null=True)
    payer_before = peewee.TextField(null=True)
    school = peewee.TextField(index=True)
    class_name = peewee.TextField(default="")
    offer = peewee.TextField(null=True)
    accepted_by = peewee.TextField(null=True)
    accepted_at = InstantField(null=True)
    accepted_where = peewee.TextField(null=True)
    closing_at = InstantField(null=True)
    payout_due = InstantField(null=True)
    opened_at = InstantField()
    updated_at = InstantField()

    class Meta:
        table_name = "contract"


class Account(peewee.Model):
    """One purpose of one contract; what it holds is the closing balance of its last entry."""

    id = peewee.TextField(primary_key=True)
    contract = peewee.TextField()
    purpose = peewee.TextField()
    opened_at = InstantField()
    closed_at = InstantField(null=True)

    class Meta:
        table_name = "contract_account"
        indexes = ((("contract", "purpose"), True),)


class Terms(peewee.Model):
    """A school's terms for one purpose from a day on: who holds the money, on what ground, what an account lets happen (RULES D)."""

    id = peewee.TextField(primary_key=True)
    school = peewee.TextField()
    purpose = peewee.TextField()
    since = peewee.TextField()
    holder_name = peewee.TextField(default="")
    holder_inn = peewee.TextField(default="")
    supplier_name = peewee.TextField(default="")
    supplier_inn = peewee.TextField(default="")
    agent_name = peewee.TextField(default="")
    agent_inn = peewee.TextField(default="")
    legal_basis = peewee.TextField(default="")
    policy = peewee.TextField()
    floor_kop = peewee.BigIntegerField(null=True)
    top_up_min_kop = peewee.BigIntegerField()
    top_up_max_kop = peewee.BigIntegerField()
    daily_limit_kop = peewee.BigIntegerField(null=True)

    class Meta:
        table_name = "account_terms"
        indexes = ((("school", "purpose", "since"), True),)


class Price(peewee.Model):
    """One price of one list from a day on; a list is a tariff, or `base`."""

    id = peewee.TextField(primary_key=True)
    list = peewee.TextField()
    item = peewee.TextField()
    since = peewee.TextField()
    amount_kop = peewee.BigIntegerField(constraints=[peewee.Check("amount_kop >= 0")])

    class Meta:
        table_name = "price"
        indexes = ((("list", "item", "since"), True),)


class Subscription(peewee.Model):
    """A contract's tariff from a day on. The database takes no paid one without a consent (RULES D6). `look_at`: when the worker does."""

    id = peewee.TextField(primary_key=True)
    contract = peewee.TextField()
    tariff = peewee.TextField()
    consent = peewee.TextField(null=True)
    since = peewee.TextField()
    until = peewee.TextField(null=True)
    announced_at = InstantField(null=True)
    created_at = InstantField()
    look_at = InstantField(null=True, index=True)
    ended = peewee.TextField(null=True)

    class Meta:
        table_name = "tariff_subscription"
        indexes = ((("contract", "since"), True),)
        constraints = [peewee.Check("tariff = 'zero' OR consent IS NOT NULL")]
