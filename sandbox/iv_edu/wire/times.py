"""Weeks, months, dates and decimals as the cabinet reads and writes them: local time, UTC+3, without an offset."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from sandbox.iv_edu.wire.errors import CabinetError, bad
from sandbox.world.town import Town

ZONE: Final = ZoneInfo("Europe/Moscow")
WEEK: Final = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
MONTH: Final = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def bounds(town: Town) -> tuple[date, date]:
    """The school year with its summers."""
    start, end = town.year
    return date(start.year, 6, 1), date(end.year, 8, 31)


def today(town: Town) -> date:
    return town.now().astimezone(ZONE).date()


def week(town: Town, text: str | None) -> tuple[str, date, date]:
    """The name, Monday and Sunday of the asked or the current ISO week."""
    if text is None:
        monday = today(town) - timedelta(days=today(town).weekday())
    else:
        found = WEEK.fullmatch(text)
        try:
            monday = date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else _refuse("week")
        except ValueError as error:
            raise bad("week") from error
    year, number, _ = monday.isocalendar()
    first, last = bounds(town)
    if not first <= monday + timedelta(days=6) or monday > last:
        raise CabinetError("unknown_week")
    return f"{year}-W{number:02d}", monday, monday + timedelta(days=6)


def month(town: Town, text: str | None) -> tuple[str, date, date]:
    """The name, first and last day of the asked or the current month."""
    first = today(town).replace(day=1)
    if text is not None:
        found = MONTH.fullmatch(text)
        try:
            first = date(int(found[1]), int(found[2]), 1) if found else _refuse("month")
        except ValueError as error:
            raise bad("month") from error
    start, end = bounds(town)
    if not start <= first <= end:
        raise CabinetError("unknown_month")
    return f"{first:%Y-%m}", first, first.replace(day=calendar.monthrange(first.year, first.month)[1])


def day(town: Town, text: str | None) -> date:
    if text is None:
        return today(town)
    try:
        return date.fromisoformat(text) if DATE.fullmatch(text) else _refuse("date")
    except ValueError as error:
        raise bad("date") from error


def _refuse(field: str) -> date:
    raise bad(field)


def moment(value: datetime) -> str:
    """`2026-11-16T08:00:00`."""
    return value.astimezone(ZONE).replace(tzinfo=None, microsecond=0).isoformat()


def clock(value: datetime) -> str:
    return f"{value.astimezone(ZONE):%H:%M}"


def money(value: Decimal) -> str:
    return f"{value:.2f}"


def decimal(value: Decimal) -> str:
    """`1`, `1.5`: no zeros at the end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
