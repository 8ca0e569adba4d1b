"""The envelope `{response: {state, error, result}}`, the spellings of days, and ids that are numeric texts."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from quart import Response

ZONE: Final = ZoneInfo("Europe/Moscow")
DAY: Final = re.compile(r"(\d{4})\.?(\d{2})\.?(\d{2})", re.ASCII)
DAY_NAMES: Final = ("Понедельник", "Вторник", "Среда", "Четверг", "Пятница", "Суббота", "Воскресенье")


class EljurError(Exception):
    """A refusal: its state and the text of `error`."""

    def __init__(self, state: int, text: str) -> None:
        super().__init__(text)
        self.state = state
        self.text = text


def answer(result: Any) -> Response:
    return _made({"state": 200, "error": None, "result": result}, 200)


def refusal(error: EljurError, *, always_200: bool = False) -> Response:
    return _made({"state": error.state, "error": error.text, "result": {}}, 200 if always_200 else error.state)


def _made(response: dict[str, Any], status: int) -> Response:
    text = json.dumps({"response": response}, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status=status, content_type="application/json; charset=utf-8", headers={"Cache-Control": "no-store"})


def today(now: datetime) -> date:
    return now.astimezone(ZONE).date()


def ymd(value: date) -> str:
    return f"{value:%Y%m%d}"


def moment(value: datetime) -> str:
    return f"{value.astimezone(ZONE):%Y-%m-%d %H:%M:%S}"


def clock(value: datetime) -> str:
    return f"{value.astimezone(ZONE):%H:%M:%S}"


def read_days(text: str | None, now: datetime) -> tuple[date, date]:
    """`20260901`, `2026.09.01` or a range of them, both included; without it the current week."""
    if not text:
        monday = today(now) - timedelta(days=today(now).weekday())
        return monday, monday + timedelta(days=6)
    first, _, last = text.partition("-")
    start, end = _day(first), _day(last or first)
    if end < start:
        raise EljurError(400, "Wrong days")
    return start, end


def _day(text: str) -> date:
    found = DAY.fullmatch(text.strip())
    if found is None:
        raise EljurError(400, "Wrong days")
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as error:
        raise EljurError(400, "Wrong days") from error
