"""The on-line copy of a SQLite database: whole, checked, readable by its owner only."""

from __future__ import annotations

import os
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from hub.store.database.errors import StorageError

_PAGES = 1024


def copy(source: Path, target: Path) -> int:
    """Copies while others read and write; returns the size in bytes. A file that exists is never overwritten."""
    if not source.exists():
        raise StorageError(f"there is no database at {source}")
    if target.exists():
        raise StorageError(f"{target} exists already")
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with closing(sqlite3.connect(source, timeout=5)) as live, closing(sqlite3.connect(draft)) as kept:
            live.backup(kept, pages=_PAGES)
            kept.execute("PRAGMA journal_mode = delete")
            (verdict,) = kept.execute("PRAGMA quick_check").fetchone()
        if verdict != "ok":
            raise StorageError(f"the copy is damaged: {verdict}")
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target.stat().st_size
