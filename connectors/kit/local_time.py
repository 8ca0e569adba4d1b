"""Dates and times without an offset, as diaries write them, read in the school's zone; what is none is `Drifted` with its path."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from connectors.kit.errors import Drifted

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DOTTED = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})")
# The largest zone that has the offset all year (no summer time in Russia since 2014).
_ZONES = {
    2: "Europe/Kaliningrad",
    3: "Europe/Moscow",
    4: "Europe/Samara",
    5: "Asia/Yekaterinburg",
    6: "Asia/Omsk",
    7: "Asia/Krasnoyarsk",
    8: "Asia/Irkutsk",
    9: "Asia/Yakutsk",
    10: "Asia/Vladivostok",
    11: "Asia/Magadan",
    12: "Asia/Kamchatka",
}
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?")


def iso_day(system: str, text: str, where: str) -> date:
    """`2026-11-16`."""
    found = _iso(text) if len(text) == 10 else None
    if found is None:
        raise Drifted(system, where, "not a date")
    return found


def dotted_day(system: str, text: str, where: str) -> date:
    """`16.11.2026`."""
    found = _dotted(text) if len(text) == 10 else None
    if found is None:
        raise Drifted(system, where, "not a date")
    return found


def iso_moment(system: str, text: str, zone: ZoneInfo, where: str) -> datetime:
    """`2026-11-16T08:30:00` or with a blank, local; the moment in UTC."""
    day, _, clock = text.replace("T", " ", 1).partition(" ")
    return moment(system, iso_day(system, day, where), clock, zone, where)


def dotted_moment(system: str, text: str, zone: ZoneInfo, where: str) -> datetime:
    """`16.11.2026 08:30:00`, local; the moment in UTC."""
    day, _, clock = text.partition(" ")
    return moment(system, dotted_day(system, day, where), clock, zone, where)


def moment(system: str, day: date, clock: str, zone: ZoneInfo, where: str) -> datetime:
    """The moment in UTC of a school date and a clock time there, `08:30` or `08:30:00`."""
    found = _moment(day, clock.strip(), zone) if len(clock) < 32 else None
    if found is None:
        raise Drifted(system, where, "not a time")
    return found


# A diary names the same few days and bells again and again.
@lru_cache(maxsize=2048)
def _iso(text: str) -> date | None:
    match = _ISO.fullmatch(text)
    return _date(match, (1, 2, 3)) if match else None


@lru_cache(maxsize=2048)
def _dotted(text: str) -> date | None:
    match = _DOTTED.fullmatch(text)
    return _date(match, (3, 2, 1)) if match else None


@lru_cache(maxsize=8192)
def _moment(day: date, clock: str, zone: ZoneInfo) -> datetime | None:
    match = _CLOCK.fullmatch(clock)
    if match is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    try:
        return datetime.combine(day, time(hours, minutes, seconds), tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _date(match: re.Match[str], order: tuple[int, int, int]) -> date | None:
    try:
        return date(*(int(match[index]) for index in order))
    except ValueError:
        return None


def school_year(day: date) -> str:
    """`2026/2027` for a day of that school year, which begins in August at the earliest."""
    first = day.year if day.month >= 8 else day.year - 1
    return f"{first}/{first + 1}"


def zone_of(offset: timedelta | None) -> str | None:
    """The IANA zone that a written offset tells; None for one that no Russian school has."""
    return None if offset is None else _ZONES.get(offset // timedelta(hours=1)) if not offset % timedelta(hours=1) else None
