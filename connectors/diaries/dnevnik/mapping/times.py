"""Dates, bells and zones: the platform writes local time, sometimes with an offset, and a school's zone as hours from UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from connectors.kit.errors import Drifted

# The platform tells an offset; the zone is the largest one that has it all year (no summer time in Russia since 2014).
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
DEFAULT_ZONE = "Europe/Moscow"

_STAMP = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})?)?")
_MIDNIGHT = re.compile(r"\d{4}-\d{2}-\d{2}T00:00:00")
_HOURS = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–—]\s*(\d{1,2}):(\d{2})\s*")


def zone_of(offset: int | None) -> tuple[str, bool]:
    """The IANA zone for the school's `timeZone`, and whether it had to be assumed."""
    return (_ZONES[offset], False) if offset in _ZONES else (DEFAULT_ZONE, True)


def moment(system: str, text: str, zone: ZoneInfo, where: str) -> datetime:
    """The aware moment of a stamp; without an offset it is the school's local time."""
    match = _STAMP.fullmatch(text)
    if match is None:
        raise Drifted(system, where, "not a date")
    day, clock, fraction, offset = match.groups()
    micros = (fraction or "")[:6].ljust(6, "0")
    try:
        parsed = datetime.fromisoformat(f"{day}T{clock or '00:00:00'}.{micros}{(offset or '').replace('Z', '+00:00')}")
        # The year 1 stands for «never» on the wire; going to UTC from it would leave the calendar.
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Drifted(system, where, "not a date") from error


def never(text: str | None) -> bool:
    """The platform writes an empty date as null, an empty text or the first day of the calendar."""
    return not text or text.startswith("0001-01-01")


def school_day(system: str, text: str, zone: ZoneInfo, where: str) -> date:
    """The school's date of a stamp: its own date where it is local, the local date of the moment where it has an offset."""
    if _MIDNIGHT.fullmatch(text):
        try:
            return date.fromisoformat(text[:10])
        except ValueError as error:
            raise Drifted(system, where, "not a date") from error
    try:
        return moment(system, text, zone, where).astimezone(zone).date()
    except OverflowError as error:
        raise Drifted(system, where, "not a date") from error


def maybe_moment(system: str, text: str | None, zone: ZoneInfo, where: str) -> datetime | None:
    return None if never(text) else moment(system, text or "", zone, where)


def maybe_day(system: str, text: str | None, zone: ZoneInfo, where: str) -> date | None:
    return None if never(text) else school_day(system, text or "", zone, where)


def bells(day: date, hours: str | None, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """Start and end of a lesson from `08:00 - 08:45`; a text that is no pair of times leaves them unknown (it stays in `raw`)."""
    match = _HOURS.fullmatch(hours or "")
    if match is None:
        return None, None
    first_h, first_m, last_h, last_m = (int(group) for group in match.groups())
    try:
        start = datetime.combine(day, time(first_h, first_m), tzinfo=zone)
        end = datetime.combine(day, time(last_h, last_m), tzinfo=zone)
        return start.astimezone(UTC), end.astimezone(UTC)
    except (ValueError, OverflowError):
        return None, None
