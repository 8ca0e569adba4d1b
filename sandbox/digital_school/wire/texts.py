"""How the cabinet writes: `dd.mm.yyyy` in local time (UTC+10), a decimal comma, and «нет данных» for what it does not know."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from sandbox.digital_school.wire.errors import SchoolError

ZONE: Final = ZoneInfo("Asia/Vladivostok")
NO_DATA: Final = "нет данных"
LONGEST: Final = timedelta(days=31)
DATE: Final = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})", re.ASCII)
MONTH: Final = re.compile(r"(\d{2})\.(\d{4})", re.ASCII)


def day(value: date) -> str:
    return f"{value:%d.%m.%Y}"


def moment(value: datetime) -> str:
    return f"{value.astimezone(ZONE):%d.%m.%Y %H:%M:%S}"


def today(now: datetime) -> date:
    return now.astimezone(ZONE).date()


def known(value: object) -> str:
    """The value as text, or «нет данных»."""
    return NO_DATA if value is None or value == "" else str(value)


def decimal(value: Decimal | None) -> str:
    """`4,33`, `1,5`, `1`: as many digits as the value has."""
    return NO_DATA if value is None else f"{value:f}".replace(".", ",")


def money(value: Decimal) -> str:
    return f"{value:.2f}".replace(".", ",")


def weight(value: Decimal) -> str:
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


# Reading parameters
def read_date(field: str, text: str | None) -> date:
    found = DATE.fullmatch(text or "")
    if found is None:
        raise SchoolError("E-400", field=field)
    try:
        return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError as error:
        raise SchoolError("E-400", field=field) from error


def read_span(start: str | None, end: str | None) -> tuple[date, date]:
    """Both included, up to 31 days."""
    first, last = read_date("from", start), read_date("to", end)
    if last < first or last - first >= LONGEST:
        raise SchoolError("E-422", field="to")
    return first, last


def read_month(text: str | None, now: datetime) -> tuple[str, date, date]:
    """The name, first and last day of the asked or the current month."""
    first = today(now).replace(day=1)
    if text is not None:
        found = MONTH.fullmatch(text)
        if found is None:
            raise SchoolError("E-400", field="month")
        try:
            first = date(int(found[2]), int(found[1]), 1)
        except ValueError as error:
            raise SchoolError("E-400", field="month") from error
    return f"{first:%m.%Y}", first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
