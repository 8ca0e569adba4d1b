"""The server put together: `/webapi` whatever the case of its letters, the classic pages, the hub."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Awaitable, Callable
from typing import Any

from quart import Blueprint, Response, request, websocket

from sandbox.netschool.routes import mail, reading, reports
from sandbox.netschool.routes.classic import CLASSIC
from sandbox.netschool.routes.control import control
from sandbox.netschool.routes.sign_in import SignIn
from sandbox.netschool.routes.table import Handler, call, session_of
from sandbox.netschool.state import ID, State
from sandbox.netschool.wire.answers import WRONG_PAIR, NetSchoolError, answer, page, refusal
from sandbox.system import Fault, Sandbox, System

DRIFT_FIELDS = ("at", "studentId", "weekDays", "subjectName", "id", "typeId", "filterSources", "rows", "salt")
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]
GETTING: dict[str, Handler] = {**reading.READING, **mail.READING}
POSTING: dict[str, Handler] = {r"student/diary/get-attachments": reading.get_attachments, **mail.CHANGING, **reports.CHANGING}
Door = Callable[[], Awaitable[Response]]


def system(sandbox: Sandbox) -> System:
    state = State()
    return System(
        id=ID,
        title="Сетевой город. Образование",
        blueprints={ID: _server(sandbox, state)},
        control=control(sandbox, state),
        reset=state.reset,
        word_fault=word_fault,
        drift_fields=DRIFT_FIELDS,
        hosts={"asurso.ru": ID},
        secret_fields=frozenset({"un", "lt", "salt", "accesstoken"}),
    )


def _doors(door: SignIn) -> dict[tuple[str, str], Door]:
    """Addresses that need no session, or end one."""
    return {
        ("GET", "logindata"): door.login_data,
        ("POST", "auth/getdata"): door.get_data,
        ("POST", "login"): door.login,
        ("POST", "auth/login"): door.login,
        ("POST", "auth/logout"): door.logout,
        ("GET", "context/expired"): door.expired,
        ("GET", "sysinfo"): door.system_info,
        ("GET", "schools/search"): door.schools,
        ("GET", "prepareloginform"): door.login_form,
    }


def _server(sandbox: Sandbox, state: State) -> Blueprint:
    routes, doors, hub = Blueprint("netschool", __name__), _doors(SignIn(sandbox, state)), reports.Hub(sandbox, state)

    async def served(path: str) -> Response:
        asked = path.strip("/").lower()
        if asked in CLASSIC and request.method == "POST":
            made: Response = await CLASSIC[asked](await call(sandbox, state, at=(await request.form).get("at")))
            return made
        if not asked.startswith("webapi/"):
            return page("<html><body><h1>Сетевой город. Образование</h1></body></html>", 200 if not asked else 404)
        name = asked.removeprefix("webapi/")
        if (request.method, name) in doors:
            return await doors[request.method, name]()
        if name.startswith(reports.HUB):
            return await polled(name)
        return await data(name)

    async def polled(name: str) -> Response:
        session = session_of(state, sandbox.clock.now(), request.headers.get("at") or request.args.get("at"))
        return await (hub.negotiate(session) if name.endswith("/negotiate") else hub.poll(session))

    async def data(name: str) -> Response:
        handler, values = _found(name)
        found = handler(await call(sandbox, state), *values)
        found = await found if inspect.isawaitable(found) else found
        return found if isinstance(found, Response) else answer(found)

    async def serve(path: str = "") -> Response:
        try:
            return await served(path)
        except NetSchoolError as error:
            return refusal(error)

    async def socket(path: str) -> None:
        if path.strip("/").lower() == f"webapi/{reports.HUB}":
            await hub.serve()
        else:
            await websocket.close(4404)

    routes.add_url_rule("/", "root", serve, methods=METHODS)
    routes.add_url_rule("/<path:path>", "server", serve, methods=METHODS)
    routes.add_websocket("/<path:path>", "hub", socket)
    return routes


def _found(name: str) -> tuple[Handler, tuple[Any, ...]]:
    tables = {"GET": GETTING, "POST": POSTING}
    for pattern, handler in tables.get(request.method, {}).items():
        match = re.fullmatch(pattern, name, re.ASCII)
        if match is not None:
            return handler, match.groups()
    known = any(re.fullmatch(pattern, name, re.ASCII) for table in tables.values() for pattern in table)
    raise NetSchoolError(405 if known else 404, "Метод не поддерживается" if known else "Не найдено")


def word_fault(fault: Fault) -> Response | None:
    """`error` takes a status, or the message of a 409, as a sign-in is refused."""
    name = request.path.lower().rstrip("/")
    if fault.kind == "rate_limit":
        made = refusal(NetSchoolError(429, "Слишком много запросов"))
        made.headers["Retry-After"] = str(1 if fault.value is None else math.ceil(float(fault.value)))
        return made
    if fault.kind == "auth_expired":
        if name.endswith(("/logindata", "/auth/getdata", "/schools/search", "/sysinfo", "/prepareloginform")):
            return None
        return refusal(NetSchoolError(409, WRONG_PAIR) if name.endswith("/login") else NetSchoolError(401, "Сессия завершена"))
    value = str(fault.value if fault.value is not None else 500)
    status = int(value) if value.isascii() and value.isdigit() and 400 <= int(value) <= 599 else 409
    return refusal(NetSchoolError(status, "" if status != 409 else value))
