"""Triggers that refuse every change of a transaction or an entry, and every tariff's month without a consent (RULES D1, D6)."""

from __future__ import annotations

import peewee

SEALED_TABLES = ("ledger_txn", "ledger_entry")
WORDS = "the ledger is append-only"

_SQLITE = "CREATE TRIGGER IF NOT EXISTS {table}_no_{act} BEFORE {ACT} ON {table} BEGIN SELECT RAISE(ABORT, '" + WORDS + "'); END"
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '" + WORDS + "' USING ERRCODE = 'integrity_constraint_violation'; END $$"
)
_POSTGRES = "CREATE OR REPLACE TRIGGER {table}_no_{act} BEFORE {ACT} ON {table} FOR EACH ROW EXECUTE FUNCTION ledger_append_only()"
CONSENT = "ledger_entry_tariff_consent"
CONSENT_WORDS = "no consent to this tariff at this price"

# A tariff's debit wants the subscription of its day (a day's room for the zones) and, behind it, a living word to at least this price,
# said before. The lines of an earlier system's books are facts: their receipts were given elsewhere.
_AGREED = (
    "SELECT 1 FROM contract_account AS a JOIN tariff_subscription AS s ON s.contract = a.contract JOIN paid_consent AS c "
    "ON c.id = s.consent AND c.contract = s.contract AND c.service = s.tariff WHERE a.id = NEW.account AND c.ended_at IS NULL "
    "AND c.at <= NEW.booked_at AND c.price_kop >= -NEW.amount_kop AND s.since <= {tomorrow} AND (s.until IS NULL OR s.until > {yesterday})"
)
_CARRIED = "SELECT 1 FROM ledger_txn AS t WHERE t.id = NEW.txn AND t.receipt = 'none:given_elsewhere'"
_SQLITE_CONSENT = (
    "CREATE TRIGGER IF NOT EXISTS " + CONSENT + " BEFORE INSERT ON ledger_entry WHEN NEW.kind = 'tariff' AND instr(NEW.account, ':') = 0 "
    "AND NOT EXISTS (" + _CARRIED + ") AND NOT EXISTS ("
    + _AGREED.format(
        tomorrow="date(NEW.booked_at / 1000000 + 86400, 'unixepoch')", yesterday="date(NEW.booked_at / 1000000 - 86400, 'unixepoch')"
    )
    + ") BEGIN SELECT RAISE(ABORT, '" + CONSENT_WORDS + "'); END"
)  # fmt: skip
_POSTGRES_DAY = "to_char(to_timestamp(NEW.booked_at / 1000000 {}) AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
_CONSENT_FUNCTION = (
    "CREATE OR REPLACE FUNCTION ledger_tariff_consent() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF NOT EXISTS (" + _CARRIED + ") AND NOT EXISTS ("
    + _AGREED.format(tomorrow=_POSTGRES_DAY.format("+ 86400"), yesterday=_POSTGRES_DAY.format("- 86400"))
    + ") THEN RAISE EXCEPTION '" + CONSENT_WORDS + "' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
)  # fmt: skip
_POSTGRES_CONSENT = (
    "CREATE OR REPLACE TRIGGER " + CONSENT + " BEFORE INSERT ON ledger_entry FOR EACH ROW "
    "WHEN (NEW.kind = 'tariff' AND position(':' IN NEW.account) = 0) EXECUTE FUNCTION ledger_tariff_consent()"
)


def statements(database: peewee.Database, table: str) -> tuple[str, ...]:
    """What makes the triggers of one table; twice is harmless."""
    acts = [{"table": table, "act": act, "ACT": act.upper()} for act in ("update", "delete")]
    guards_tariffs = table == "ledger_entry"
    if isinstance(database, peewee.SqliteDatabase):
        return (*(_SQLITE.format(**act) for act in acts), *((_SQLITE_CONSENT,) if guards_tariffs else ()))
    made = (_FUNCTION, *(_POSTGRES.format(**act) for act in acts))
    return (*made, _CONSENT_FUNCTION, _POSTGRES_CONSENT) if guards_tariffs else made


def missing(database: peewee.Database) -> tuple[str, ...]:
    """The triggers that ought to be there and are not; runs inside a unit."""
    if isinstance(database, peewee.SqliteDatabase):
        sql = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        sql = "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D' AND tgrelid = ANY (ARRAY['ledger_txn', 'ledger_entry']::regclass[])"
    found = {name for (name,) in database.execute_sql(sql)}  # type: ignore[no-untyped-call]  # peewee's stub leaves it untyped
    wanted = [f"{table}_no_{act}" for table in SEALED_TABLES for act in ("update", "delete")]
    return tuple(name for name in (*wanted, CONSENT) if name not in found)
