"""The sandbox's own calls: switches, accounts with several roles, the end of all sessions."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, jsonify

from sandbox.asked import Refused, body_object
from sandbox.netschool.state import ID, State
from sandbox.switches import switch_routes
from sandbox.system import Sandbox


def control(sandbox: Sandbox, state: State) -> Blueprint:
    routes = switch_routes("netschool", state)

    @routes.post("/roles")
    async def roles() -> Any:
        """`{login, staff}`: the account works at the school too, and has to choose a role at each sign-in."""
        body = await body_object()
        who = sandbox.town.person_by_login(ID, str(body.get("login") or ""))
        if who is None or not isinstance(body.get("staff"), bool):
            raise Refused("login — из /_sandbox/people?system=netschool, staff — true или false", 404 if who is None else 400)
        (state.staff.add if body["staff"] else state.staff.discard)(who.id)
        return jsonify(login=body["login"], staff=who.id in state.staff)

    @routes.post("/sessions/end")
    async def end() -> Any:
        return jsonify(ended=state.sessions.end_all())

    return routes
