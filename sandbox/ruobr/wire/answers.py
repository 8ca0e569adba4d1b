"""Answers and refusals: 200 with `success: false`, or a page where the web server in front speaks."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from quart import Response

ZONE: Final = ZoneInfo("Asia/Novokuznetsk")
TITLES: Final = {403: "403 Forbidden", 404: "Not Found", 405: "405 Not Allowed", 429: "429 Too Many Requests", 502: "502 Bad Gateway"}


class RuobrError(Exception):
    """A refusal in the API's words: the text of `error`."""


class AuthError(Exception):
    """Login or password do not fit; nobody is told which."""


class PageError(Exception):
    """What the web server answers instead of the API: a page with a status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def answer(data: Any) -> Response:
    text = json.dumps(data, ensure_ascii=False)
    return Response(text, content_type="application/json", headers={"Cache-Control": "no-store"})


def refusal(text: str) -> Response:
    return answer({"success": False, "error": text})


def auth_refusal() -> Response:
    return answer({"success": False, "error_type": "auth"})


def page(status: int) -> Response:
    title = TITLES.get(status, str(status))
    shown = f"<center><h1>{title}</h1></center>\r\n<hr><center>nginx</center>"
    body = f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n{shown}\r\n</body>\r\n</html>\r\n"
    return Response(body, status=status, content_type="text/html")


# Times: local, UTC+7, without an offset
def moment(value: datetime) -> str:
    return f"{value.astimezone(ZONE):%Y-%m-%d %H:%M:%S}"


def clock(value: datetime) -> str:
    return f"{value.astimezone(ZONE):%H:%M:%S}"


def today(now: datetime) -> date:
    return now.astimezone(ZONE).date()
