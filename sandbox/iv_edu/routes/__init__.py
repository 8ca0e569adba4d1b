"""The cabinet put together: the door at `/cab/auth`, the data below `/cab/api/v1`."""

from __future__ import annotations

from quart import Blueprint, Response, request

from sandbox.iv_edu.routes.changing import change
from sandbox.iv_edu.routes.control import control
from sandbox.iv_edu.routes.reading import READING
from sandbox.iv_edu.routes.sign_in import SignIn
from sandbox.iv_edu.routes.table import call
from sandbox.iv_edu.state import ID, PREFIX, State
from sandbox.iv_edu.wire.errors import ERRORS, CabinetError, answer, refusal, retry_after
from sandbox.system import Fault, Sandbox, System
from sandbox.tagged import tagged

DRIFT_FIELDS = ("session", "student_id", "days", "subject", "value", "items", "subjects", "periods")
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]


def system(sandbox: Sandbox) -> System:
    state = State()
    return System(
        id=ID,
        title="Кабинет service.iv-edu.ru",
        blueprints={PREFIX: _cabinet(sandbox, state)},
        control=control(sandbox, state),
        reset=state.reset,
        word_fault=word_fault,
        drift_fields=DRIFT_FIELDS,
        hosts={"service.iv-edu.ru": PREFIX},
        secret_fields=frozenset({"snils", "session", "x-cab-session"}),
    )


def _cabinet(sandbox: Sandbox, state: State) -> Blueprint:
    """One catch-all route, because the cabinet words its own 404 and 405."""
    routes, door = Blueprint("iv_edu", __name__), SignIn(sandbox, state)
    doors = {"cab/auth": (door.auth, ("GET", "POST")), "cab/logout": (door.logout, ("POST",)), "cab": (door.front, ("GET",))}

    async def serve(path: str = "") -> Response:
        try:
            known = doors.get(path.strip("/"))
            if known is None:
                return await _data(sandbox, state, path.strip("/"))
            serving, methods = known
            if request.method not in methods:
                raise CabinetError("method")
            return await serving()
        except CabinetError as error:
            return refusal(error)

    routes.add_url_rule("/", "root", serve, methods=METHODS)
    routes.add_url_rule("/<path:path>", "cabinet", serve, methods=METHODS)
    return routes


async def _data(sandbox: Sandbox, state: State, path: str) -> Response:
    below, _, name = path.partition("api/v1/")
    if below != "cab/" or (name not in READING and not name.startswith("services/")):
        raise CabinetError("not_found")
    if request.method == "GET" and name in READING:
        return await tagged(answer(READING[name](await call(sandbox, state))))
    changed = change(await call(sandbox, state), name) if request.method == "POST" else None
    if changed is None:
        raise CabinetError("method")
    return answer(changed)


def word_fault(fault: Fault) -> Response:
    """`error` takes a code of the cabinet; `auth_expired` refuses sessions and sign-in."""
    if fault.kind == "rate_limit":
        return refusal(retry_after("too_many", 1 if fault.value is None else float(fault.value)))
    if fault.kind == "auth_expired":
        signing_in = request.path.rstrip("/").endswith("/cab/auth")
        return refusal(CabinetError("wrong_pair" if signing_in else "session_ended"))
    code = str(fault.value or "failure")
    return refusal(retry_after(code, 60) if code in {"locked", "too_many"} else CabinetError(code if code in ERRORS else "failure"))
