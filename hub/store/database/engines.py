"""The Peewee databases behind the two engines, with the pragmas and limits that the stack page measured."""

from __future__ import annotations

from pathlib import Path

import peewee

BUSY_TIMEOUT_S = 5


def sqlite(file: Path) -> peewee.SqliteDatabase:
    """WAL, fsync at each commit, foreign keys checked; the file is readable by its owner only."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        file.touch(mode=0o600)
    pragmas = {"journal_mode": "wal", "synchronous": "full", "foreign_keys": 1, "cache_size": -16_000, "temp_store": "memory"}
    # Without it a row that REPLACE takes away is not a deleted one, and the ledger's triggers would not see it.
    pragmas["recursive_triggers"] = 1
    # The writer takes the log back between its commits; SQLite does it inside one only where that was not enough.
    pragmas["wal_autocheckpoint"] = 8000
    return peewee.SqliteDatabase(str(file), pragmas=pragmas, timeout=BUSY_TIMEOUT_S, autoconnect=False)


def postgres(url: str) -> peewee.PostgresqlDatabase:
    """psycopg 3; `url` is any libpq connection string. A hung server is given up after 5 s."""
    return peewee.PostgresqlDatabase(
        url, prefer_psycopg3=True, autoconnect=False, connect_timeout=BUSY_TIMEOUT_S, application_name="school-hub"
    )
