"""The sandbox's own calls: end all sessions, issue a new code, close a contract."""

from __future__ import annotations

import secrets
from typing import Any

from quart import Blueprint, jsonify

from sandbox.asked import Refused, body_object
from sandbox.digital_school.state import Contract, State
from sandbox.system import Sandbox


def control(sandbox: Sandbox, state: State) -> Blueprint:
    routes = Blueprint("digital_school_control", __name__)

    def contract(body: dict[str, Any]) -> Contract:
        found = state.contract(sandbox.town, str(body.get("account") or ""))
        if found is None:
            raise Refused("Такого лицевого счёта нет", 404)
        return found

    @routes.post("/sessions/end")
    async def end() -> Any:
        ended = len(state.sessions)
        state.sessions.clear()
        return jsonify(ended=ended)

    @routes.post("/codes")
    async def codes() -> Any:
        """`{account}`: the code before is dead; `{account, activated: false}` forgets the password too."""
        body = await body_object()
        found = contract(body)
        found.auth_code, found.is_spent = f"{secrets.randbelow(1_000_000):06d}", False
        if body.get("activated") is False:
            found.password = None
            state.end_sessions(found.parent.id)
        return jsonify(auth_code=found.auth_code)

    @routes.post("/contracts")
    async def contracts() -> Any:
        """`{account, closed}`."""
        body = await body_object()
        found = contract(body)
        if not isinstance(body.get("closed"), bool):
            raise Refused("closed — true или false")
        found.is_closed = body["closed"]
        return jsonify(closed=found.is_closed)

    return routes
