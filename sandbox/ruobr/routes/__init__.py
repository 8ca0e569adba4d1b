"""The platform put together: both generations of its API below one prefix, and the web server's pages in front of them."""

from __future__ import annotations

import math
import re
from typing import Any

from quart import Blueprint, Response, request

from sandbox.ruobr.routes.current import CURRENT
from sandbox.ruobr.routes.older import OLDER, homework_page
from sandbox.ruobr.routes.table import Handler, call, check_user_agent
from sandbox.ruobr.state import HOSTS, ID, State
from sandbox.ruobr.wire.answers import AuthError, PageError, RuobrError, answer, auth_refusal, page, refusal
from sandbox.switches import switch_routes
from sandbox.system import Fault, Sandbox, System

DRIFT_FIELDS = ("status", "id", "lessons", "subject", "period", "messages", "data", "subjects")
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]


def system(sandbox: Sandbox) -> System:
    state = State()
    return System(
        id=ID,
        title="Электронная школа 2.0 (Кузбасс)",
        blueprints={ID: _api(sandbox, state)},
        control=_control(state),
        reset=state.reset,
        word_fault=word_fault,
        drift_fields=DRIFT_FIELDS,
        hosts=dict.fromkeys(HOSTS, ID),
        secret_fields=frozenset({"username"}),
    )


def _api(sandbox: Sandbox, state: State) -> Blueprint:
    routes = Blueprint("ruobr", __name__)

    async def serve(path: str = "") -> Response:
        try:
            check_user_agent(state)
            return _answered(sandbox, state, path.strip("/"))
        except AuthError:
            return answer(False) if _is_user(path) else auth_refusal()
        except RuobrError as error:
            return refusal(str(error))
        except PageError as error:
            return page(error.status)

    routes.add_url_rule("/", "root", serve, methods=METHODS)
    routes.add_url_rule("/<path:path>", "api", serve, methods=METHODS)
    return routes


def _is_user(path: str) -> bool:
    return path.strip("/").removeprefix("api/") == "user"


def _answered(sandbox: Sandbox, state: State, path: str) -> Response:
    is_older, name = path.startswith("api/"), path.removeprefix("api/")
    if is_older and not state.switches["legacy"]:
        raise PageError(403)
    if is_older and name == "homework":
        return _homework(sandbox)
    handler, values = _found(OLDER if is_older else CURRENT, name)
    if request.method != "GET":
        raise PageError(405)
    return answer(handler(call(sandbox, state), *values))


def _homework(sandbox: Sandbox) -> Response:
    number = request.args.get("homework", "")
    found = sandbox.town.homework_item(int(number)) if number.isascii() and number.isdigit() and len(number) < 12 else None
    if found is None or ID not in sandbox.town.schools[sandbox.town.classes[found.class_id].school].diaries:
        raise PageError(404)
    return homework_page(number, found.text)


def _found(table: dict[str, Handler], name: str) -> tuple[Handler, tuple[Any, ...]]:
    for pattern, handler in table.items():
        match = re.fullmatch(pattern, name, re.ASCII)
        if match is not None:
            return handler, match.groups()
    raise PageError(404)


def word_fault(fault: Fault) -> Response:
    """`error` takes the text of a refusal, `auth` for its type, or 403 and 502 for the pages in front."""
    if fault.kind == "rate_limit":
        made = page(429)
        made.headers["Retry-After"] = str(1 if fault.value is None else math.ceil(float(fault.value)))
        return made
    if fault.kind == "auth_expired":
        return answer(False) if _is_user(request.path.partition(f"/{ID}/")[2]) else auth_refusal()
    value = str(fault.value if fault.value is not None else "Ошибка сервера")
    if value in {"403", "502"}:
        return page(int(value))
    return auth_refusal() if value == "auth" else refusal(value)


def _control(state: State) -> Blueprint:
    return switch_routes("ruobr", state)
