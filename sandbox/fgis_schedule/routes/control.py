"""The sandbox's own calls: registered systems, distant days, asking another system."""

from __future__ import annotations

from datetime import date
from typing import Any

from quart import Blueprint, jsonify

from sandbox.asked import Refused, body_object
from sandbox.fgis_schedule.routes.asking import ask
from sandbox.fgis_schedule.state import State
from sandbox.system import Sandbox


def control(sandbox: Sandbox, state: State) -> Blueprint:
    routes = Blueprint("fgis_schedule_control", __name__)

    @routes.get("/clients")
    async def clients() -> Any:
        return jsonify(clients=[{"client_id": key, "active": client.active} for key, client in state.clients.items()])

    @routes.post("/clients")
    async def register() -> Any:
        """`{client_id, client_secret, active?}`; a known client may be changed without its secret."""
        body = await body_object()
        client_id, secret, active = body.get("client_id"), body.get("client_secret"), body.get("active", True)
        if not isinstance(client_id, str) or not client_id:
            raise Refused("client_id — непустая строка")
        if not (isinstance(secret, str) and secret) and not (secret is None and client_id in state.clients):
            raise Refused("client_secret — непустая строка")
        if not isinstance(active, bool):
            raise Refused("active — true или false")
        state.register(client_id, secret, active)
        return jsonify(client_id=client_id, active=active), 201

    @routes.post("/distant")
    async def distant() -> Any:
        """`{pupil, date, on?}`."""
        body = await body_object()
        own, on = sandbox.town.class_of(str(body.get("pupil"))), body.get("on", True)
        if own is None:
            raise Refused("Такого ученика в городе нет", 404)
        try:
            day = date.fromisoformat(str(body.get("date")))
        except ValueError:
            raise Refused("date — дата ГГГГ-ММ-ДД") from None
        if not isinstance(on, bool):
            raise Refused("on — true или false")
        (state.distant.add if on else state.distant.discard)((own.id, day))
        return jsonify({"class": own.id, "date": day.isoformat(), "on": on})

    @routes.post("/ask")
    async def ask_another() -> Any:
        return await ask(sandbox.outbound)

    return routes
