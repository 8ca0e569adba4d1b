"""The gate of the data: the token, the subsystem, the profile, and within them the child, the lesson, the dates."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from quart import g, request

from sandbox.mes.state import Node, State
from sandbox.mes.state.tokens import Token
from sandbox.mes.wire import ids, times
from sandbox.mes.wire.answers import MesError, SessionLost, bad
from sandbox.system import Sandbox
from sandbox.world.model import Lesson, Person, School, SchoolClass
from sandbox.world.town import Town

MOST_DAYS: Final = 400
Handler = Callable[..., Any]


@dataclass(slots=True, kw_only=True)
class Call:
    """One request with its token; `web` says that the cabinet's own spelling of dates is wanted."""

    town: Town
    state: State
    node: Node
    who: Person
    token: Token
    now: datetime
    web: bool = False
    body: Any = None

    @property
    def is_student(self) -> bool:
        return ids.is_student(self.who, self.node.id)

    def children(self) -> list[Person]:
        """A pupil is the own only child."""
        if self.is_student:
            return [self.who]
        found = (self.town.people[key] for key in (*self.who.children, *self.who.cares_for))
        return [child for child in found if ids.is_student(child, self.node.id)]

    # Parameters
    def text(self, *names: str) -> str:
        """The first of these parameters that is there; the first one is what a refusal names."""
        found = next((request.args[name] for name in names if request.args.get(name)), None)
        if found is None:
            raise bad(names[0])
        return found

    def number(self, *names: str) -> int:
        text = self.text(*names)
        if not text.isascii() or not text.isdigit() or len(text) > 15:
            raise bad(names[0])
        return int(text)

    def day(self, *names: str) -> date:
        return read_day(self.text(*names), names[0])

    def span(self, start: str = "from", end: str = "to") -> tuple[date, date]:
        first, last = self.day(start), self.day(end)
        if last < first or (last - first).days > MOST_DAYS:
            raise bad(end)
        return first, last

    # Objects; a foreign one and an unknown one are refused alike
    def child(self) -> Person:
        wanted = self.number("student_id")
        return self._own(lambda child: ids.student_id(child, self.node.id) == wanted)

    def by_guid(self, *names: str) -> Person:
        wanted = self.text(*names).lower()
        return self._own(lambda child: ids.guid(child) == wanted)

    def by_contract(self, *names: str) -> Person:
        wanted = self.number(*names)
        return self._own(lambda child: ids.contract_id(child) == wanted)

    def _own(self, fits: Callable[[Person], bool]) -> Person:
        found = next((child for child in self.children() if fits(child)), None)
        if found is None:
            raise MesError("not_found")
        return found

    def school(self, child: Person) -> School:
        return self.town.schools[child.school or ""]

    def school_class(self, child: Person) -> SchoolClass:
        return self.town.classes[child.class_id or ""]

    def today(self, child: Person) -> date:
        return times.today(self.town, self.school(child))

    def lesson(self, child: Person, event: str) -> Lesson:
        found = self.town.lesson(ids.lesson_number(int(event)))
        if found is None or not any(it.id == found.id for it in self.town.lessons_of(child.id, found.date, found.date)):
            raise MesError("not_found")
        return found


def read_day(text: str, name: str) -> date:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) is None:
        raise bad(name)
    try:
        found = dt.date.fromisoformat(text)
    except ValueError as error:
        raise bad(name) from error
    if not 2000 <= found.year <= 2200:
        raise bad(name)
    return found


def given_token() -> str:
    """Sent three times; one is enough."""
    headers, cookies = request.headers, request.cookies
    for text in (headers.get("Authorization"), headers.get("Auth-Token"), cookies.get("aupd_token"), cookies.get("auth_token")):
        bare = (text or "").strip()
        bare = bare[7:].strip() if bare.lower().startswith("bearer ") else bare
        if bare:
            return bare
    return ""


def owner(sandbox: Sandbox, state: State, node: Node, text: str | None = None) -> tuple[Person, Token]:
    """Whose token this is; it may still be asleep."""
    given = given_token() if text is None else text
    try:
        token = state.tokens.find(sandbox.town, node.id, given, sandbox.clock.now())
    except SessionLost:
        g.verdicts = {"token": "expired" if given else "absent"}
        raise
    who = sandbox.town.people.get(token.session.person)
    if who is None:
        raise SessionLost
    return who, token


async def call(sandbox: Sandbox, state: State, node: Node, *, subsystem: bool, asleep: bool) -> Call:
    """`subsystem`: the header must be there; `asleep`: a token that never asked for its profile is good, and wakes."""
    who, token = owner(sandbox, state, node)
    if asleep:
        token.session.awake = True
    elif not token.session.awake:
        g.verdicts = {"token": "asleep"}
        raise MesError("profile_not_chosen")
    if subsystem and not request.headers.get("x-mes-subsystem"):
        raise MesError("bad_request", {"header": "x-mes-subsystem"})
    made = Call(town=sandbox.town, state=state, node=node, who=who, token=token, now=sandbox.clock.now(), body=await _body())
    _check_profile(made)
    return made


def _check_profile(made: Call) -> None:
    given = request.headers.get("profile-id")
    if given is None:
        return
    known = {ids.profile_id(made.who, made.node.id), *(ids.student_id(child, made.node.id) for child in made.children())}
    if given not in {str(number) for number in known}:
        raise MesError("profile_mismatch")


async def _body() -> Any:
    raw = await request.get_data()
    if not raw or request.method == "GET":
        return {}
    try:
        return json.loads(raw)
    except ValueError as error:
        raise bad("body") from error


def member(body: Any, name: str) -> Any:
    return body.get(name) if isinstance(body, Mapping) else None
