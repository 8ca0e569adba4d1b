"""The cabinet's gate and envelope: who asks, about which child, which page of a list."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from quart import Response, request

from sandbox.digital_school.state import PREFIX, State, idn_of
from sandbox.digital_school.wire import texts
from sandbox.digital_school.wire.errors import SchoolError
from sandbox.system import Sandbox
from sandbox.world.model import Person
from sandbox.world.town import Town

HEADER: Final = "X-Session"
PER_PAGE, MOST_A_PAGE = 20, 50


@dataclass(slots=True, kw_only=True)
class Page:
    """A part of a list, with what stands beside it in the envelope."""

    data: Any
    page: int
    pages: int
    total: int


@dataclass(slots=True, kw_only=True)
class Call:
    town: Town
    state: State
    parent: Person
    now: datetime

    def children(self) -> dict[str, Person]:
        """The account's children by ИДН."""
        found = [self.town.people[key] for key in (*self.parent.children, *self.parent.cares_for)]
        return {idn_of(pupil): pupil for pupil in found if PREFIX in pupil.accounts}

    def pupil(self) -> Person:
        """The child that `idn` names; an unknown one and another account's are refused alike."""
        own, asked = self.children(), request.args.get("idn")
        if asked is None and len(own) != 1:
            raise SchoolError("E-400", field="idn")
        found = next(iter(own.values())) if asked is None else own.get(asked.strip().upper())
        if found is None:
            raise SchoolError("E-404")
        return found

    def span(self) -> tuple[date, date]:
        return texts.read_span(request.args.get("from"), request.args.get("to"))

    def month(self) -> tuple[str, date, date]:
        return texts.read_month(request.args.get("month"), self.now)

    def paged(self, items: Sequence[Any], shown: Callable[[list[Any]], Any] = list) -> Page:
        """One page of the list; `shown` makes the data of it."""
        size, number = _whole("per_page", PER_PAGE), _whole("page", 1)
        pages = max(1, -(-len(items) // size)) if 1 <= size <= MOST_A_PAGE else 0
        if not 1 <= number <= pages:
            raise SchoolError("E-422", field="page" if pages else "per_page")
        return Page(data=shown(list(items[(number - 1) * size : number * size])), page=number, pages=pages, total=len(items))


Handler = Callable[[Call], Any]


def _whole(name: str, default: int) -> int:
    text = request.args.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise SchoolError("E-400", field=name)
    return int(text)


def call(sandbox: Sandbox, state: State) -> Call:
    now, token = sandbox.clock.now(), request.headers.get(HEADER)
    if not token:
        raise SchoolError("E-110")
    session = state.session(token, now)
    parent = sandbox.town.people.get(session.parent)
    contract = None if parent is None else state.contract(sandbox.town, str(parent.accounts.get(PREFIX, {}).get("account")))
    if parent is None or contract is None:
        raise SchoolError("E-110")
    if contract.is_closed:
        raise SchoolError("E-120")
    return Call(town=sandbox.town, state=state, parent=parent, now=now)


def answer(data: Any, now: datetime) -> Response:
    """The envelope; `updated` is the top of the last full hour."""
    body: dict[str, Any] = {"ok": True, "updated": texts.moment(now.replace(minute=0, second=0, microsecond=0))}
    if isinstance(data, Page):
        body |= {"data": data.data, "page": data.page, "pages": data.pages, "total": data.total}
    else:
        body["data"] = data
    return _json(body, 200)


def refusal(error: SchoolError) -> Response:
    made = _json({"ok": False, "error": error.shown()}, error.status)
    if error.after_s is not None:
        made.headers["Retry-After"] = str(error.after_s)
    return made


def _json(body: dict[str, Any], status: int) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status=status, content_type="application/json; charset=utf-8", headers={"Cache-Control": "no-store"})
