"""Answers and refusals: plain JSON, and `{message}` with a status."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from quart import Response

ZONE: Final = ZoneInfo("Europe/Samara")
WRONG_PAIR: Final = "Неправильный пароль или имя пользователя"
PAUSED: Final = "Вы совершили 3 неудачные попытки входа. Следующая попытка может быть совершена не ранее чем через минуту"
VERSION: Final = "5.47.0.0"


class NetSchoolError(Exception):
    """A refusal: its status, and the message where the server says one."""

    def __init__(self, status: int, message: str = "") -> None:
        super().__init__(f"{status} {message}")
        self.status = status
        self.message = message


def answer(data: Any, status: int = 200) -> Response:
    text = json.dumps(data, ensure_ascii=False)
    return Response(text, status=status, content_type="application/json; charset=utf-8", headers={"Cache-Control": "no-cache"})


def refusal(error: NetSchoolError) -> Response:
    return answer({"message": error.message or "Произошла ошибка", "errorMessage": None}, error.status)


def page(text: str, status: int = 200) -> Response:
    return Response(text, status=status, content_type="text/html; charset=utf-8", headers={"Cache-Control": "no-cache"})


# Times: local, without an offset
def day(value: date) -> str:
    """`2026-11-16T00:00:00`."""
    return f"{value.isoformat()}T00:00:00"


def moment(value: datetime) -> str:
    """`2026-11-13T14:51:34.99`: the fraction has as many digits as it has."""
    return f"{value.astimezone(ZONE).replace(tzinfo=None, microsecond=0).isoformat()}.99"


def clock(value: datetime) -> str:
    return f"{value.astimezone(ZONE):%H:%M}"


def short(value: date) -> str:
    """`16.11.26`."""
    return f"{value:%d.%m.%y}"


def bell(value: datetime) -> str:
    return datetime.combine(date.min, time()).isoformat()[:11] + f"{value.astimezone(ZONE):%H:%M:%S}"


def read_day(text: str | None) -> date:
    """ISO, with or without a time of day."""
    try:
        return date.fromisoformat((text or "").partition("T")[0])
    except ValueError as error:
        raise NetSchoolError(400, "Неверная дата") from error


def today(now: datetime) -> date:
    return now.astimezone(ZONE).date()
