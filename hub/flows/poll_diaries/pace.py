"""How often a diary is read unasked: by the child's clock, slower when no lessons are held, not at night; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

SEEN_WITHIN = timedelta(days=3)
"""Only for people who opened the hub this lately."""
NIGHT_FROM, NIGHT_UNTIL = time(22), time(6)
MORNING_SPREAD = timedelta(hours=1)
"""After the night reads are spread, so that a whole time zone does not knock at six."""
JITTER = 0.25
SUNDAY, HOLIDAYS, AFTER_LESSONS = 4.0, 8.0, 2.0
LESSONS_FROM, LESSONS_UNTIL = time(7), time(18)
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=5), timedelta(hours=2)
ASKED_TO_WAIT = timedelta(minutes=1)
"""Where a system says «too many» without saying how long."""
LONGEST_WAIT = timedelta(hours=6)


class Span(NamedTuple):
    """Days of each year, as (month, day), both included."""

    start: tuple[int, int]
    end: tuple[int, int]


USUAL_HOLIDAYS: Sequence[Span] = (
    Span((1, 1), (1, 10)),
    Span((3, 24), (4, 1)),
    Span((6, 1), (8, 31)),
    Span((10, 26), (11, 4)),
    Span((12, 29), (12, 31)),
)
"""When most schools rest, for one whose calendar is not known: at worst it is read more often or more seldom than needed."""


def is_holiday(day: date) -> bool:
    return any(span.start <= (day.month, day.day) <= span.end for span in USUAL_HOLIDAYS)


def local_day(now: datetime, zone: str) -> date:
    return now.astimezone(ZoneInfo(zone)).date()


def is_weekend(now: datetime, zone: str) -> bool:
    """From Saturday on the coming week is looked at too."""
    return local_day(now, zone).isoweekday() >= 6


def is_night(now: datetime, zone: str) -> bool:
    at = now.astimezone(ZoneInfo(zone)).time()
    return at >= NIGHT_FROM or at < NIGHT_UNTIL


def factor(now: datetime, zone: str, *, resting: bool | None = None) -> float:
    """How many times longer than the manifest's `fresh_for_s` the pause is. `resting`: what the school's own calendar says of today."""
    here = now.astimezone(ZoneInfo(zone))
    if is_holiday(here.date()) if resting is None else resting:
        return HOLIDAYS
    if here.isoweekday() == 7:
        return SUNDAY
    return 1.0 if LESSONS_FROM <= here.time() < LESSONS_UNTIL else AFTER_LESSONS


def next_read(now: datetime, zone: str, *, fresh_for_s: float, chance: float, resting: bool | None = None) -> datetime:
    """When this diary is due again; `chance` from 0 to 1 keeps links apart that were read together."""
    pause = timedelta(seconds=fresh_for_s * factor(now, zone, resting=resting) * (1 + JITTER * chance))
    return after_night(now + pause, zone, chance=chance)


def after_night(at: datetime, zone: str, *, chance: float) -> datetime:
    """The same instant by day; for one at night some time of the next morning."""
    if not is_night(at, zone):
        return at
    here = at.astimezone(ZoneInfo(zone))
    day = here.date() + timedelta(days=1) if here.time() >= NIGHT_FROM else here.date()
    return datetime.combine(day, NIGHT_UNTIL, ZoneInfo(zone)) + MORNING_SPREAD * chance


def retry(failures: int, *, chance: float) -> timedelta:
    """The pause after so many failures in a row."""
    pause: timedelta = min(FIRST_RETRY * 2 ** min(failures - 1, 10), LONGEST_RETRY)
    return pause * (1 + JITTER * chance)


def wait_for(after_s: float | None) -> timedelta:
    """How long a system that said «too many» is left alone; what it asks for, within reason."""
    return ASKED_TO_WAIT if after_s is None else min(max(timedelta(seconds=after_s), timedelta(seconds=1)), LONGEST_WAIT)
