"""Answers and refusals: bare JSON, and `{msg}` with a status; local times without an offset but for `updated_at`."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from quart import Response

ZONE: Final = ZoneInfo("Asia/Krasnoyarsk")


class DiaryError(Exception):
    """A refusal: its status and message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def answer(data: Any, status: int = 200) -> Response:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status=status, content_type="application/json; charset=utf-8", headers={"Cache-Control": "no-store"})


def refusal(error: DiaryError) -> Response:
    return answer({"msg": error.message}, error.status)


def clock(value: datetime) -> str:
    return f"{value.astimezone(ZONE):%H:%M}"


def updated(value: datetime) -> str:
    return value.astimezone(ZONE).isoformat(timespec="seconds")
