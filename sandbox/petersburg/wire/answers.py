"""The envelope `{data, validations, messages, debug}`, its pages, and the spellings of dates."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from quart import Response

ZONE: Final = ZoneInfo("Europe/Moscow")
DATE: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ +T](\d{1,2}):(\d{2}):(\d{2}))?", re.ASCII)
"""`01.09.2026`, `1.9.2026`, `01.09.2026 00:00:00` and `01.09.2026+00:00:00`, whose plus some clients mean as a letter."""
DEFAULT_LIMIT, MOST = 100, 1000


class SiteError(Exception):
    """A refusal: its status and message, and the parameter that is wrong."""

    def __init__(self, status: int, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.field = field


def bad(field: str) -> SiteError:
    return SiteError(400, f"Некорректное значение параметра {field}", field)


def answer(data: Any, status: int = 200, messages: Sequence[str] = (), validations: Sequence[str] = ()) -> Response:
    body = {
        "data": data,
        "validations": [{"field": field, "message": "Некорректное значение"} for field in validations],
        "messages": [{"type": "error", "text": text} for text in messages],
        "debug": [],
    }
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status=status, content_type="application/json; charset=utf-8", headers={"Cache-Control": "no-cache"})


def refusal(error: SiteError) -> Response:
    return answer(None, error.status, [error.message], [error.field] if error.field else [])


def sign_in_page() -> Response:
    """What the site answers, with 200, where it would lead a browser to its sign-in."""
    text = '<!DOCTYPE html><html lang="ru"><head><title>Электронный дневник: вход</title></head><body><app-root></app-root></body></html>'
    return Response(text, content_type="text/html; charset=utf-8")


def paged(items: Sequence[Any], page: int, limit: int) -> dict[str, Any]:
    """Page 0 is page 1; past the last there is nothing."""
    total = max(1, -(-len(items) // limit))
    current = max(1, page)
    return {
        "items": list(items[(current - 1) * limit : current * limit]),
        "before": max(1, current - 1),
        "current": current,
        "last": total,
        "next": min(total, current + 1),
        "total_pages": total,
        "total_items": len(items),
    }


# Times: Moscow's, without an offset
def day(value: date) -> str:
    return f"{value:%d.%m.%Y}"


def moment(value: datetime) -> str:
    return f"{value.astimezone(ZONE):%d.%m.%Y %H:%M:%S}"


def today(now: datetime) -> date:
    return now.astimezone(ZONE).date()


def read_moment(field: str, text: str | None) -> datetime:
    """Local; without a time of day it is midnight."""
    found = DATE.fullmatch((text or "").strip())
    if found is None:
        raise bad(field)
    number, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        return datetime(year, month, number, hour, minute, second)  # noqa: DTZ001 - the site's local time, without a zone
    except ValueError as error:
        raise bad(field) from error
