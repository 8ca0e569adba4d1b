"""Dates as clients send them, in three spellings, and as the platform writes them: local time without an offset."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from sandbox.dnevnik.wire.errors import parameter

_SPELLINGS = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"(?:[T ](?P<hour>\d{1,2}):(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:[.,]\d{1,9})?)?)?"
    r"(?P<zone>Z|[+ -]\d{2}:?\d{2})?"
)
"""`2025-09-01 00:00:00`, `2025-9-1T0:0:0` and ISO; a plus sign that came through a query unescaped is a space."""


def read_moment(name: str, text: str, zone: tzinfo) -> datetime:
    """The local moment that a parameter means; a time with an offset is taken to the school's zone."""
    found = _SPELLINGS.fullmatch(text.strip())
    if found is None:
        raise parameter(name, text)
    year, month, of_month, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    try:
        moment = datetime.combine(date(year, month, of_month), time(hour, minute, second))
    except ValueError as error:
        raise parameter(name, text) from error
    sign = found["zone"]
    if sign is None:
        return moment
    try:
        return (moment - _offset(sign)).replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
    except OverflowError as error:
        raise parameter(name, text) from error


def read_date(name: str, text: str, zone: tzinfo) -> date:
    """The school's date that a parameter means."""
    return read_moment(name, text, zone).date()


def _offset(text: str) -> timedelta:
    if text == "Z":
        return timedelta()
    hours, minutes = int(text[1:3]), int(text[-2:])
    return (-1 if text[0] == "-" else 1) * timedelta(hours=hours, minutes=minutes)


def day(value: date) -> str:
    """`2026-11-16T00:00:00`, the way a date is written everywhere but in the days of a schedule."""
    return f"{value.isoformat()}T00:00:00"


def day_with_offset(value: date, zone: ZoneInfo) -> str:
    """`2026-11-16T00:00:00+03:00`: the days of a schedule carry the school's offset."""
    return datetime.combine(value, time(), tzinfo=zone).isoformat()


def moment(value: datetime, zone: ZoneInfo) -> str:
    """`2026-11-16T12:40:05.123`, local; the fraction is left out when it is nought."""
    local = value.astimezone(zone).replace(tzinfo=None)
    return local.isoformat(timespec="milliseconds" if local.microsecond else "seconds")


def hours(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """`08:00 - 08:45`."""
    return f"{starts_at.astimezone(zone):%H:%M} - {ends_at.astimezone(zone):%H:%M}"
