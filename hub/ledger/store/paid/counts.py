"""How much there was to tell of in a time: SMS about passes, and meals (or the SMS about them)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hub.ledger.model import AccountId
from hub.ledger.store.raw import marks
from hub.ledger.store.tables import Entry
from hub.store.fields import rows, to_micros


def used(accounts: Sequence[AccountId], *, since: datetime, until: datetime) -> tuple[int, int]:
    """Of one contract's accounts: passes and meals."""
    if not accounts:
        return 0, 0
    sql = (
        f"SELECT kind, COUNT(*) FROM ledger_entry WHERE account IN ({marks(accounts)}) AND booked_at >= ? AND booked_at < ? "  # noqa: S608 - question marks
        "AND kind IN ('notice_pass', 'notice_meal', 'meal') GROUP BY kind"
    )
    found = {kind: int(count) for kind, count in rows(Entry, sql, (*accounts, to_micros(since), to_micros(until)))}
    return found.get("notice_pass", 0), max(found.get("notice_meal", 0), found.get("meal", 0))
