"""Every SMS, mail, push and message of a messenger that the town's systems sent, newest first: for people as a page, for tests as JSON."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from quart import Blueprint, Response, jsonify, render_template, request

if TYPE_CHECKING:
    from sandbox.system import Sandbox

LIMIT: Final = 2000
KINDS: Final = {"sms": "СМС", "mail": "письмо", "push": "уведомление", "chat": "сообщение"}
FILTERS: Final = (("", "Всё"), ("sms", "СМС"), ("mail", "Письма"), ("push", "Уведомления"), ("chat", "Мессенджеры"))
PHONE: Final = re.compile(r"[\d\s().+-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message: `to` as the sender wrote it, `code` where the text carries one that somebody must type.

    `more` is what only this kind of message has: a push's urgency and topic, a letter's sender."""

    kind: str
    system: str
    to: str
    text: str
    at: datetime
    code: str | None = None
    subject: str | None = None
    more: Mapping[str, str] = field(default_factory=dict)

    def shown(self) -> dict[str, Any]:
        given = {name: value for name in ("subject", "code") if (value := getattr(self, name)) is not None}
        named = {"kind": self.kind, "channel": self.kind, "system": self.system, "to": self.to, "text": self.text}
        return {**self.more, **named, **given, "at": self.at.isoformat()}


class Inbox:
    """Bounded; a reset empties it."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._letters: deque[Letter] = deque(maxlen=limit)

    def put(self, letter: Letter) -> None:
        self._letters.append(letter)

    def clear(self) -> None:
        self._letters.clear()

    def found(self, kind: str | None = None, to: str | None = None) -> list[Letter]:
        """Newest first; phones are compared by their last ten digits, other addresses as text without case."""
        fits = _same_address(to) if to else None
        letters = (letter for letter in reversed(self._letters) if kind in (None, "", letter.kind))
        return [letter for letter in letters if fits is None or fits(letter.to)]


def _same_address(wanted: str) -> Callable[[str], bool]:
    digits = re.sub(r"\D", "", wanted)
    if not PHONE.fullmatch(wanted) or not digits:
        return lambda to: to.strip().lower() == wanted.strip().lower()
    return lambda to: PHONE.fullmatch(to) is not None and re.sub(r"\D", "", to)[-10:] == digits[-10:]


def inbox_routes(sandbox: Sandbox) -> Blueprint:
    """`/inbox`: JSON where that is what was asked for, else a page."""
    routes = Blueprint("inbox", __name__)

    @routes.get("/inbox")
    async def inbox() -> Any:
        kind = request.args.get("kind") or request.args.get("channel")
        letters = sandbox.inbox.found(kind, request.args.get("to"))
        if request.accept_mimetypes.best_match(("text/html", "application/json"), default="text/html") == "application/json":
            return jsonify(items=[letter.shown() for letter in letters])
        moscow = ZoneInfo("Europe/Moscow")
        rows = [(letter, KINDS.get(letter.kind, letter.kind), f"{letter.at.astimezone(moscow):%d.%m %H:%M:%S}") for letter in letters]
        return await render_template("inbox.html", rows=rows, kinds=FILTERS, kind=kind or "")

    @routes.after_request
    async def harden(response: Response) -> Response:
        policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
        response.headers.update(
            {
                "Content-Security-Policy": policy,
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "no-referrer",
                "Cache-Control": "no-store",
            }
        )
        return response

    return routes
