"""The cabinet's gate: who asks, by which session, and the refusals in its own envelope."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from quart import request

from sandbox.iv_edu.state import Desk, State
from sandbox.iv_edu.wire import times
from sandbox.iv_edu.wire.errors import CabinetError
from sandbox.system import Sandbox
from sandbox.world.model import Person
from sandbox.world.town import Town

HEADER: Final = "X-Cab-Session"
COOKIE: Final = "cab_session"


@dataclass(slots=True, kw_only=True)
class Call:
    """One signed-in request: the child of the session, the town, the body of a change."""

    town: Town
    state: State
    pupil: Person
    now: datetime
    body: dict[str, Any]

    @property
    def desk(self) -> Desk:
        return self.state.desk(self.pupil.id)

    def week(self) -> tuple[str, date, date]:
        return times.week(self.town, request.args.get("week"))

    def month(self) -> tuple[str, date, date]:
        return times.month(self.town, request.args.get("month"))

    def day(self) -> date:
        return times.day(self.town, request.args.get("date"))


Handler = Callable[[Call], Any]


def session_key() -> str:
    key = request.headers.get(HEADER) or request.cookies.get(COOKIE)
    if not key:
        raise CabinetError("session_required")
    return key


async def json_body() -> dict[str, Any]:
    """The JSON object of a change; none is an empty one."""
    if not await request.get_data():
        return {}
    body = await request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise CabinetError("bad_request", field="body")
    return body


async def call(sandbox: Sandbox, state: State) -> Call:
    now, town = sandbox.clock.now(), sandbox.town
    session = state.session(session_key(), now)
    pupil = town.people.get(session.pupil)
    if pupil is None or pupil.class_id is None:
        raise CabinetError("session_ended")
    return Call(town=town, state=state, pupil=pupil, now=now, body=await json_body() if request.method == "POST" else {})
