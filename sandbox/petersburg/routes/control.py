"""The sandbox's own calls: end all sessions, and the school that looks at applications."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, jsonify

from sandbox.asked import Refused, body_object
from sandbox.petersburg.registry import Application
from sandbox.petersburg.routes.registration import Registration, pupil_of, shown
from sandbox.petersburg.state import ID, State
from sandbox.switches import switch_routes
from sandbox.system import Sandbox


def control(sandbox: Sandbox, state: State, registration: Registration) -> Blueprint:
    routes = switch_routes(ID, state)

    def open_application(number: str) -> Application:
        found = state.registry.applications.get(int(number)) if number.isascii() and number.isdigit() else None
        if found is None:
            raise Refused("Такого заявления нет", 404)
        if found.state != "submitted":
            raise Refused("Заявление уже рассмотрено", 409)
        return found

    @routes.post("/sessions/end")
    async def end() -> Any:
        return jsonify(ended=state.end_all())

    @routes.get("/applications")
    async def applications() -> Any:
        return jsonify(applications=[shown(sandbox.town, it) for it in state.registry.applications.values()])

    @routes.post("/applications/<number>/approve")
    async def approve(number: str) -> Any:
        """The parent came with a passport: the child's diary opens."""
        found = open_application(number)
        pupil = pupil_of(sandbox.town, found)
        if pupil is None:
            raise Refused("Такого ученика в школе нет: заявление можно только отклонить", 409)
        registration.decide(found, pupil, "")
        return jsonify(shown(sandbox.town, found))

    @routes.post("/applications/<number>/reject")
    async def reject(number: str) -> Any:
        """`{reason?}`."""
        found = open_application(number)
        registration.decide(found, None, str((await body_object()).get("reason") or "Данные не совпали с документами"))
        return jsonify(shown(sandbox.town, found))

    return routes
