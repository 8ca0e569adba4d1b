"""The sandbox's own calls: consents of applicants, switches."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, jsonify

from sandbox.asked import Refused, body_object
from sandbox.epgu.state import ID, State
from sandbox.switches import switch_routes
from sandbox.system import Sandbox


def control(sandbox: Sandbox, state: State) -> Blueprint:
    routes = switch_routes(ID, state)

    @routes.post("/consents")
    async def consents() -> Any:
        """`{snils, given}`."""
        body = await body_object()
        person, given = sandbox.town.person_by_snils(str(body.get("snils") or "")), body.get("given")
        if person is None:
            raise Refused("Заявителя с таким СНИЛС в городе нет", 404)
        if not isinstance(given, bool):
            raise Refused("given — true или false")
        (state.withdrawn.discard if given else state.withdrawn.add)(person.id)
        return jsonify(person=person.id, given=given)

    return routes
