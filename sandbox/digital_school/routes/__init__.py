"""The cabinet put together: everything below `/api/v1`."""

from __future__ import annotations

from quart import Blueprint, Response, request

from sandbox.digital_school.routes.control import control
from sandbox.digital_school.routes.reading import READING
from sandbox.digital_school.routes.sign_in import SignIn
from sandbox.digital_school.routes.table import answer, call, refusal
from sandbox.digital_school.state import ID, PREFIX, State
from sandbox.digital_school.wire.errors import ERRORS, SchoolError
from sandbox.system import Fault, Sandbox, System
from sandbox.tagged import tagged

DRIFT_FIELDS = ("token", "idn", "days", "subject", "value", "items", "id")
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]
WAITING = {"E-105", "E-429"}


def system(sandbox: Sandbox) -> System:
    state = State()
    return System(
        id=ID,
        title="Цифровая школа (Хабаровский край)",
        blueprints={PREFIX: _cabinet(sandbox, state)},
        control=control(sandbox, state),
        reset=state.reset,
        word_fault=word_fault,
        drift_fields=DRIFT_FIELDS,
        hosts={"my.khvschool.ru": PREFIX},
        secret_fields=frozenset({"new_password", "x-session"}),
    )


def _cabinet(sandbox: Sandbox, state: State) -> Blueprint:
    """One catch-all route, because the cabinet words its own 404 and 405."""
    routes, door = Blueprint("digital_school", __name__), SignIn(sandbox, state)
    doors = {("POST", "activate"): door.activate, ("POST", "session"): door.open, ("DELETE", "session"): door.close}

    async def serve(path: str = "") -> Response:
        try:
            below, _, name = path.strip("/").partition("api/v1/")
            if below or (name not in READING and name not in {"activate", "session"}):
                raise SchoolError("E-404")
            knock = doors.get((request.method, name))
            if knock is not None:
                return answer(await knock(), sandbox.clock.now())
            if request.method != "GET" or name not in READING:
                raise SchoolError("E-405")
            return await tagged(answer(READING[name](call(sandbox, state)), sandbox.clock.now()))
        except SchoolError as error:
            return refusal(error)

    routes.add_url_rule("/", "root", serve, methods=METHODS)
    routes.add_url_rule("/<path:path>", "cabinet", serve, methods=METHODS)
    return routes


def word_fault(fault: Fault) -> Response:
    """`error` takes a code of the cabinet; `auth_expired` refuses sessions and sign-in."""
    if fault.kind == "rate_limit":
        return refusal(SchoolError("E-429", after_s=1 if fault.value is None else float(fault.value)))
    if fault.kind == "auth_expired":
        knocking = request.method == "POST" and request.path.rstrip("/").endswith(("/session", "/activate"))
        return refusal(SchoolError("E-101" if knocking else "E-110"))
    code = str(fault.value or "E-500")
    return refusal(SchoolError(code if code in ERRORS else "E-500", after_s=60 if code in WAITING else None))
