"""The gate: a token and its cookie together, the child that a call is about, the body of a change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from quart import g, request

from sandbox.netschool.state import Session, State
from sandbox.netschool.wire import ids
from sandbox.netschool.wire.answers import NetSchoolError, read_day
from sandbox.system import Sandbox
from sandbox.world.model import Person
from sandbox.world.town import Town

COOKIE: Final = "NSSESSIONID"


@dataclass(slots=True, kw_only=True)
class Call:
    town: Town
    state: State
    session: Session
    who: Person
    now: datetime
    body: dict[str, Any]

    def children(self) -> list[Person]:
        return ids.children(self.town, self.who)

    def first(self) -> Person:
        found = self.children()
        if not found:
            raise NetSchoolError(403, "К учётной записи не привязан ни один ученик")
        return found[0]

    def pupil(self) -> Person:
        """`studentId`: an unknown one and another family's are refused alike."""
        asked = request.args.get("studentId", "")
        found = next((it for it in self.children() if str(ids.student(it)) == asked), None)
        if found is None:
            raise NetSchoolError(403, "Нет доступа к данным ученика")
        return found

    def span(self) -> tuple[date, date]:
        start, end = read_day(request.args.get("weekStart")), read_day(request.args.get("weekEnd"))
        if end < start:
            raise NetSchoolError(400, "Неверный период")
        return start, end

    def is_this_year(self) -> bool:
        return request.args.get("yearId", str(ids.year(self.town))) == str(ids.year(self.town))


Handler = Callable[..., Any]


async def json_body() -> dict[str, Any]:
    """The JSON object that was posted; forms and nothing are an empty one."""
    if request.mimetype != "application/json":
        return {}
    body = await request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise NetSchoolError(400, "Неверный запрос")
    return body


def session_of(state: State, now: datetime, at: str | None) -> Session:
    """By `at`, or by a Bearer; the cookie of the sign-in must come with it."""
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    found = state.sessions.alive(at, now) if at else state.sessions.by_bearer(bearer, now) if bearer else None
    if found is None or request.cookies.get(COOKIE) != found.cookie:
        g.verdicts = {"session": "absent" if not (at or bearer) else "no cookie" if found else "expired"}
        raise NetSchoolError(401, "Сессия завершена")
    found.used_at = now
    return found


async def call(sandbox: Sandbox, state: State, *, at: str | None = None) -> Call:
    now, town = sandbox.clock.now(), sandbox.town
    session = session_of(state, now, at or request.headers.get("at"))
    who = town.people.get(session.person)
    if who is None:
        raise NetSchoolError(401, "Сессия завершена")
    if session.role is None:
        raise NetSchoolError(403, "Выберите роль")
    return Call(town=town, state=state, session=session, who=who, now=now, body=await json_body())
