"""Nights: whether a moment lies in a person's quiet hours, and when they end; pure (RULES F3)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from hub.store.outbox.quiet import Quiet

DAY = 24 * 60


def quiet_until(quiet: Quiet, school_zone: str, now: datetime) -> datetime | None:
    """The end of the quiet hours that hold now, or None."""
    if quiet.off:
        return None
    zone = ZoneInfo(quiet.zone or school_zone)
    here = now.astimezone(zone)
    minute = here.hour * 60 + here.minute
    length, gone = (quiet.last - quiet.first) % DAY, (minute - quiet.first) % DAY
    if gone >= length:
        return None
    over = here.replace(second=0, microsecond=0) + timedelta(minutes=length - gone)
    return over.astimezone(now.tzinfo)


@lru_cache
def zones() -> frozenset[str]:
    return frozenset(name for name in available_timezones() if "/" in name and not name.startswith(("posix/", "right/", "Etc/")))


def minutes(text: str) -> int | None:
    """`22:00` as minutes after midnight; None for what is no time of a day."""
    try:
        found = time.fromisoformat(text)
    except ValueError:
        return None
    if found.tzinfo is not None or found.second or found.microsecond or len(text) != 5:
        return None
    return found.hour * 60 + found.minute


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
