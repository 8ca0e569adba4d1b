"""Contracts as papers: offers, acceptances, codes and PINs, benefits, and the queue of what is paid out after a contract's end."""

from __future__ import annotations

from peewee import SQL, BigIntegerField, Check, Database, IntegerField, Model, TextField


class Offer(Model):
    version = TextField(primary_key=True)
    since = TextField()
    title = TextField()
    text = TextField()

    class Meta:
        table_name = "contract_offer"


class Acceptance(Model):
    id = TextField(primary_key=True)
    contract = TextField()
    party = TextField()
    said_by = TextField()
    at = BigIntegerField()
    channel = TextField()
    place = TextField(default="")
    offer = TextField()
    phone = TextField(null=True)
    inn = TextField(null=True)

    class Meta:
        table_name = "contract_acceptance"
        indexes = ((("contract", "party"), True),)


class Paper(Model):
    contract = TextField(primary_key=True)
    code = TextField(unique=True)
    pin_hash = TextField(null=True)
    pin_at = BigIntegerField(null=True)
    ends = TextField(default="")
    ended_by = TextField(null=True)
    closed_at = BigIntegerField(null=True)

    class Meta:
        table_name = "contract_paper"


class FirstPayment(Model):
    id = TextField(primary_key=True)
    school = TextField()
    since = TextField()
    least_kop = BigIntegerField(constraints=[Check("least_kop >= 0")])

    class Meta:
        table_name = "first_payment"
        indexes = ((("school", "since"), True),)


class Benefit(Model):
    id = TextField(primary_key=True)
    contract = TextField()
    child = TextField(null=True, index=True)
    school = TextField()
    state = TextField()
    basis = TextField(null=True)
    note = TextField(null=True)
    asked_by = TextField()
    asked_at = BigIntegerField()
    decided_by = TextField(null=True)
    decided_at = BigIntegerField(null=True)
    since = TextField(null=True)
    until = TextField(null=True)
    amount_kop = BigIntegerField(default=0)
    account = TextField(null=True)
    granted_at = BigIntegerField(null=True)
    returned_at = BigIntegerField(null=True)

    class Meta:
        table_name = "contract_benefit"
        indexes = ((("school", "state"), False),)


Benefit.add_index(Benefit.index(Benefit.contract, unique=True, where=SQL("state IN ('asked', 'granted')"), name="contract_benefit_one"))


class Payout(Model):
    id = TextField(primary_key=True)
    contract = TextField(index=True)
    school = TextField()
    child = TextField(null=True)
    payer = TextField(null=True, index=True)
    reason = TextField()
    state = TextField()
    way = TextField(default="")
    amount_kop = BigIntegerField(constraints=[Check("amount_kop > 0")])
    due_at = BigIntegerField()
    created_at = BigIntegerField()
    details = TextField(null=True)
    target = TextField(null=True)
    chosen_by = TextField(null=True)
    chosen_at = BigIntegerField(null=True)
    signed_by = TextField(null=True)
    signed_at = BigIntegerField(null=True)
    done_by = TextField(null=True)
    done_at = BigIntegerField(null=True)
    note = TextField(null=True)
    warned = IntegerField(default=0)
    tries = IntegerField(default=0)
    ask_after = BigIntegerField(null=True, index=True)

    class Meta:
        table_name = "payout"
        indexes = ((("school", "state"), False),)


class PayoutPart(Model):
    id = TextField(primary_key=True)
    payout = TextField(index=True)
    account = TextField()
    purpose = TextField()
    amount_kop = BigIntegerField()
    txn = TextField()

    class Meta:
        table_name = "payout_part"


class PayoutRefund(Model):
    id = TextField(primary_key=True)
    payout = TextField(index=True)
    top_up = TextField()
    provider = TextField()
    provider_id = TextField()
    amount_kop = BigIntegerField()
    before_kop = BigIntegerField()
    state = TextField()
    txn = TextField(null=True)

    class Meta:
        table_name = "payout_refund"


class Ending(Model):
    id = TextField(primary_key=True)
    school = TextField(index=True)
    state = TextField()
    document = TextField()
    proposed_by = TextField()
    proposed_at = BigIntegerField()
    signed_by = TextField(null=True)
    signed_at = BigIntegerField(null=True)
    ended = IntegerField(default=0)
    done_at = BigIntegerField(null=True)

    class Meta:
        table_name = "contract_ending"


Ending.add_index(Ending.index(Ending.school, unique=True, where=SQL("state IN ('proposed', 'signed')"), name="contract_ending_one"))


TABLES = (Offer, Acceptance, Paper, FirstPayment, Benefit, Payout, PayoutPart, PayoutRefund, Ending)


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
