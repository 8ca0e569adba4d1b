"""What a school sells and does without money, a family's own limits and words, ordered cards, refused meals, disputed debits."""

from __future__ import annotations

from peewee import SQL, BigIntegerField, Check, Database, Model, TextField


class SchoolPrice(Model):
    id = TextField(primary_key=True)
    school = TextField()
    list = TextField()
    item = TextField()
    title = TextField()
    since = TextField()
    amount_kop = BigIntegerField(null=True, constraints=[Check("amount_kop > 0")])
    said_by = TextField()
    said_at = BigIntegerField()

    class Meta:
        table_name = "school_price"
        indexes = ((("school", "list", "item", "since"), True),)


class SchoolWeek(Model):
    id = TextField(primary_key=True)
    school = TextField()
    since = TextField()
    days = TextField()
    said_by = TextField()
    said_at = BigIntegerField()

    class Meta:
        table_name = "school_week"
        indexes = ((("school", "since"), True),)


class TermsWord(Model):
    id = TextField(primary_key=True)
    school = TextField()
    purpose = TextField()
    since = TextField()
    policy = TextField()
    floor_kop = BigIntegerField(null=True)
    daily_limit_kop = BigIntegerField(null=True)
    said_by = TextField()
    said_at = BigIntegerField()

    class Meta:
        table_name = "account_terms_word"
        indexes = ((("school", "said_at"), False),)


class MealRefusal(Model):
    id = TextField(primary_key=True)
    account = TextField()
    child = TextField()
    school = TextField()
    title = TextField()
    amount_kop = BigIntegerField()
    outcome = TextField()
    rule = TextField()
    request_hash = TextField()
    actor = TextField()
    at = BigIntegerField()

    class Meta:
        table_name = "meal_refusal"
        indexes = ((("child", "at"), False),)


class PaidService(Model):
    id = TextField(primary_key=True)
    school = TextField(index=True)
    title = TextField()
    group_name = TextField()
    classes = TextField()
    teacher = TextField()
    state = TextField()
    made_by = TextField()
    made_at = BigIntegerField()
    ended_at = BigIntegerField(null=True)

    class Meta:
        table_name = "paid_service"


class ServiceWord(Model):
    id = TextField(primary_key=True)
    service = TextField()
    child = TextField(index=True)
    person = TextField(index=True)
    version = TextField()
    price_kop = BigIntegerField()
    word = TextField()
    at = BigIntegerField()
    withdrawn_at = BigIntegerField(null=True)

    class Meta:
        table_name = "service_word"
        indexes = ((("service", "child"), False),)


class DailyLimit(Model):
    id = TextField(primary_key=True)
    account = TextField()
    number = BigIntegerField()
    limit_kop = BigIntegerField(null=True)
    said_by = TextField()
    said_at = BigIntegerField()

    class Meta:
        table_name = "daily_limit"
        indexes = ((("account", "number"), True),)


class CardOrder(Model):
    id = TextField(primary_key=True)
    contract = TextField(index=True)
    child = TextField(null=True)
    school = TextField()
    ordered_by = TextField()
    place = TextField()
    txn = TextField()
    price_kop = BigIntegerField()
    state = TextField()
    ordered_at = BigIntegerField()
    changed_by = TextField(null=True)
    changed_at = BigIntegerField(null=True)

    class Meta:
        table_name = "card_order"
        indexes = ((("school", "state", "ordered_at"), False),)


class Dispute(Model):
    id = TextField(primary_key=True)
    txn = TextField()
    live = TextField(null=True, unique=True)
    account = TextField()
    contract = TextField()
    child = TextField(null=True, index=True)
    school = TextField()
    kind = TextField()
    title = TextField()
    amount_kop = BigIntegerField()
    booked_at = BigIntegerField()
    debited_by = TextField()
    author = TextField(index=True)
    side = TextField()
    text = TextField(null=True)
    state = TextField()
    due_at = BigIntegerField()
    warned_at = BigIntegerField(null=True)
    decided_by = TextField(null=True)
    decided_at = BigIntegerField(null=True)
    reason = TextField(null=True)
    reversal = TextField(null=True)
    reversed_kop = BigIntegerField(default=0)
    created_at = BigIntegerField()
    updated_at = BigIntegerField()

    class Meta:
        table_name = "debit_dispute"
        indexes = ((("school", "state", "due_at"), False), (("txn",), False))


TABLES = (SchoolPrice, SchoolWeek, TermsWord, MealRefusal, PaidService, ServiceWord, DailyLimit, CardOrder, Dispute)
Dispute.add_index(Dispute.index(Dispute.due_at, where=SQL("state = 'open' AND warned_at IS NULL"), name="debit_dispute_waits"))


def up(_migrator: object, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
