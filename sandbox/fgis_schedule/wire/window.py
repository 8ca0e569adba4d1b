"""Which days are asked: both dates or none."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from sandbox.fgis_schedule.wire.errors import Outcome

LONGEST_DAYS: Final = 366
DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def window(starts: list[str], ends: list[str], today: date) -> tuple[date, date]:
    """`starts` and `ends` are all values of the two parameters."""
    if len(starts) > 1 or len(ends) > 1:
        raise Outcome("structure", "параметр указан дважды")
    if not starts and not ends:
        monday = today - timedelta(days=today.weekday())
        return monday - timedelta(days=7), monday + timedelta(days=13)
    if not starts or not ends:
        raise Outcome("structure", "start и end указываются вместе")
    start, end = _date("start", starts[0]), _date("end", ends[0])
    if end < start:
        raise Outcome("structure", "end раньше start")
    if (end - start).days >= LONGEST_DAYS:
        raise Outcome("structure", f"больше {LONGEST_DAYS} дней")
    return start, end


def _date(name: str, text: str) -> date:
    refused = Outcome("structure", f"{name} — дата ГГГГ-ММ-ДД")
    if not DATE.fullmatch(text):
        raise refused
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise refused from error
