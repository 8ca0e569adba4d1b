"""Which days are school days at a school: its own week and holidays, and the country's days off (RULES D7)."""

from __future__ import annotations

from datetime import date

from hub.ledger.debits.decide import is_school_day
from hub.ledger.school_days import Break, break_on
from hub.regions.help_desks import help_desks
from hub.store.school import breaks, canteen


def school_day(school: str, day: date) -> bool:
    """In the caller's unit."""
    own = [Break(first=one.first, last=one.last, title=one.title) for one in breaks.of_school(school, since=day)]
    free = bool(help_desks().holiday(day)) or break_on(day, own) is not None
    return is_school_day(day, week=canteen.week_on(school, day), free=free)
