"""The gate: the token in its cookie, the education that a call is about, PHP-style lists of parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from quart import g, request

from sandbox.petersburg.state import State, Token
from sandbox.petersburg.wire import people
from sandbox.petersburg.wire.answers import DEFAULT_LIMIT, MOST, SiteError, bad, paged, read_moment
from sandbox.system import Sandbox
from sandbox.world.model import Person, SchoolClass
from sandbox.world.town import Town

COOKIE: Final = "X-JWT-Token"


class SignedOut(Exception):
    """No token, or one that ended."""


@dataclass(slots=True, kw_only=True)
class Call:
    town: Town
    who: Person
    now: datetime

    def children(self) -> list[Person]:
        return people.children(self.town, self.who)

    def pupils(self, name: str = "p_educations[]") -> list[Person]:
        """By education ids, several at once; an unknown one and another family's are refused alike."""
        asked = numbers(name)
        own = {people.education_id(pupil): pupil for pupil in self.children()}
        if not asked:
            raise bad(name)
        if not all(number in own for number in asked):
            raise SiteError(403, "Доступ запрещён")
        return [own[number] for number in asked]

    def classes(self, name: str) -> list[tuple[int, SchoolClass]]:
        """The own children's classes by group id."""
        own = {int(pupil.accounts["petersburg"]["group_id"]): self.town.classes[pupil.class_id or ""] for pupil in self.children()}
        asked = numbers(name) or list(own)
        if not all(number in own for number in asked):
            raise SiteError(403, "Доступ запрещён")
        return [(number, own[number]) for number in asked]

    def span(self, start: str, end: str) -> tuple[datetime, datetime]:
        first, last = read_moment(start, request.args.get(start)), read_moment(end, request.args.get(end))
        if last < first:
            raise bad(end)
        return first, last


Handler = Callable[..., Any]


def numbers(name: str) -> list[int]:
    """`p_educations[]=1&p_educations[]=2`, and without the brackets as one client writes it."""
    found = (
        [*request.args.getlist(name), *request.args.getlist(name.removesuffix("[]"))] if name.endswith("[]") else request.args.getlist(name)
    )
    if not all(text.isascii() and text.isdigit() and len(text) < 12 for text in found):
        raise bad(name)
    return [int(text) for text in found]


def listed(items: list[Any]) -> dict[str, Any]:
    """The asked page of a list."""
    limit = _whole("p_limit", DEFAULT_LIMIT)
    if not 1 <= limit <= MOST:
        raise bad("p_limit")
    return paged(items, _whole("p_page", 1), limit)


def _whole(name: str, default: int) -> int:
    text = request.args.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise bad(name)
    return int(text)


def token_of(state: State, now: datetime) -> tuple[str, Token]:
    text = request.cookies.get(COOKIE, "")
    found = state.token(text, now)
    if found is None:
        g.verdicts = {"session": "expired" if text else "absent"}
        raise SignedOut
    return text, found


def call(sandbox: Sandbox, state: State) -> tuple[Call, Token]:
    now = sandbox.clock.now()
    _, token = token_of(state, now)
    who = sandbox.town.people.get(token.person)
    if who is None:
        raise SignedOut
    return Call(town=sandbox.town, who=who, now=now), token
