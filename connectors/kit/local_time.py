"""Dates and times without an offset, as diaries write them, read in the school's zone; what is none is `Drifted` with its path."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from connectors.kit.errors import Drifted

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DOTTED = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?")


def iso_day(system: str, text: str, where: str) -> date:
    """`2026-11-16`."""
    match = _ISO.fullmatch(text)
    return _date(system, match, (1, 2, 3), where)


def dotted_day(system: str, text: str, where: str) -> date:
    """`16.11.2026`."""
    match = _DOTTED.fullmatch(text)
    return _date(system, match, (3, 2, 1), where)


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
    match = _CLOCK.fullmatch(clock.strip())
    if match is None:
        raise Drifted(system, where, "not a time")
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    try:
        return datetime.combine(day, time(hours, minutes, seconds), tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Drifted(system, where, "not a time") from error


def _date(system: str, match: re.Match[str] | None, order: tuple[int, int, int], where: str) -> date:
    if match is None:
        raise Drifted(system, where, "not a date")
    try:
        return date(*(int(match[index]) for index in order))
    except ValueError as error:
        raise Drifted(system, where, "not a date") from error


def school_year(day: date) -> str:
    """`2026/2027` for a day of that school year, which begins in August at the earliest."""
    first = day.year if day.month >= 8 else day.year - 1
    return f"{first}/{first + 1}"
