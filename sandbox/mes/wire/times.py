"""Times as the platform writes them: with an offset, naive, or in seconds, by the place."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sandbox.world.model import School
from sandbox.world.town import Town


def zone(school: School) -> ZoneInfo:
    return ZoneInfo(school.tz)


def local(school: School, at: datetime) -> datetime:
    return at.astimezone(zone(school))


def with_offset(school: School, at: datetime) -> str:
    return local(school, at).isoformat(timespec="seconds")


def naive(school: School, at: datetime) -> str:
    """Marks: local, without an offset."""
    return f"{local(school, at):%Y-%m-%dT%H:%M:%S}"


def spaced(school: School, at: datetime) -> str:
    """Notifications: local, with thousandths."""
    return f"{local(school, at):%Y-%m-%d %H:%M:%S}.000"


def midnight(day: date) -> str:
    return f"{day:%Y-%m-%d} 00:00:00"


def clock(school: School, at: datetime) -> str:
    return f"{local(school, at):%H:%M}"


def today(town: Town, school: School) -> date:
    return local(school, town.now()).date()


def whole_year(town: Town) -> tuple[date, date]:
    """From summer to summer: the world's writers take any date."""
    return date(town.year[0].year, 6, 1), date(town.year[1].year, 8, 31)
