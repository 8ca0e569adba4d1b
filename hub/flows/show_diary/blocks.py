"""How the calendar is cut into copies: ISO weeks for what hangs on a day, school years for results and the like; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache

from connectors.kit.diary import Datum
from connectors.kit.ports import Window

YEARLY = frozenset({Datum.FINALS, Datum.AVERAGES, Datum.TERMS, Datum.ANNOUNCEMENTS, Datum.STATISTICS})
LONGEST = timedelta(days=400)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week_of(day: date) -> Window:
    start = monday(day)
    return Window(start=start, end=start + timedelta(days=6))


def school_year_of(day: date) -> Window:
    """1 September to 31 August."""
    first = day.year if day.month >= 9 else day.year - 1
    return Window(start=date(first, 9, 1), end=date(first + 1, 8, 31))


def school_year_name(year: Window) -> str:
    return f"{year.start.year}/{year.end.year}"


def blocks(datum: Datum, window: Window) -> Sequence[str]:
    """The names of the blocks that cover the window."""
    if datum in YEARLY:
        first, last = school_year_of(window.start).start.year, school_year_of(window.end).start.year
        return [f"Y{year}" for year in range(first, last + 1)]
    found: list[str] = []
    day = monday(window.start)
    while day <= window.end:
        found.append(day.strftime("W%Y%m%d"))
        day += timedelta(days=7)
    return found


@lru_cache(maxsize=512)
def span(block: str) -> Window:
    """The days of one block."""
    if block.startswith("Y"):
        return school_year_of(date(int(block[1:]), 9, 1))
    return week_of(date(int(block[1:5]), int(block[5:7]), int(block[7:9])))


def spans(names: Iterable[str]) -> Window:
    """One window that holds all the blocks."""
    windows = [span(name) for name in names]
    return Window(start=min(window.start for window in windows), end=max(window.end for window in windows))
