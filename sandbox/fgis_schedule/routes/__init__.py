"""The service put together: the token address and the Schedule."""

from __future__ import annotations

from typing import Final

from quart import Blueprint, Response, request

from sandbox.fgis_schedule.routes.control import control
from sandbox.fgis_schedule.routes.schedule import served
from sandbox.fgis_schedule.routes.token import token
from sandbox.fgis_schedule.state import ID, PREFIX, State
from sandbox.fgis_schedule.wire.errors import GRANT_ERRORS, OUTCOMES, GrantRefused, Outcome, grant_refused, outcome
from sandbox.system import Fault, Sandbox, System

DRIFT_FIELDS: Final = ("resourceType", "school", "lesson", "subject", "score", "access_token")
METHODS: Final = ["GET", "POST", "PUT", "DELETE", "PATCH"]


def system(sandbox: Sandbox) -> System:
    state = State()
    return System(
        id=ID,
        title="ФГИС «Моя школа»: федеральное расписание",
        blueprints={PREFIX: _service(sandbox, state)},
        control=control(sandbox, state),
        reset=state.reset,
        word_fault=word_fault,
        drift_fields=DRIFT_FIELDS,
    )


def _service(sandbox: Sandbox, state: State) -> Blueprint:
    """One catch-all route, because the service words its own 404 and 405."""
    routes = Blueprint("fgis_schedule", __name__)

    async def serve(path: str = "") -> Response:
        try:
            if path == "token":
                return await _granted(sandbox, state)
            what, _, esia_id = path.partition("/")
            if what != "Schedule" or not esia_id or "/" in esia_id:
                raise Outcome("not-found")
            if request.method != "GET":
                raise Outcome("not-supported", "только GET")
            return served(sandbox, state, esia_id)
        except Outcome as refused:
            return outcome(refused)

    routes.add_url_rule("/", "root", serve, methods=METHODS)
    routes.add_url_rule("/<path:path>", "service", serve, methods=METHODS)
    return routes


async def _granted(sandbox: Sandbox, state: State) -> Response:
    if request.method != "POST":
        raise Outcome("not-supported", "только POST")
    try:
        return await token(sandbox, state)
    except GrantRefused as refused:
        return grant_refused(refused)


def word_fault(fault: Fault) -> Response:
    """In the words of the address that was asked."""
    at_token = request.path.rstrip("/").endswith("/token")
    if fault.kind == "rate_limit":
        seconds = 1 if fault.value is None else float(fault.value)
        refused = GrantRefused("temporarily_unavailable", retry_after_s=seconds)
        return grant_refused(refused) if at_token else outcome(Outcome("throttled", retry_after_s=seconds))
    if fault.kind == "auth_expired":
        return grant_refused(GrantRefused("invalid_client")) if at_token else outcome(Outcome("expired"))
    code = str(fault.value)
    if at_token:
        return grant_refused(GrantRefused(code if code in GRANT_ERRORS else "server_error"))
    waits = 60 if code in ("throttled", "transient") else None
    return outcome(Outcome(code if code in OUTCOMES else "exception", retry_after_s=waits))
