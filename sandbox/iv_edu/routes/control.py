"""The sandbox's own calls: end all sessions, change or withdraw a diary password."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, jsonify

from sandbox.asked import Refused, body_object
from sandbox.iv_edu.state import State, accounts, digits
from sandbox.system import Sandbox


def control(sandbox: Sandbox, state: State) -> Blueprint:
    routes = Blueprint("iv_edu_control", __name__)

    @routes.post("/sessions/end")
    async def end() -> Any:
        ended = len(state.sessions)
        state.sessions.clear()
        return jsonify(ended=ended)

    @routes.post("/passwords")
    async def passwords() -> Any:
        """`{snils, password}` or `{snils, closed}`."""
        body = await body_object()
        wanted = digits(str(body.get("snils") or ""))
        pupil = next((child for snils, _, child in accounts(sandbox.town) if digits(snils) == wanted), None)
        if pupil is None:
            raise Refused("Такого СНИЛС в кабинете нет", 404)
        if isinstance(body.get("password"), str) and body["password"]:
            state.passwords[pupil.id] = body["password"]
        if isinstance(body.get("closed"), bool):
            (state.closed.add if body["closed"] else state.closed.discard)(pupil.id)
        return jsonify(pupil=pupil.id, closed=pupil.id in state.closed)

    return routes
