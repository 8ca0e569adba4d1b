"""What a family lets a child spend on food in a week of the school's calendar, Monday first (RULES D8)."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hub.ledger.debits.reading import debits_of_day, spent_kop
from hub.ledger.model import AccountId


def week_around(at: datetime, zone: str) -> tuple[datetime, datetime]:
    """The week that holds this instant: its beginning and its end."""
    here = at.astimezone(ZoneInfo(zone))
    start = (here - timedelta(days=here.weekday())).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return start, start + timedelta(days=7)


def week_spent_kop(account: AccountId, at: datetime, zone: str) -> int:
    """In the caller's unit: meals from the family's own money, less what was taken back in that week."""
    return spent_kop(debits_of_day([account], *week_around(at, zone))[account])
