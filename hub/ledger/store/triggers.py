"""Triggers that refuse every change of a transaction or an entry, on both databases (RULES D1)."""

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


def statements(database: peewee.Database, table: str) -> tuple[str, ...]:
    """What makes the triggers of one table; twice is harmless."""
    acts = [{"table": table, "act": act, "ACT": act.upper()} for act in ("update", "delete")]
    if isinstance(database, peewee.SqliteDatabase):
        return tuple(_SQLITE.format(**act) for act in acts)
    return (_FUNCTION, *(_POSTGRES.format(**act) for act in acts))


def missing(database: peewee.Database) -> tuple[str, ...]:
    """The triggers that ought to be there and are not; runs inside a unit."""
    if isinstance(database, peewee.SqliteDatabase):
        sql = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        sql = "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D' AND tgrelid = ANY (ARRAY['ledger_txn', 'ledger_entry']::regclass[])"
    found = {name for (name,) in database.execute_sql(sql)}  # type: ignore[no-untyped-call]  # peewee's stub leaves it untyped
    return tuple(name for table in SEALED_TABLES for act in ("update", "delete") if (name := f"{table}_no_{act}") not in found)
