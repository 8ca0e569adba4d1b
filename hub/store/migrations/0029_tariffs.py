"""Words to a price, wishes for notices with the month's cap, schools' holidays; and no tariff's debit without a word to it."""

from __future__ import annotations

from peewee import BigIntegerField, Check, Database, IntegerField, Model, SqliteDatabase, TextField
from playhouse.migrate import SchemaMigrator, migrate


class PaidConsent(Model):
    id = TextField(primary_key=True)
    contract = TextField(null=True, index=True)
    child = TextField(null=True)
    person = TextField(index=True)
    service = TextField()
    price_kop = BigIntegerField(constraints=[Check("price_kop >= 0")])
    price_version = TextField()
    text_version = TextField()
    text = TextField()
    at = BigIntegerField()
    ended_at = BigIntegerField(null=True)

    class Meta:
        table_name = "paid_consent"


class NoticeSetting(Model):
    id = TextField(primary_key=True)
    person = TextField()
    child = TextField(index=True)
    kind = TextField()
    channel = TextField()
    enabled = IntegerField()
    price_kop = BigIntegerField()
    price_version = TextField()
    consent = TextField(null=True)
    updated_at = BigIntegerField()

    class Meta:
        table_name = "notice_setting"
        indexes = ((("person", "child", "kind", "channel"), True),)
        constraints = [Check("enabled = 0 OR channel <> 'sms' OR consent IS NOT NULL")]


class NoticeCap(Model):
    contract = TextField(primary_key=True)
    cap_kop = BigIntegerField(constraints=[Check("cap_kop >= 0")])
    updated_by = TextField()
    updated_at = BigIntegerField()

    class Meta:
        table_name = "notice_cap"


class SchoolBreak(Model):
    id = TextField(primary_key=True)
    school = TextField()
    first_day = TextField()
    last_day = TextField()
    title = TextField()
    updated_by = TextField()
    updated_at = BigIntegerField()

    class Meta:
        table_name = "school_break"
        indexes = ((("school", "first_day"), True),)


TABLES = (PaidConsent, NoticeSetting, NoticeCap, SchoolBreak)
NAME = "ledger_entry_tariff_consent"
WORDS = "no consent to this tariff at this price"
AGREED = (
    "SELECT 1 FROM contract_account AS a JOIN tariff_subscription AS s ON s.contract = a.contract JOIN paid_consent AS c "
    "ON c.id = s.consent AND c.contract = s.contract AND c.service = s.tariff WHERE a.id = NEW.account AND c.ended_at IS NULL "
    "AND c.at <= NEW.booked_at AND c.price_kop >= -NEW.amount_kop AND s.since <= {0} AND (s.until IS NULL OR s.until > {1})"
)
CARRIED = "SELECT 1 FROM ledger_txn AS t WHERE t.id = NEW.txn AND t.receipt = 'none:given_elsewhere'"


def up(migrator: SchemaMigrator, db: Database) -> None:
    db.bind(TABLES, bind_refs=False, bind_backrefs=False)
    db.create_tables(TABLES)
    look_at, ended = BigIntegerField(null=True), TextField(null=True)
    migrate(
        migrator.add_column("tariff_subscription", "look_at", look_at),  # type: ignore[no-untyped-call]  # peewee's own
        migrator.add_column("tariff_subscription", "ended", ended),
    )
    db.execute_sql("CREATE INDEX subscription_look_at ON tariff_subscription (look_at)")  # type: ignore[no-untyped-call]  # peewee's stub leaves it untyped
    for statement in _guards(sqlite=isinstance(db, SqliteDatabase)):
        db.execute_sql(statement)  # type: ignore[no-untyped-call]  # peewee's stub leaves it untyped


def _guards(*, sqlite: bool) -> list[str]:
    if sqlite:
        agreed = AGREED.format(*(f"date(NEW.booked_at / 1000000 {sign} 86400, 'unixepoch')" for sign in "+-"))
        asked = f"NEW.kind = 'tariff' AND instr(NEW.account, ':') = 0 AND NOT EXISTS ({CARRIED}) AND NOT EXISTS ({agreed})"
        return [f"CREATE TRIGGER IF NOT EXISTS {NAME} BEFORE INSERT ON ledger_entry WHEN {asked} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"]
    days = (f"to_char(to_timestamp(NEW.booked_at / 1000000 {sign} 86400) AT TIME ZONE 'UTC', 'YYYY-MM-DD')" for sign in "+-")
    refuse = f"RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'"
    body = f"IF NOT EXISTS ({CARRIED}) AND NOT EXISTS ({AGREED.format(*days)}) THEN {refuse}; END IF; RETURN NEW;"
    return [
        f"CREATE OR REPLACE FUNCTION ledger_tariff_consent() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$",
        f"CREATE OR REPLACE TRIGGER {NAME} BEFORE INSERT ON ledger_entry FOR EACH ROW "
        "WHEN (NEW.kind = 'tariff' AND position(':' IN NEW.account) = 0) EXECUTE FUNCTION ledger_tariff_consent()",
    ]
