"""Reads what a request brings: dates, numbers and JSON bodies, each with a clear refusal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import msgspec
from quart import request

from hub.flows.refusals import Reason, Refused
from hub.web.uploads import NUL_TYPED, names_nul

Body = TypeVar("Body")
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)


@dataclass(frozen=True, slots=True)
class Page:
    """`cursor` is the `next` of the page before."""

    cursor: str | None = None


def day(name: str) -> date | None:
    """A day beyond any calendar of ours is its end: «from the year 1 to 9999» means everything."""
    text = request.args.get(name)
    if not text:
        return None
    try:
        return min(max(date.fromisoformat(text), EARLIEST), LATEST)
    except ValueError as error:
        raise Refused(Reason.MALFORMED, f"Дата «{name}» записана неверно: нужен вид 2026-11-16.") from error


def number(name: str, *, default: int, most: int) -> int:
    text = request.args.get(name)
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and 1 <= int(text) <= most):
        raise Refused(Reason.MALFORMED, f"Число «{name}» должно быть от 1 до {most}.")
    return int(text)


def asks_now() -> bool:
    """`Cache-Control: no-cache` asks the source now."""
    return "no-cache" in request.headers.get("Cache-Control", "").lower()


async def body(wire: type[Body]) -> Body:
    """The JSON body; anything else, or another shape, is refused with the field that is wrong."""
    kind = request.mimetype or ""
    if kind and kind != "application/json":
        raise Refused(Reason.MALFORMED, "Отправьте JSON с Content-Type: application/json.")
    content = await request.get_data(as_text=False)
    assert isinstance(content, bytes), "asked for bytes"
    if names_nul(content):
        raise Refused(Reason.MALFORMED, NUL_TYPED)
    try:
        return msgspec.json.decode(content, type=wire)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Refused(Reason.MALFORMED, f"Тело запроса не подошло: {error}") from error
